import type { FieldOption } from '../../shared/core/field';
import { convert, exact, unfit } from './conversionFixture';

const colours: FieldOption[] = [
	{ label: 'Dark  Blue', value: 2 },
	{ label: 'Café crème', value: 1 },
	{ label: 'Red, warm', value: 3 },
	{ label: 'A;B;C', value: 4 },
];

describe('choices', () => {
	const choose = (value: unknown, options: readonly FieldOption[] = colours) =>
		convert(value, 'choice', { options });

	it.each<[unknown, number]>([
		[2, 2],
		['2', 2],
		[' 2 ', 2],
		['2.0', 2],
		['DARK BLUE', 2],
		[' dark   blue ', 2],
		['cafe creme', 1],
		['Cafe\u0301 cre\u0300me', 1],
		['red, warm', 3],
	])('dataverse:2.2 %j is the option %j', (source, value) => {
		expect(choose(source)).toEqual(exact(value));
	});

	it('sync:T4 an unknown choice is refused with up to ten of the options', () => {
		const many = Array.from({ length: 12 }, (_, value) => ({ label: `L${value}`, value }));
		expect(choose('x', many)).toEqual(
			unfit(
				'is "x", which is none of the options: 0 ("L0"), 1 ("L1"), 2 ("L2"), 3 ("L3"), 4 ("L4"), 5 ("L5"), 6 ("L6"), 7 ("L7"), 8 ("L8"), 9 ("L9") and 2 more',
			),
		);
	});

	it('sync:T4 a label of several options is refused, naming them', () => {
		const twins = [
			{ label: 'Café', value: 1 },
			{ label: 'cafe', value: 2 },
			{ label: 'Tea', value: 3 },
		];
		expect(choose('CAFE', twins)).toEqual(
			unfit(
				'is "CAFE", the label of several options: 1 ("Café"), 2 ("cafe"); send the stored value',
			),
		);
		expect(choose(2, twins)).toEqual(exact(2));
	});

	it('sync:T4 where a text is a label and a value, the type decides', () => {
		const crossed = [
			{ label: '2', value: 1 },
			{ label: '1', value: 2 },
		];
		expect(choose(1, crossed)).toEqual(exact(1));
		expect(choose('1', crossed)).toEqual(exact(2));
		const texts = [
			{ label: 'B', value: 'A' },
			{ label: 'A', value: 'B' },
		];
		expect(choose('A', texts)).toEqual(exact('A'));
		expect(choose('b', texts)).toEqual(exact('A'));
		expect(choose(' HL ', [{ label: 'Hot lead', value: 'HL' }])).toEqual(exact('HL'));
	});

	it('sync:T4 without known options one value passes as it is', () => {
		for (const value of ['Prospecting', 7, true]) expect(choose(value, [])).toEqual(exact(value));
		for (const value of [['a'], { a: 1 }, NaN])
			expect(choose(value, [])).toMatchObject({ kind: 'unfit' });
	});

	it('answers the same value the same way, and nobody can change the answer', () => {
		const first = convert('x', 'choice', { options: colours });
		expect(Object.isFrozen(first)).toBe(true);
	});
});

describe('multiple choices', () => {
	const choose = (value: unknown, options: readonly FieldOption[] = colours) =>
		convert(value, 'multiChoice', { options });

	it.each<[unknown, number[]]>([
		[
			[1, 2],
			[2, 1],
		],
		['1;2', [2, 1]],
		['1, 2', [2, 1]],
		['cafe creme; Dark Blue;', [2, 1]],
		[['1', 1, 'Café crème'], [1]],
		['Red, warm', [3]],
		['1, red, warm, 2', [2, 1, 3]],
		['a;b;c', [4]],
		['Dark blue;A;B;C;1', [2, 1, 4]],
		[[], []],
		[3, [3]],
	])('dataverse:2.3 %j is the list %j in the order of the options', (source, list) => {
		expect(choose(source)).toEqual(exact(list));
	});

	it('dataverse:2.3 of two options that begin alike the longer one is meant', () => {
		const reds = [
			{ label: 'Red', value: 1 },
			{ label: 'Red, warm', value: 2 },
			{ label: 'Blue', value: 3 },
		];
		expect(choose('blue; red, warm', reds)).toEqual(exact([2, 3]));
		expect(choose('blue, red; 2', reds)).toEqual(exact([1, 2, 3]));
	});

	it('sync:T4 names all members that are no options', () => {
		expect(choose('1;Pink; 9')).toEqual(
			unfit(
				'has members that are not exactly one option: "Pink", "9"; the options are 2 ("Dark  Blue"), 1 ("Café crème"), 3 ("Red, warm"), 4 ("A;B;C")',
			),
		);
		expect(choose([1, null])).toMatchObject({
			kind: 'unfit',
			problem: expect.stringContaining('has a member that is null'),
		});
		expect(choose([[1]])).toMatchObject({ kind: 'unfit' });
	});

	it('sync:T4 without known options splits a text, at semicolons first', () => {
		expect(choose('a; b, c;a', [])).toEqual(exact(['a', 'b, c']));
		expect(choose('b,c', [])).toEqual(exact(['b', 'c']));
		expect(choose(['a', 1], [])).toEqual(exact(['a', 1]));
		expect(choose([['a'], ''], [])).toEqual(
			unfit('has members that are not exactly one option: a list, ""'),
		);
	});
});

describe('truth values', () => {
	it.each([
		[true, ['true', ' TRUE ', 'Yes', 'y', 'ON', 'T', '1', 1]],
		[false, ['false', 'No', 'n', 'off', 'F ', '0', 0]],
	])('sync:A20 %j has many words', (truth, sources) => {
		for (const source of sources) expect(convert(source, 'boolean')).toEqual(exact(truth));
	});

	it("sync:A20 the field's own labels count, and before the usual words", () => {
		const options = [
			{ label: 'Do Not Allow', value: true },
			{ label: 'Yes', value: false },
		];
		expect(convert('do not  allow', 'boolean', { options })).toEqual(exact(true));
		expect(convert('yes', 'boolean', { options })).toEqual(exact(false));
		expect(convert('no', 'boolean', { options })).toEqual(exact(false));
		expect(convert(true, 'boolean', { options })).toEqual(exact(true));
		expect(convert('maybe', 'boolean', { options })).toEqual(
			unfit(
				'is "maybe", which is neither yes nor no; send true or false, or one of true ("Do Not Allow"), false ("Yes")',
			),
		);
	});

	it('sync:T4 two options of one name say nothing', () => {
		const options = [
			{ label: 'On', value: 1 },
			{ label: 'on', value: 0 },
		];
		expect(convert('on', 'boolean', { options })).toMatchObject({ kind: 'unfit' });
		expect(convert('off', 'boolean', { options })).toEqual(exact(false));
	});

	it.each([2, -1, 1.5, '2', 'ja', '1.0'])('sync:T4 %j is neither', (source) => {
		expect(convert(source, 'boolean')).toMatchObject({ kind: 'unfit' });
	});
});
