import fc from 'fast-check';

import { inferred, rowTyping, type ColumnType } from '../../shared/sources/columnTypes';
import { recordsOf, rowsOf } from './sourcesFixture';

const typed = (type: ColumnType, value: unknown) =>
	rowTyping({ declared: new Map([['a', type]]), timeZone: 'Europe/Berlin' })({
		index: 0,
		record: { id: '1', a: value },
	});

describe('the rule of inference', () => {
	it.each<[string, unknown]>([
		['', null],
		['true', true],
		['false', false],
		['0', 0],
		['-1.5', -1.5],
		['0.25', 0.25],
		['123456789012345', 123456789012345],
		['True', 'True'],
		['null', 'null'],
		[' ', ' '],
		[' 1', ' 1'],
		['007', '007'],
		['+1', '+1'],
		['1e5', '1e5'],
		['-0', '-0'],
		['1.50', '1.50'],
		['.5', '.5'],
		['5.', '5.'],
		['1,5', '1,5'],
		['0x10', '0x10'],
		['Infinity', 'Infinity'],
		['1234567890123456', '1234567890123456'],
		['12345678.12345678', '12345678.12345678'],
		['0.0000001', '0.0000001'],
		['2026-01-31', '2026-01-31'],
	])('reads %j as %j', (cell, value) => {
		expect(inferred(cell)).toBe(value);
	});

	it('is idempotent and never loses a digit', () => {
		const cells = fc.oneof(
			fc.string(),
			fc.double().map(String),
			fc.bigInt().map(String),
			fc.stringMatching(/^-?\d{0,18}\.?\d{0,18}$/u),
		);
		fc.assert(
			fc.property(cells, (cell) => {
				const value = inferred(cell);
				expect(value === null ? '' : String(value)).toBe(cell);
				if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
				expect(inferred(value === null ? '' : String(value))).toEqual(value);
			}),
			{ numRuns: 2_000 },
		);
	});

	it('counts for the columns of a CSV file that are not declared, and on request only', async () => {
		const text = 'id,n,t\n1,2,3\n,,\n';
		expect(await recordsOf(text)).toEqual([
			{ id: '1', n: '2', t: '3' },
			{ id: '', n: '', t: '' },
		]);
		const declared = new Map([['t', 'text' as const]]);
		expect(await recordsOf(text, { otherColumns: 'infer', declared })).toEqual([
			{ id: 1, n: 2, t: '3' },
			{ id: null, n: null, t: '' },
		]);
		expect(await recordsOf('{"n":"2"}', { otherColumns: 'infer' })).toEqual([{ n: '2' }]);
	});
});

describe('declared types', () => {
	it.each<[ColumnType, unknown, unknown]>([
		['text', 7, '7'],
		['text', '', ''],
		['text', true, 'true'],
		['number', '1.50', 1.5],
		['number', '1e5', 100_000],
		['wholeNumber', '007', 7],
		['wholeNumber', ' ', null],
		['boolean', 'Yes', true],
		['boolean', 0, false],
		['date', '2026-01-31', '2026-01-31'],
		['date', '2026-01-31T23:30:00Z', '2026-02-01'],
		['dateTime', '2026-01-31 10:30', '2026-01-31T09:30:00Z'],
		['dateTime', new Date(0), '1970-01-01T00:00:00Z'],
		['json', '{"b":[1]}', { b: [1] }],
		['json', [1], [1]],
		['json', '', null],
		['number', null, null],
	])('%s of %j is %j', (type, value, expected) => {
		expect(typed(type, value)).toEqual({ index: 0, record: { id: '1', a: expected } });
	});

	it('leave a column alone that the row does not have', () => {
		expect(typed('number', undefined).record).toEqual({ id: '1', a: undefined });
		const row = { index: 0, record: { id: '1' } };
		expect(rowTyping({ declared: new Map([['a', 'number']]), timeZone: 'UTC' })(row)).toBe(row);
	});

	it.each<[ColumnType, unknown, string]>([
		['number', 'x', '"a" is "x", which is not a number'],
		['number', '12345678901234567', 'cannot be kept exactly'],
		['wholeNumber', '1.5', 'cannot be kept exactly'],
		['boolean', 'maybe', 'neither yes nor no'],
		['date', '31/01/2026', 'can be read as different days'],
		['dateTime', '2026-02-30T10:00', 'does not exist'],
		['json', '{', 'is not JSON'],
	])('hold a row by its key where %s does not fit %j (design:R8)', (type, value, words) => {
		const row = typed(type, value);
		expect(row).toMatchObject({ index: 0, record: { id: '1' }, mark: 'hold' });
		expect(row.problem).toContain(words);
		expect(row.record).not.toHaveProperty('a');
	});

	it('leave a mark of the way here as it is, and never change the row itself (design:R8)', () => {
		const row = { index: 0, record: { id: '007', a: 'x' }, mark: 'removed' } as const;
		const typing = rowTyping({
			declared: new Map([
				['id', 'wholeNumber'],
				['a', 'number'],
			]),
			timeZone: 'UTC',
		});
		expect(typing(row)).toEqual({ index: 0, record: { id: 7 }, mark: 'removed' });
		expect(row.record).toEqual({ id: '007', a: 'x' });
		const problem = { index: 0, record: {}, problem: 'Line 2 is cut' };
		expect(typing(problem)).toBe(problem);
	});

	it('make a key that does not fit no key: removals are withheld (design:R8)', async () => {
		const [row] = await rowsOf('id\nx\n', { declared: new Map([['id', 'wholeNumber']]) });
		expect(row).toMatchObject({ record: {}, mark: 'hold' });
	});
});
