import { converterTo } from '../../shared/core/conversion';
import { shortNumber } from '../../shared/core/conversion/numbers';
import { cutText, shown } from '../../shared/core/conversion/outcome';
import { zoneOf } from '../../shared/core/conversion/zone';
import { SyncError } from '../../shared/core/errors';
import { berlin, convert, exact, field, lossy, unfit } from './conversionFixture';

/** The reason a value does not fit. */
function problemOf(...parts: Parameters<typeof convert>): string {
	const conversion = convert(...parts);
	return conversion.kind === 'unfit' ? conversion.problem : conversion.kind;
}

describe('numbers', () => {
	it.each<[string, number | undefined]>([
		['7', 7],
		[' -7.50 ', -7.5],
		['+123456789012345', 123_456_789_012_345],
		['1234567890123456', undefined],
		['12345678.1234567', 12_345_678.123_456_7],
		['123456789.1234567', undefined],
		['1e3', undefined],
		['.5', undefined],
		['5.', undefined],
		['', undefined],
		['x', undefined],
		[`${' '.repeat(39)}7`, 7],
		[`${' '.repeat(40)}7`, undefined],
	])('sync:T4 a double surely holds %j', (text, number) => {
		expect(shortNumber(text)).toBe(number);
	});

	it('dataverse:2.3 the bounds themselves fit', () => {
		const bounds = { minimum: -2, maximum: 10 };
		for (const type of ['integer', 'decimal'] as const) {
			expect(convert(-2, type, bounds)).toEqual(exact(-2));
			expect(convert('10', type, bounds)).toEqual(exact(10));
		}
		expect(problemOf('10.00000000000000000001', 'decimal', { ...bounds, precision: 0 })).toBe(
			'lossy',
		);
	});

	it('sync:T4 nothing is left of a number smaller than its last digit', () => {
		const cents = { precision: 2 };
		expect(convert('-0.001', 'decimal', cents)).toEqual(lossy(0, 'was rounded from "-0.001" to 0'));
		expect(convert('-0.00', 'decimal', cents)).toEqual(exact(0));
		expect(convert('0.1250', 'decimal', { precision: 3 })).toEqual(exact(0.125));
		expect(convert('12345678901234567.891', 'decimal', cents)).toMatchObject({ kind: 'lossy' });
		expect(convert(123_456_789_012_345_680_000n, 'decimal')).toEqual(
			exact(123_456_789_012_345_680_000),
		);
	});

	it.each([true, {}, [], Symbol('s')])('sync:T4 only texts and numbers are read: %p', (value) => {
		const outcome = convert(value, 'decimal');
		expect(outcome.kind).toBe(value === true ? 'exact' : 'unfit');
	});

	it.each(['1,234', ' -1.234,5 ', '+12’345', '1 234'])(
		'sync:T4 %j is answered with the form that is read',
		(value) => {
			expect(problemOf(value, 'decimal')).toMatch(
				/without thousands separators, such as 1234\.5$/u,
			);
		},
	);

	it.each(['a1,234', '1,234 kg', '1,,2', ',1', 'abc', '-', '10,'])(
		'sync:T4 %j has nothing to do with separators',
		(value) => {
			expect(problemOf(value, 'decimal')).toMatch(/which is not a number$/u);
		},
	);
});

describe('choices and truth values', () => {
	it('sync:T4 a truth value is told what would be one, with the own labels where there are some', () => {
		expect(problemOf('perhaps', 'boolean')).toBe(
			'is "perhaps", which is neither yes nor no; send true or false',
		);
		const options = [
			{ label: 'Allow', value: true },
			{ label: 'Forbid', value: false },
			{ label: 'Ask', value: 'ask' },
		];
		expect(problemOf('Ask', 'boolean', { options })).toMatch(
			/send true or false, or one of true \("Allow"\), false \("Forbid"\)/u,
		);
		expect(convert('forbid', 'boolean', { options })).toEqual(exact(false));
	});

	it('sync:T4 blank text is no choice of a field whose options nobody knows', () => {
		for (const blank of ['', '  ']) {
			expect(problemOf(blank, 'choice')).toBe(`is ${JSON.stringify(blank)}, which is not a choice`);
		}
		expect(problemOf({ a: 1 }, 'choice')).toBe('is an object, which is not a choice');
		expect(convert(' a ', 'choice')).toEqual(exact(' a '));
	});

	it('design:11 outcomes are remembered, one object for one value, and not without end', () => {
		const options = [{ label: 'One', value: 1 }];
		const choice = converterTo(field('choice', { options }), berlin);
		const first = choice('One');
		expect(choice('One')).toBe(first);
		for (let index = 0; index < 4_999; index += 1) choice(`x${index}`);
		expect(choice('One')).toBe(first);
		choice('one more');
		expect(choice('One')).not.toBe(first);
		expect(choice('One')).toEqual(first);
		const list = [1];
		expect(choice(list)).not.toBe(choice(list));
	});

	it('sync:T4 members without options are trimmed, and empty ones are none', () => {
		expect(convert(' a , ,b,', 'multiChoice')).toEqual(exact(['a', 'b']));
		expect(convert('a, b; c ', 'multiChoice')).toEqual(exact(['a, b', 'c']));
		expect(convert(7, 'multiChoice')).toEqual(exact([7]));
	});
});

describe('parents', () => {
	const example = '{ "key": { "<key field>": "<value>" }';

	it('sync:B22 the form is shown with the object a lookup points at', () => {
		expect(problemOf('Contoso', 'lookup')).toContain(`${example} }`);
		expect(problemOf('Contoso', 'lookup', { targets: ['account'] })).toContain(
			`${example}, "object": "account" }`,
		);
		expect(problemOf([], 'lookup')).toMatch(/^is a list, which names no parent; send a GUID/u);
	});

	it('sync:B22 a key part may be a truth value, and an object need not be named where there is one', () => {
		expect(convert({ key: { main: true } }, 'lookup', { targets: ['account'] })).toEqual(
			exact({ key: { main: true } }),
		);
		expect(convert({ key: { n: 1 }, object: 'x' }, 'lookup')).toEqual(
			exact({ key: { n: 1 }, object: 'x' }),
		);
		expect(problemOf({ key: null }, 'lookup')).toMatch(/^is an object without the parent's key/u);
		expect(problemOf({ key: { n: 1 }, object: '' }, 'lookup')).toMatch(/^names the object ""/u);
		expect(problemOf({ key: { n: 1 }, object: 'lead' }, 'lookup', { targets: ['a', 'b'] })).toBe(
			'points at the object "lead"; it may point at a, b',
		);
		expect(problemOf({ key: { n: 1 } }, 'lookup', { targets: ['a', 'b'] })).toBe(
			'names a parent by key but not its object; add "object", one of a, b',
		);
	});

	it('salesforce:T13 an id is 18 characters and nothing around them', () => {
		const id = '0035e00000Aa1B2AAJ'.slice(0, 15);
		expect(problemOf(id, 'lookup')).toContain('which is not a record id');
		expect(problemOf(`${id}AAAx`, 'lookup')).toContain('which is not a record id');
	});
});

describe('dates', () => {
	it.each([
		['31.01.2026', 'which can be read as different days'],
		['1/2/26 10:00', 'which can be read as different days'],
		['am 31.01.2026', 'which is not a date'],
		['131.01.2026', 'which is not a date'],
		['1767225600', 'which could count seconds or milliseconds'],
		['-1767225600.5', 'which could count seconds or milliseconds'],
		['x1767225600', 'which is not a date'],
	])('sync:T4 %j is answered with what it could be', (value, told) => {
		for (const type of ['date', 'dateTime'] as const)
			expect(problemOf(value, type)).toContain(told);
	});

	it('sync:T4 two losses of one value are both told', () => {
		const outcome = convert('2026-10-25T02:30:00.0001', 'dateTime');
		expect(outcome).toMatchObject({
			kind: 'lossy',
			warning: expect.stringMatching(/below a millisecond of .* and is .* showed twice/u) as string,
		});
	});

	it('sync:T4 a day outside the years 1 to 9999 is no day', () => {
		expect(problemOf('0001-01-01T00:30:00+02:00', 'date', {}, { timeZone: 'UTC' })).toContain(
			'outside the years 1 to 9999',
		);
		expect(problemOf([], 'date')).toBe('is a list, which is not a date; send it as 2026-01-31');
	});
});

describe('what messages show', () => {
	it('design:9 a value that is no JSON is named by what it is', () => {
		expect(shown(() => 1)).toBe('a function');
		expect(shown(Symbol('s'))).toBe('a symbol');
		expect(shown(undefined)).toBe('undefined');
		expect(shown(12n)).toBe('12');
	});

	it('design:9 long texts are cut, never within a character', () => {
		expect(shown('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
		expect(shown('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
		expect(cutText('ab\uffffc', 3)).toBe('ab\uffff');
		expect(cutText('ab\u{1f600}c', 3)).toBe('ab');
		expect(cutText('abc', 3)).toBe('abc');
	});

	it('design:9 a time zone nobody knows is refused with the form of one', () => {
		const refused = () => zoneOf('Mars/Olympus');
		expect(refused).toThrow(SyncError);
		expect(refused).toThrow(
			expect.objectContaining({
				details: { hint: 'Use a name of the IANA list, such as Europe/Berlin or UTC.' },
			}),
		);
		expect(zoneOf('Asia/Tokyo')).toBe(zoneOf('Asia/Tokyo'));
	});

	it('sync:T4 a local time says whether the clocks showed it once, twice or never', () => {
		const at = (text: string) => zoneOf('Europe/Berlin').toInstant(Date.parse(`${text}Z`)).clock;
		expect(at('2026-06-01T12:00:00')).toBe('once');
		expect(at('2026-10-25T12:00:00')).toBe('once');
		expect(at('2026-10-25T02:30:00')).toBe('twice');
		expect(at('2026-03-29T02:30:00')).toBe('skipped');
	});

	it('sync:T4 several strangers among choices are named together, one by its own reason', () => {
		const options = [{ label: 'One', value: 1 }];
		expect(convert('2', 'multiChoice', { options })).toEqual(
			unfit('has a member that is "2", which is none of the options: 1 ("One")'),
		);
		expect(problemOf([2, 3], 'multiChoice', { options })).toBe(
			'has members that are not exactly one option: 2, 3; the options are 1 ("One")',
		);
	});
});
