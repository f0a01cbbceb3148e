import type { Absence } from '../../shared/core/grace';
import { guard, defaultGuard } from '../../shared/core/guard';
import { keyText, rowsOf } from './builders';
import { ann, annKey, bob, compare, has, told } from './diffFixture';

const since = (ms: number, comparison: number): ReadonlyMap<string, Absence> =>
	new Map([[annKey, { since: ms, comparison }]]);
const hour = 3_600_000;

describe('the grace period of a record that is missing', () => {
	it('notes a first absence and sends nothing', async () => {
		const comparison = await compare(rowsOf(bob), [has(ann), has(bob)], {
			grace: { runs: 3 },
			comparisons: 7,
			now: 5,
		});
		expect(comparison).toMatchObject({ offers: [], counts: { graced: 1, left: 1 } });
		expect([...comparison.absences]).toEqual([[annKey, { since: 5, comparison: 7 }]]);
	});

	it.each<[string, object, number]>([
		['two of three runs', { grace: { runs: 3 }, comparisons: 8 }, 0],
		['three of three runs', { grace: { runs: 3 }, comparisons: 9 }, 1],
		['an hour less a millisecond', { grace: { ms: hour }, now: hour - 1 }, 0],
		['an hour', { grace: { ms: hour }, now: hour }, 1],
		['enough runs, not yet an hour', { grace: { runs: 2, ms: hour }, comparisons: 9, now: 1 }, 0],
		['no grace period any more', {}, 1],
	])('ends after %s', async (_, changes, removals) => {
		const comparison = await compare(rowsOf(bob), [has(ann), has(bob)], {
			absences: since(0, 7),
			...changes,
		});
		expect(told(comparison)).toEqual(removals === 1 ? [['removed', annKey]] : []);
		expect(comparison.counts.graced).toBe(1 - removals);
		expect(comparison.absences.size).toBe(0);
	});

	it('is over for a record that is back, or that was forgotten', async () => {
		const grace = { runs: 3 };
		const back = await compare(rowsOf(ann), [has(ann)], { grace, absences: since(0, 1) });
		expect([...back.absences]).toEqual([[annKey, null]]);
		const held = await compare(rowsOf([ann, 'hold']), [has(ann)], { grace, absences: since(0, 1) });
		expect([...held.absences]).toEqual([[annKey, null]]);
		const forgotten = await compare(rowsOf(bob), [has(bob)], { grace, absences: since(0, 1) });
		expect([...forgotten.absences]).toEqual([[annKey, null]]);
	});

	it('does not put off a removal that was offered before, nor one the source names (design:R6)', async () => {
		const grace = { runs: 3 };
		const offered = await compare(rowsOf(bob), [has(ann, { leaving: true }), has(bob)], { grace });
		expect(told(offered)).toEqual([['removed', annKey]]);
		const named = await compare(rowsOf(bob, [ann, 'removed']), [has(ann), has(bob)], { grace });
		expect(told(named)).toEqual([['removed', annKey]]);
	});

	it('is guarded when a record goes missing, and not again when it is sent (design:R9)', async () => {
		const people = Array.from({ length: 30 }, (_, index) => has({ email: `p${index}` }));
		const grace = { runs: 2 };
		const first = await compare(rowsOf(bob), people, { grace });
		expect(guard(first, defaultGuard)).toMatchObject({ kind: 'tooManyLeavers' });
		const absences = new Map(people.map(({ key }) => [key, { since: 0, comparison: 0 }]));
		const due = await compare(rowsOf(bob), people, { grace, absences, comparisons: 1 });
		expect(due.offers.filter(({ offer }) => offer.change === 'removed')).toHaveLength(30);
		expect(guard(due, defaultGuard)).toBeUndefined();
	});

	it('notes nothing while lost keys withhold removals (design:R8)', async () => {
		const rows = rowsOf({ email: null }, bob);
		const comparison = await compare(rows, [has(ann), has(bob)], { grace: { runs: 3 } });
		expect(comparison).toMatchObject({ offers: [], counts: { withheld: 1, graced: 0 } });
		expect(comparison.absences.size).toBe(0);
	});

	it('means nothing in a feed, which names what left', async () => {
		const comparison = await compare(rowsOf([ann, 'removed']), [has(ann)], {
			input: 'feed',
			grace: { runs: 3 },
		});
		expect(told(comparison)).toEqual([['removed', keyText('ann')]]);
	});
});
