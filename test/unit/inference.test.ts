import * as fc from 'fast-check';

import { inferredField, observeType } from '../../shared/core/mapping/inference';
import { toField } from './mappingDestinationFixture';

function infer(values: readonly unknown[], readsText = false) {
	const observer = observeType({ readsText });
	for (const value of values) observer.see(value);
	return observer.result();
}

describe('types of new fields', () => {
	it.each<[string, unknown[], object]>([
		['whole numbers', [1, -2, null, 2_147_483_647], { type: 'integer' }],
		['whole numbers beyond 32 bits', [1, 3_000_000_000], { type: 'decimal' }],
		['numbers', [1, 2.5], { type: 'decimal' }],
		['numbers no column holds', [1_700_000_000_000], { type: 'string', length: 100 }],
		['yes and no', [true, false], { type: 'boolean' }],
		['days', ['2024-01-31', ''], { type: 'date' }],
		['instants', ['2024-01-31T10:00:00Z', new Date(0)], { type: 'dateTime' }],
		['days before Dataverse begins', ['1400-01-01'], { type: 'string', length: 100 }],
		['days that do not exist', ['2024-02-31'], { type: 'string', length: 100 }],
		['text', ['abc'], { type: 'string', length: 100 }],
		['codes of digits', ['01067', '12345'], { type: 'string', length: 100 }],
		['a day and an instant', ['2024-01-31', '2024-01-31T10:00:00Z'], { type: 'string' }],
		['a number and text', [1, 'a'], { type: 'string' }],
		['yes and a number', [true, 1], { type: 'string' }],
		['lists', [['a', 'b']], { type: 'string' }],
		['objects', [{ a: 1 }], { type: 'string' }],
		['nothing', [undefined, null, ' '], { type: 'string', length: 100 }],
	])('design:7 %s', (_, values, expected) => {
		expect(infer(values)).toMatchObject(expected);
	});

	it.each([
		[100, 100],
		[101, 250],
		[800, 850],
		[2_001, 4_000],
		[4_001, 10_000],
		[2_000_000, 1_048_576],
	])('design:7 a text of %i characters gets a column of %i', (longest, length) => {
		expect(infer(['x', 'y'.repeat(longest)])).toEqual({ type: 'string', length, longest });
	});

	it.each<[unknown[], string]>([
		[['1', '-2'], 'integer'],
		[['1', '2.50'], 'decimal'],
		[['true', 'FALSE'], 'boolean'],
		[['01067', '12345'], 'string'],
		[['1', 'x'], 'string'],
		[['+41 44 123'], 'string'],
	])('design:7 read from text on request: %j is %s', (values, type) => {
		expect(infer(values, true).type).toBe(type);
	});

	const value = fc.oneof(
		fc.integer(),
		fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
		fc.boolean(),
		fc.string({ maxLength: 300 }),
		fc.date({ min: new Date('1700-01-01'), noInvalidDate: true }),
		fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
		fc.constantFrom<unknown>('', null, undefined, ' ', '1', 'true', [1], { a: 1 }, '2024-01-31'),
	);

	it('design:7 the inferred column holds every value it was inferred from', () => {
		fc.assert(
			fc.property(fc.array(value, { maxLength: 6 }), fc.boolean(), (values, readsText) => {
				const convert = toField(inferredField('x', infer(values, readsText)));
				for (const one of values) {
					if (one === null || one === undefined) continue;
					if (typeof one === 'string' && one.trim() === '') continue;
					expect(convert(one).kind).toBe('exact');
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('design:7 more values never narrow a type, and their order does not count', () => {
		const width = (type: string) => (type === 'string' ? 2 : type === 'decimal' ? 1 : 0);
		fc.assert(
			fc.property(fc.array(value, { maxLength: 6 }), value, (values, more) => {
				const before = infer(values);
				const after = infer([...values, more]);
				if (values.some((one) => infer([one]).longest > 0)) {
					expect(width(after.type)).toBeGreaterThanOrEqual(width(before.type));
				}
				expect(infer([more, ...values])).toEqual(after);
			}),
			{ numRuns: 500 },
		);
	});
});
