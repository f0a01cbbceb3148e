import type { FieldInfo, FieldType } from '../../shared/core/field';
import { convert, exact, lossy, unfit, valueOf } from './conversionFixture';

describe('numbers', () => {
	const large = 'too large to be sent as a number without losing digits';

	it.each<[unknown, unknown]>([
		['+7', 7],
		['-0', 0],
		[-0, 0],
		['007', 7],
		['7.0', 7],
		['.5e1', 5],
		['5.', 5],
		['12e3', 12000],
		['1200e-2', 12],
		['9007199254740991', 9007199254740991],
		[false, 0],
	])('sync:T45 %j is the whole number %j', (source, number) => {
		const got = convert(source, 'integer');
		expect(got).toEqual(exact(number));
		expect(Object.is(valueOf(got), number)).toBe(true);
	});

	it.each<[unknown, number]>([
		[0.5, 1],
		[-0.5, -1],
		[1.4999, 1],
		['-2.5', -3],
		['0.49999999999999999999999', 0],
		['1.0000000000000000000001', 1],
		['99999.5', 100000],
		['1e-999999999999', 0],
	])('sync:T4 %j is rounded half away from zero to %j, and says so', (source, number) => {
		expect(convert(source, 'integer')).toEqual(
			lossy(number, `was rounded from ${JSON.stringify(source)} to ${number}`),
		);
	});

	it.each<[unknown, number | undefined, unknown]>([
		['1.50', 2, 1.5],
		[1.5, 2, 1.5],
		['1.5e0', 2, 1.5],
		[0.1, undefined, 0.1],
		['0.30000000000000004', undefined, 0.30000000000000004],
		[1e300, 2, 1e300],
		[1.15, 2, 1.15],
		[123456789012.3456, 4, 123456789012.3456],
	])('sync:T45 %j with precision %j is the number %j', (source, precision, number) => {
		expect(convert(source, 'decimal', { precision })).toEqual(exact(number));
	});

	it.each<[unknown, number | undefined, number]>([
		[1.005, 2, 1.01],
		['-1.005', 2, -1.01],
		[9.995, 2, 10],
		[0.1 + 0.2, 2, 0.3],
		[1e-7, 2, 0],
		['12345678901234567.89', 2, 12345678901234568],
		['0.12345678901234567890123', undefined, 0.12345678901234568],
	])('sync:T4 %j with precision %j is rounded to %j, and says so', (source, precision, number) => {
		expect(convert(source, 'decimal', { precision })).toEqual(
			lossy(number, `was rounded from ${JSON.stringify(source)} to ${number}`),
		);
	});

	it.each<[FieldType, unknown, string]>([
		['integer', '9007199254740993', `is "9007199254740993", ${large}`],
		['integer', 2 ** 53, `is 9007199254740992, ${large}`],
		['decimal', '1e400', `is "1e400", ${large}`],
		['decimal', '1e99999999999999999999999', `is "1e99999999999999999999999", ${large}`],
		['decimal', NaN, 'is NaN, which is not a number'],
		['decimal', -Infinity, 'is -Infinity, which is not a number'],
		['integer', '0x10', 'is "0x10", which is not a whole number'],
		['integer', 'Infinity', 'is "Infinity", which is not a whole number'],
		['integer', '7 €', 'is "7 €", which is not a whole number'],
		['integer', '-', 'is "-", which is not a whole number'],
		['decimal', '.', 'is ".", which is not a number'],
	])('sync:T4 an %s refuses %j', (type, source, problem) => {
		expect(convert(source, type)).toEqual(unfit(problem));
	});

	it.each(['1,234', '1.234,50', "1'234", '1 234', '1_000', '1 234', '0,5'])(
		'sync:T4 %j is not guessed: the message names the form to use',
		(source) => {
			for (const type of ['integer', 'decimal'] as const) {
				expect(convert(source, type)).toMatchObject({
					kind: 'unfit',
					problem: expect.stringContaining(
						'write it with a decimal point and without thousands separators',
					),
				});
			}
		},
	);

	it('dataverse:2.3 holds the bounds of the field, after rounding', () => {
		const bounds: Partial<FieldInfo> = { minimum: -1, maximum: 10 };
		expect(convert('10.4', 'integer', bounds)).toMatchObject({ kind: 'lossy', value: 10 });
		expect(convert(10.5, 'integer', bounds)).toEqual(unfit('is 10.5, above the maximum 10'));
		expect(convert('-2', 'decimal', bounds)).toEqual(unfit('is "-2", below the minimum -1'));
		expect(convert(true, 'integer', { minimum: 5 })).toEqual(unfit('is true, below the minimum 5'));
	});
});

describe('text', () => {
	it('sync:T45 case, padding and a longer tail are real differences in a text', () => {
		const texts = ['abc', 'ABC', ' abc', 'abc ', 'abc and a tail'];
		expect(new Set(texts.map((text) => valueOf(convert(text, 'string')))).size).toBe(5);
	});

	it('sync:T45 texts that differ only behind the end of the field become the same', () => {
		const [one, other] = ['abcdef', 'abcdXX'].map((text) =>
			convert(text, 'string', { maxLength: 4 }, { cutText: true }),
		);
		expect(one).toEqual(lossy('abcd', 'was cut: it has 6 characters, and the field holds 4'));
		expect(other).toEqual(one);
	});

	it('sync:T4 refuses what is too long, naming both lengths, unless cutting is chosen', () => {
		expect(convert('abcde', 'string', { maxLength: 4 })).toEqual(
			unfit('has 5 characters, and the field holds 4; shorten it, or choose to cut long texts'),
		);
		expect(convert('abcd', 'string', { maxLength: 4 })).toEqual(exact('abcd'));
		expect(convert(12345, 'string', { maxLength: 4 })).toMatchObject({ kind: 'unfit' });
	});

	it('sync:T4 never cuts a character in half', () => {
		const cut = (text: string, maxLength: number) =>
			valueOf(convert(text, 'string', { maxLength }, { cutText: true }));
		expect(cut('a😀b', 2)).toBe('a');
		expect(cut('a😀b', 3)).toBe('a😀');
		expect(cut('😀', 1)).toBe('');
	});

	it('sync:T45 equal objects become the same text, whatever the order of their fields', () => {
		const [one, other] = [
			{ a: 1, b: { d: 1, c: 2 } },
			{ b: { c: 2, d: 1 }, a: 1 },
		].map((value) => convert(value, 'string'));
		expect(one).toEqual(exact('{"a":1,"b":{"c":2,"d":1}}'));
		expect(other).toEqual(one);
	});

	it('sync:T4 refuses what JSON cannot say', () => {
		const loop: Record<string, unknown> = {};
		loop.self = loop;
		expect(convert(loop, 'string')).toEqual(unfit('contains itself'));
		expect(convert(new Map(), 'string')).toMatchObject({ kind: 'unfit' });
		expect(convert(NaN, 'string')).toEqual(unfit('is NaN, which is not a number'));
	});
});

describe('ids and parents', () => {
	const guid = '0000abcd-12ef-0000-0000-00000000000f';

	it('dataverse:2.3 an owner goes on by name or e-mail, and no other lookup does', () => {
		const targets = ['systemuser', 'team'];
		const owner = { byName: true, targets };
		expect(convert(' kim@contoso.com ', 'lookup', owner)).toEqual(exact('kim@contoso.com'));
		expect(convert('Kim Abercrombie', 'lookup', owner)).toEqual(exact('Kim Abercrombie'));
		expect(convert('{0000ABCD-0000-0000-0000-000000000001}', 'lookup', owner)).toEqual(
			exact('0000abcd-0000-0000-0000-000000000001'),
		);
		expect(convert('Kim', 'lookup', { targets })).toMatchObject({
			kind: 'unfit',
		});
	});

	it.each(['id', 'lookup'] as const)('sync:T45 a GUID has one form as %s', (type) => {
		for (const form of [guid, guid.toUpperCase(), `{${guid}}`, ` {${guid.toUpperCase()}} `])
			expect(convert(form, type)).toEqual(exact(guid));
	});

	it('salesforce:T13 ids keep their case; a parent needs the form that proves itself', () => {
		expect(convert(' 001D000000IqhSL ', 'id')).toEqual(exact('001D000000IqhSL'));
		expect(convert('001D000000IqhSLIAZ', 'lookup')).toEqual(exact('001D000000IqhSLIAZ'));
		expect(convert('001d000000iqhsliaz', 'lookup')).toMatchObject({ kind: 'unfit' });
		expect(convert('001D000000IqhSL', 'lookup')).toMatchObject({ kind: 'unfit' });
		expect(convert(2 ** 53, 'id')).toMatchObject({ kind: 'unfit' });
	});

	it('sync:B22 a parent may be named by its key, and equal names are equal', () => {
		const targets = ['account', 'contact'];
		const one = { object: 'account', key: { number: 'A-1', country: 'DE' } };
		const other = { key: { country: 'DE', number: 'A-1' }, object: 'account' };
		const text = (value: unknown) => JSON.stringify(valueOf(convert(value, 'lookup', { targets })));
		expect(convert(one, 'lookup', { targets })).toEqual(exact(one));
		expect(text(one)).toBe(text(other));
		expect(convert({ key: { number: 7 } }, 'lookup', { targets: ['account'] })).toEqual(
			exact({ key: { number: 7 } }),
		);
	});

	it.each<[unknown, string]>([
		[{ key: { number: 'A' } }, 'names a parent by key but not its object; add "object", one of'],
		[{ key: { number: 'A' }, object: 'lead' }, 'points at the object "lead"; it may point at'],
		[{ key: { number: 'A' }, object: 7 }, 'names the object 7, which is not a name'],
		[{ key: { number: ' ' }, object: 'account' }, 'names its parent by "number", which has no'],
		[{ key: { number: ['A'] }, object: 'account' }, 'names its parent by "number", which has no'],
		[{ key: { number: null }, object: 'account' }, 'names its parent by "number", which has no'],
		[{ key: {}, object: 'account' }, "is an object without the parent's key"],
		[{ key: ['A'], object: 'account' }, "is an object without the parent's key"],
		[{ key: 'A', object: 'account' }, "is an object without the parent's key"],
		[{ key: { number: 'A' }, objekt: 'account' }, 'is an object with "objekt"'],
		['Contoso', 'is "Contoso", which is not a record id; send a GUID'],
	])('sync:T4 a lookup refuses %j', (source, problem) => {
		expect(convert(source, 'lookup', { targets: ['account', 'contact'] })).toEqual(
			unfit(expect.stringContaining(problem) as string),
		);
	});
});
