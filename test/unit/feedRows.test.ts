import fc from 'fast-check';

import { takeCensus } from '../../shared/core/diff';
import type { Row } from '../../shared/core/census';
import type { Member } from '../../shared/core/member';
import type { SyncRecord } from '../../shared/core/record';
import { keyText, member, rowsOf, settings, tableOf } from './builders';
import { ann, annKey, compare, failure, has, prints } from './diffFixture';

const feed = { input: 'feed' } as const;
type Rows = Parameters<typeof rowsOf>;
const told = async (rows: Rows, members = [has(ann)], state = {}) => {
	const comparison = await compare(rowsOf(...rows), members, { ...feed, ...state });
	const { offers, invalid, counts } = comparison;
	return { records: offers.map(({ record, row }) => [record, row]), invalid, counts, comparison };
};

describe('a key that comes more than once in a feed (design:R12)', () => {
	it.each<[string, Rows, Array<[SyncRecord, number]>]>([
		[
			'the last row counts',
			[
				{ ...ann, a: 2 },
				{ ...ann, a: 3 },
			],
			[[{ ...ann, a: 3 }, 1]],
		],
		[
			'over what the earlier ones said and it does not say',
			[
				{ email: 'ann', a: 2 },
				{ email: 'ann', b: 1 },
				{ email: 'ANN', b: null },
			],
			[[{ email: 'ANN', a: 2, b: null }, 2]],
		],
		['a change after the accepted version', [ann, { ...ann, a: 2 }], [[{ ...ann, a: 2 }, 1]]],
		['nothing, where it ends as accepted', [{ ...ann, a: 2 }, ann], []],
		['nothing, where nothing changed', [ann, ann, ann], []],
		['the row after a hold', [[ann, 'hold'], { ...ann, a: 2 }], [[{ ...ann, a: 2 }, 1]]],
		[
			'rows before and after a hold',
			[{ email: 'ann', a: 2 }, [ann, 'hold'], { email: 'ann', b: 1 }],
			[[{ email: 'ann', a: 2, b: 1 }, 2]],
		],
		['nothing, where the last word is a hold', [{ ...ann, a: 2 }, [ann, 'hold']], []],
	])('%s', async (_, rows, records) => {
		const found = await told(rows);
		expect(found).toMatchObject({ records, invalid: [] });
		const { read, unchanged, held, left } = found.counts;
		expect([read, left]).toEqual([rows.length, 0]);
		expect(unchanged + held + records.length).toBe(1);
	});

	it('adds a new record once, with all that was said of it', async () => {
		const rows: Rows = [
			{ email: 'new', a: 1 },
			{ email: 'new', b: 2 },
		];
		const { records, counts } = await told(rows, []);
		expect(records).toEqual([[{ email: 'new', a: 1, b: 2 }, 1]]);
		expect(counts).toMatchObject({ unchanged: 0, held: 0, waiting: 0 });
	});

	it('a version that waits after its failure gives way to a newer one, and keeps what that does not say', async () => {
		const refused = { ...ann, a: 2 };
		const parked = failure({ fingerprint: prints.record(refused, annKey), dueAt: 9 });
		const state = { failures: new Map([[annKey, parked]]) };
		const later = await told([refused, { email: 'ann', b: 1 }], [has(ann)], state);
		expect(later.records).toEqual([[{ ...refused, b: 1 }, 1]]);
		expect(later.counts).toMatchObject({ waiting: 0, unchanged: 0 });
		expect(later.comparison.waitingNews.size).toBe(0);
		const same = await told([{ ...ann, a: 3 }, refused, refused], [has(ann)], state);
		expect(same.records).toEqual([]);
		expect(same.counts).toMatchObject({ waiting: 1, unchanged: 0 });
		const pending = new Map([[annKey, refused]]);
		const held = await told([refused, [ann, 'hold']], [has(ann)], { ...state, pending });
		expect(held).toMatchObject({ records: [], comparison: { resolved: [annKey] } });
		expect(held.counts).toMatchObject({ waiting: 0, held: 1 });
	});

	it('says with its last row that the record is there, is held, or left, in any order of rows', async () => {
		const value = fc.integer({ min: 2, max: 3 });
		const row = fc.oneof(
			fc.record({ a: value, b: value }, { requiredKeys: [] }).map((part) => ({ part, mark: '' })),
			fc.constantFrom('hold' as const, 'removed' as const).map((mark) => ({ part: {}, mark })),
		);
		const rowOf = ({ part, mark }: { part: object; mark: string }): Rows[number] =>
			mark === '' ? { email: 'ann', ...part } : [{ email: 'ann' }, mark as 'hold'];
		const parked = failure({ fingerprint: prints.record({ ...ann, a: 2 }, annKey), dueAt: 9 });
		await fc.assert(
			fc.asyncProperty(
				fc.array(row, { minLength: 1, maxLength: 6 }),
				fc.constantFrom<Member[]>([], [has(ann)], [has(ann, { leaving: true })]),
				fc.boolean(),
				async (rows, members, fails) => {
					const last = rows.at(-1)!;
					const since = rows.slice(rows.findLastIndex(({ mark }) => mark === 'removed') + 1);
					const parts = since.flatMap(({ part, mark }) => (mark === '' ? [part] : []));
					const part = Object.assign({}, ...parts) as object;
					const state = fails ? { failures: new Map([[annKey, parked]]) } : {};
					const one = await told([rowOf({ ...last, part })], members, state);
					const many = await told(rows.map(rowOf), members, state);
					expect(many.comparison.offers.map(({ offer }) => offer)).toEqual(
						one.comparison.offers.map(({ offer }) => offer),
					);
					expect(many.records.map(([record]) => record)).toEqual(
						one.records.map(([record]) => record),
					);
					expect(many.counts).toEqual({ ...one.counts, read: rows.length });
					expect(many.comparison.resolved).toEqual(one.comparison.resolved);
				},
			),
			{ numRuns: 400 },
		);
		const back = await told([ann, [ann, 'removed'], ann, [ann, 'removed'], ann]);
		expect(back).toMatchObject({ records: [], counts: { unchanged: 1, left: 0 } });
	});

	it('ends the failure of a record that reads as accepted in the end, and not before', async () => {
		const state = { failures: new Map([[annKey, failure({})]]) };
		const over = await told([{ ...ann, a: 2 }, ann], [has(ann)], state);
		expect(over.comparison.resolved).toEqual([annKey]);
		const again = await told([ann, { ...ann, a: 2 }], [has(ann)], state);
		expect(again.comparison.resolved).toEqual([]);
	});

	it('comes to the same as its rows put together, whatever is known of it', async () => {
		const value = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null });
		const row = fc.record({ a: value, b: value }, { requiredKeys: [] });
		await fc.assert(
			fc.asyncProperty(
				fc.array(row, { minLength: 1, maxLength: 5 }),
				fc.boolean(),
				async (parts, isKnown) => {
					const records = parts.map((part) => ({ email: 'ann', ...part }));
					const members = isKnown ? [member('ann', { fingerprint: 1n })] : [];
					const together = Object.assign({}, ...records) as SyncRecord;
					const one = await told([together], members);
					const many = await told(records, members);
					expect(many.records.map(([record]) => record)).toEqual(
						one.records.map(([record]) => record),
					);
					expect(many.counts).toEqual({ ...one.counts, read: records.length });
				},
			),
		);
	});
});

describe('the holds of a feed (design:R8, design:R12)', () => {
	const holdsOf = async (rows: readonly Row[], changes = {}) => {
		const state = { members: await tableOf(has(ann)), failures: new Map(), keyless: 0 };
		return (await takeCensus(rows, state, settings({ ...feed, ...changes }), prints)).holds;
	};

	it('are told with the row that says why: the last word on its key', async () => {
		const [first, second, third] = rowsOf([ann, 'hold'], ann, [{ email: 'Ann' }, 'hold']) as [
			Row,
			Row,
			Row,
		];
		expect([...(await holdsOf([first, second, third]))]).toEqual([
			[annKey, { key: keyText('Ann'), row: third }],
		]);
		expect((await holdsOf([first, second])).size).toBe(0);
	});

	it('take nothing back that no row of the input was counted for', async () => {
		const members = await tableOf(has(ann));
		members.visit(annKey);
		const { counts } = await told([[ann, 'hold']], [], { members });
		expect(counts).toMatchObject({ unchanged: 0, held: 1, waiting: 0, remaining: 0 });
	});

	it('are of no interest in a complete segment, which brings them again', async () => {
		expect((await holdsOf(rowsOf([ann, 'hold']), { input: 'complete' })).size).toBe(0);
	});
});
