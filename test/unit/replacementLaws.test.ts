import fc from 'fast-check';

import type { FieldInfo } from '../../shared/core/field';
import { replacer } from '../../shared/core/replacement';
import type { Replacements } from '../../shared/core/replacement/rules';
import type { Row } from './replacementFixture';
import { fieldOf, replaceOne, replacements } from './replacementFixture';

const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== '');

/** One existing value, one new value each. */
const pairs = fc
	.tuple(
		fc.uniqueArray(text, { minLength: 1, maxLength: 8 }),
		fc.uniqueArray(text, { minLength: 8, maxLength: 8 }),
	)
	.map(([existing, fresh]) => existing.map((value, at): Row => ['field', value, fresh[at]]));

const anyValue = fc.oneof(
	text,
	fc.constantFrom('A', 'B', 'a', '1', 1, true, null, '', undefined),
	fc.jsonValue(),
	fc.array(fc.constantFrom('A', 'B', '1', 'x', 1)),
);

const options = [
	{ value: 1, label: 'A' },
	{ value: 2, label: 'B' },
	{ value: 3, label: '1' },
];
const anySide = fc.constantFrom<FieldInfo[] | undefined>(
	undefined,
	[fieldOf('field', 'choice', options)],
	[fieldOf('field', 'multiChoice', options)],
	[fieldOf('field', 'string')],
);
const anyRules = fc.array(
	fc
		.tuple(
			fc.constantFrom('A', 'B', '1', 'a', ''),
			fc.constantFrom('A', 'B', '2'),
			fc.constantFrom('exact', 'ignoreCase', 'pattern'),
		)
		.map(([existing, fresh, match]): Row => [
			'field',
			match === 'pattern' ? '^A' : existing,
			fresh,
			{ match: match as 'exact' },
		]),
	{ maxLength: 5 },
);
const settings = fc.record<Partial<Replacements>>({
	source: anySide,
	destination: anySide,
	whenUnmatched: fc.constantFrom(
		{ kind: 'keep' },
		{ kind: 'clear' },
		{ kind: 'setTo', value: 'A' },
	),
});

describe('laws of replacing', () => {
	it('sync:C9 forward and then backward is the identity, for values of the rules and values foreign to them', () => {
		fc.assert(
			fc.property(pairs, text, (rows, foreign) => {
				const news = new Set(rows.map(([, , fresh]) => fresh));
				const existing = rows.map(([, value]) => value);
				const values = [...existing, ...(news.has(foreign) ? [] : [foreign])];
				const forward = replacer(replacements(rows));
				const backward = replacer(replacements(rows, { direction: 'backward' }));
				for (const value of [...values, values]) {
					const there = forward.replace({ record: { field: value } });
					expect(backward.replace(there).record).toEqual({ field: value });
				}
			}),
		);
	});

	it('sync:C9 with choices on both sides the way back ends at the stored value', () => {
		const source = [fieldOf('field', 'choice', options)];
		const destination = [
			fieldOf(
				'field',
				'choice',
				['x', 'y', 'z'].map((label, at) => ({ label, value: 10 + at })),
			),
		];
		const rows: Row[] = [
			['field', '2', 'x'],
			['field', 'A', '11'],
			['field', '3', '12'],
		];
		for (const { value, label } of options) {
			for (const form of [value, label]) {
				const there = replaceOne(rows, { field: form }, { source, destination });
				const back = replaceOne(rows, there.record, { source, destination, direction: 'backward' });
				expect([form, back.record.field]).toEqual([form, value]);
			}
		}
	});

	it('design:R8 the input is never changed, other fields and their order stay, and the same value has one outcome', () => {
		fc.assert(
			fc.property(anyRules, settings, anyValue, (rows, more, value) => {
				const run = replacer(replacements(rows, more));
				const record = { first: { deep: [1] }, field: value, last: 'A' };
				const before = structuredClone(record);
				const outcome = run.replace({ record });
				expect(record).toEqual(before);
				expect(run.replace({ record: structuredClone(record) })).toEqual(outcome);
				expect(outcome.record.first).toBe(record.first);
				expect(outcome.record.last).toBe('A');
				const names = Object.keys(outcome.record).join();
				expect(names).toBe(outcome.leftOut === 0 ? 'first,field,last' : 'first,last');
				expect(outcome.unmatched.length).toBeLessThanOrEqual(1);
				expect(outcome.leftOut).toBeLessThanOrEqual(outcome.unmatched.length);
			}),
		);
	});

	it('sync:T10 labels and technical values: going there twice is going there once, and both ways lead back', () => {
		const multi = [fieldOf('field', 'multiChoice', options.slice(0, 2))];
		const convert = (picklists: Replacements['picklists']) => (value: unknown) =>
			replaceOne([], { field: value }, { source: multi, picklists }).record.field;
		const toLabels = convert('labels');
		const toValues = convert('technicalValues');
		fc.assert(
			fc.property(fc.subarray([1, 2], { minLength: 1 }), (list) => {
				for (const value of [list, list.join(',')]) {
					expect(toLabels(toLabels(value))).toEqual(toLabels(value));
					expect(toValues(toLabels(value))).toEqual(value);
				}
			}),
		);
	});
});
