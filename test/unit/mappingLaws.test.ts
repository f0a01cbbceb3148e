import * as fc from 'fast-check';

import type { Envelope } from '../../shared/core/envelope';
import type { MappingRules, UnfitPolicy } from '../../shared/core/mapping/rules';
import { marksOf } from '../../shared/core/unchanged';
import { field, toField } from './mappingDestinationFixture';
import type { Row } from './mappingFixture';
import { key, mapAll } from './mappingFixture';

describe('mapping laws', () => {
	const value = fc.oneof(
		fc.string({ maxLength: 4 }),
		fc.constantFrom<unknown>('', ' ', null, undefined, 0, false, Number.NaN, 10n, [1], { a: 1 }),
		fc.integer(),
	);
	const record = fc.dictionary(fc.constantFrom('id', 'name', 'mail', 'city', 'age'), value, {
		noNullPrototype: true,
	});
	const source = fc.constantFrom<unknown>(
		'={{ $json.id }}',
		'={{ $json.name }}',
		'={{ $json.mail }}',
		'={{ $json.name.trim() }}',
		'fixed',
		7,
		'={{ null }}',
	);
	const row = fc.tuple(fc.constantFrom('a', 'b', 'c', 'name'), source, fc.boolean());
	const rows = fc
		.uniqueArray(row, { selector: ([field]) => field, maxLength: 4 })
		.map((list): Row[] => [key, ...list]);
	const rules = fc.record({
		applyUpdates: fc.constantFrom('all', 'none', 'perField'),
		whenEmpty: fc.constantFrom('sendNull', 'leaveOut', 'reject'),
		passThrough: fc.constantFrom(
			{ mode: 'none' },
			{ mode: 'all' },
			{ mode: 'selected', fields: ['city'] },
		),
	}) as fc.Arbitrary<Partial<MappingRules>>;
	const envelope = fc.option(
		fc.record(
			{
				change: fc.constantFrom('added', 'changed', 'removed', 'hold'),
				changedFields: fc.subarray(['id', 'name', 'mail', 'city']),
				unchanged: fc.constantFrom(
					{},
					marksOf({ id: 'a', name: '', mail: null }, ['id', 'name', 'mail']),
				),
				insertOnly: fc.subarray(['name', 'city']),
				receipt: fc.constant({ scope: 's', run: '1', key: '["k"]' }),
			},
			{ requiredKeys: [] },
		),
		{ nil: undefined },
	) as fc.Arbitrary<Envelope | undefined>;
	const input = fc.array(fc.tuple(record, envelope), { maxLength: 6 });

	it('design:R8 answers every record once, in order, and refuses only what it names a reason for', () => {
		fc.assert(
			fc.property(rows, rules, input, (list, settings, records) => {
				const outcomes = mapAll(
					list,
					records.map(([source]) => source),
					settings,
					records.map(([, envelope]) => envelope),
				);
				expect(outcomes).toHaveLength(records.length);
				outcomes.forEach((outcome, index) => {
					const [source, incoming] = records[index];
					if (outcome.kind === 'mapped') expect(outcome.record.key).toEqual(source.id);
					if (outcome.kind === 'refused') {
						expect(outcome.reason).not.toBe('');
						expect(outcome.envelope).toMatchObject({ change: 'hold', reason: outcome.reason });
					}
					if (outcome.kind !== 'mapped') {
						expect(['key']).toEqual(expect.arrayContaining(Object.keys(outcome.record)));
					}
					expect(outcome.kind === 'held').toBe(incoming?.change === 'hold');
					expect(outcome.envelope?.receipt).toEqual(incoming?.receipt);
				});
			}),
			{ numRuns: 500 },
		);
	});

	it('n8n:4.1 never changes its input, and the key stands first in every record', () => {
		const integer = { convert: toField(field('key', { type: 'integer' })) };
		const typed = rows.map((list) =>
			list.map(([to, from, updates]): Row => [to, from, updates, integer]),
		);
		const policy = fc.constantFrom('convert', 'leaveOut', 'reject') as fc.Arbitrary<UnfitPolicy>;
		fc.assert(
			fc.property(typed, rules, policy, input, (list, settings, whenUnfit, records) => {
				const sources = records.map(([one]) => one);
				const before = structuredClone(sources);
				const outcomes = mapAll(list, sources, { ...settings, whenUnfit });
				expect(sources).toEqual(before);
				expect(outcomes).toHaveLength(records.length);
				for (const outcome of outcomes) {
					if (outcome.kind !== 'mapped') continue;
					expect(Object.keys(outcome.record)[0]).toBe('key');
					expect(Number.isSafeInteger(outcome.record.key)).toBe(true);
					expect(outcome.envelope?.warnings ?? []).toHaveLength(outcome.warnings.length);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('design:3 only mapped and passed fields leave, all JSON, and insertOnly and changedFields are among them', () => {
		fc.assert(
			fc.property(rows, rules, input, (list, settings, records) => {
				const outcomes = mapAll(
					list,
					records.map(([source]) => source),
					settings,
					records.map(([, envelope]) => envelope),
				);
				outcomes.forEach(({ record: mapped, envelope: sync }, index) => {
					const passed = {
						none: [],
						selected: ['city'],
						all: Object.keys(records[index][0]),
					}[settings.passThrough!.mode];
					const allowed = new Set([...list.map(([field]) => field), ...passed]);
					for (const field of Object.keys(mapped)) expect(allowed).toContain(field);
					expect(JSON.parse(JSON.stringify(mapped))).toEqual(mapped);
					for (const field of sync?.insertOnly ?? []) expect(mapped).toHaveProperty([field]);
					if (sync?.change === 'hold') return;
					const spokenOf = [...(sync?.changedFields ?? []), ...Object.keys(sync?.unchanged ?? {})];
					for (const field of spokenOf) expect(mapped).toHaveProperty([field]);
				});
			}),
			{ numRuns: 500 },
		);
	});
});
