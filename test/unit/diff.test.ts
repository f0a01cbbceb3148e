import type { Row } from '../../shared/core/census';
import type { Failure } from '../../shared/core/failures';
import type { Member } from '../../shared/core/member';
import { keyText, noCounts, rowsOf } from './builders';
import { ann, annKey, bob, cid, compare, failure, has, prints, told } from './diffFixture';

describe('diff: what is offered', () => {
	it('offers added, then changed, then removed (design:R10)', async () => {
		const changed = { ...bob, a: 2 };
		const comparison = await compare(rowsOf(changed, cid), [has(ann, { id: '1' }), has(bob)]);
		expect(told(comparison)).toEqual([
			['added', keyText('cid')],
			['changed', keyText('bob'), 'a'],
			['removed', annKey],
		]);
		expect(comparison.offers.map(({ row }) => row)).toEqual([1, 0, undefined]);
		expect(comparison.offers[2]).toMatchObject({ record: { email: 'ann' }, offer: { id: '1' } });
		expect(comparison.counts).toEqual({ ...noCounts, read: 2, left: 1, members: 2 });
	});

	it('offers nothing that the destination accepted, and has nothing to store (design:R1)', async () => {
		const comparison = await compare(rowsOf(ann, { a: 1, email: 'bob' }), [has(ann), has(bob)]);
		expect(comparison).toMatchObject({ offers: [], resolved: [], restated: [] });
		expect(comparison.counts.unchanged).toBe(2);
	});

	it('offers exactly what there is: no row, id or old spelling that nobody knows', async () => {
		const [added, changed] = (await compare(rowsOf(bob, { ...ann, a: 2 }), [has(ann)])).offers;
		const offer = { redelivered: false, fields: prints.fields(bob) };
		expect(added).toStrictEqual({
			record: bob,
			row: 0,
			offer: {
				...offer,
				change: 'added',
				key: keyText('bob'),
				folded: keyText('bob'),
				fingerprint: prints.record(bob, keyText('bob')),
			},
		});
		expect(Object.keys(changed?.offer ?? {})).toEqual(Object.keys(added?.offer ?? {}));
		const pending = new Map([[keyText('bob'), bob]]);
		const [replayed] = (await compare([], [], { input: 'feed', pending })).offers;
		expect(replayed).not.toHaveProperty('row');
	});

	it('names only the fields that changed; a field that is gone counts, but cannot be sent', async () => {
		const known = has({ email: 'ann', a: 1, b: 1, c: 1 });
		const [changed] = (await compare(rowsOf({ email: 'ann', a: 2, b: 1 }), [known])).offers;
		expect(changed?.changedFields).toEqual(['a']);
		const [gone] = (await compare(rowsOf({ email: 'ann', a: 1, b: 1 }), [known])).offers;
		expect(gone?.offer.change).toBe('changed');
		expect(gone?.changedFields).toBeUndefined();
	});

	it('offers a key spelled otherwise as changed, with the old spelling (design:R10)', async () => {
		const { offers } = await compare(rowsOf({ email: ' ANN ', a: 1 }), [has(ann, { id: '1' })]);
		expect(offers).toMatchObject([
			{ offer: { change: 'changed', key: keyText(' ANN '), previousKey: annKey, id: '1' } },
		]);
		const exact = await compare(rowsOf({ email: 'Ann', a: 1 }), [has(ann)], {
			keyComparison: 'exact',
		});
		expect(told(exact)).toEqual([
			['added', keyText('Ann')],
			['removed', annKey],
		]);
	});

	it.each<[Member['doubt'], string]>([
		['added', 'added'],
		['removed', 'added'],
		['changed', 'changed'],
	])('sends a key in doubt since %s again, as %s and whole (design:R3)', async (doubt, change) => {
		const dirty = has(ann, { fingerprint: undefined, doubt, id: '1' });
		const { offers } = await compare(rowsOf({ ...ann, a: 2 }), [dirty]);
		expect(offers).toMatchObject([{ offer: { change, redelivered: true, id: '1' } }]);
		expect(offers[0]?.changedFields).toBeUndefined();
	});

	it('counts a key in doubt that left as a leaver (design:R3)', async () => {
		const comparison = await compare([], [has(ann, { fingerprint: undefined, doubt: 'added' })]);
		expect(comparison.offers).toMatchObject([{ offer: { change: 'removed', redelivered: true } }]);
		expect(comparison.newlyLeaving).toBe(1);
	});
});

describe('diff: a limit of changes per run', () => {
	it('hands out additions and changes first, and says how many wait', async () => {
		const rows = rowsOf({ ...bob, a: 2 }, ann);
		const comparison = await compare(rows, [has(bob), has({ email: 'cid' })], { limit: 2 });
		expect(comparison.offers.map(({ offer }) => offer.change)).toEqual(['added', 'changed']);
		expect(comparison.counts.remaining).toBe(1);
	});

	it('notes leavers that wait as leaving, so that the guard asks only once (design:R9)', async () => {
		const cid = has({ email: 'cid' });
		const comparison = await compare(rowsOf(ann), [cid], { limit: 1 });
		expect(comparison).toMatchObject({ newlyLeaving: 1, restated: [{ ...cid, leaving: true }] });
		const next = await compare(rowsOf(), [{ ...cid, leaving: true }], { limit: 1 });
		expect(next).toMatchObject({ newlyLeaving: 0, offers: [{ offer: { change: 'removed' } }] });
	});

	it('stores nothing for leavers that wait again, nor for additions that wait (design:R1)', async () => {
		const cid = has({ email: 'cid' }, { leaving: true });
		const comparison = await compare(rowsOf(ann, bob), [cid], { limit: 1 });
		expect(comparison).toMatchObject({ counts: { remaining: 2 }, restated: [] });
	});
});

describe('diff: failures (design:R7, sync:T57)', () => {
	const changed = { ...ann, a: 2 };
	const fingerprint = prints.record(changed, annKey);
	const withFailure = (changes: Partial<Failure>, now = 0) => ({
		failures: new Map([[annKey, failure({ fingerprint, ...changes })]]),
		now,
	});

	it.each<[string, Partial<Failure>, number, number]>([
		['rejected: offered again', {}, 0, 1],
		['parked: waits', { parked: true, dueAt: 10 }, 9, 0],
		['parked, back-off over: offered', { parked: true, dueAt: 10 }, 10, 1],
		['parked, row changed: offered', { parked: true, dueAt: 10, fingerprint: 5n }, 0, 1],
		['not found, waits too', { kind: 'notFound', dueAt: 10 }, 0, 0],
	])('%s', async (_, changes, now, offers) => {
		const comparison = await compare(rowsOf(changed), [has(ann)], withFailure(changes, now));
		expect(comparison.offers).toHaveLength(offers);
		expect(comparison.counts.waiting).toBe(1 - offers);
	});

	it('a removal that failed waits on its own, and only while the record is away', async () => {
		const removal = withFailure({ change: 'removed', fingerprint: 0n, dueAt: 10 });
		const away = await compare([], [has(ann)], removal);
		expect(away).toMatchObject({ offers: [], counts: { waiting: 1, left: 1 }, resolved: [] });
		const back = await compare(rowsOf(changed), [has(ann)], removal);
		expect(told(back)).toEqual([['changed', annKey, 'a']]);
	});

	it.each<[string, Row[], Member[]]>([
		['the row reads as accepted again', rowsOf(ann), [has(ann)]],
		['a record that was leaving is back', rowsOf(ann), [has(ann, { leaving: true })]],
		['the record left before it was accepted', [], []],
		['the record left after all', [], [has(ann)]],
	])('ends a failure when %s', async (_, rows, members) => {
		const comparison = await compare(rows, members, withFailure({ parked: true, dueAt: 10 }));
		expect(comparison.resolved).toEqual([annKey]);
	});

	it.each<[string, Row[], number]>([
		['of a row that is held', rowsOf([ann, 'hold']), 0],
		['of a record that was never accepted, so that its attempts add up', rowsOf(changed), 1],
	])('keeps the failure %s', async (_, rows, offers) => {
		const comparison = await compare(rows, [], withFailure({ change: 'added' }));
		expect(comparison.resolved).toEqual([]);
		expect(comparison.offers).toHaveLength(offers);
	});
});
