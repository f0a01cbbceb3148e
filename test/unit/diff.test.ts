import { diff, type Comparison } from '../../shared/core/diff';
import type { DiffSettings, DiffState, Row } from '../../shared/core/census';
import type { Failure } from '../../shared/core/failures';
import { fingerprinter } from '../../shared/core/fingerprint';
import type { Member } from '../../shared/core/member';
import type { SyncRecord } from '../../shared/core/record';
import { keyText, noCounts, rowsOf, settings, tableOf } from './builders';

const prints = fingerprinter();

/** A member that accepted exactly this record. */
const has = (record: SyncRecord, changes: Partial<Member> = {}): Member => {
	const key = keyText(String(record.email));
	return {
		key,
		fingerprint: prints.record(record, key),
		fields: prints.fields(record),
		leaving: false,
		...changes,
	};
};
const failure = (changes: Partial<Failure>): Failure => ({
	key: keyText('ann'),
	change: 'changed',
	fingerprint: 1n,
	kind: 'rejected',
	code: '',
	message: '',
	signature: '',
	attempts: 1,
	firstRun: 'r0',
	lastRun: 'r0',
	parked: false,
	...changes,
});

const compare = async (
	rows: readonly Row[],
	members: Member[],
	changes: Partial<DiffSettings & DiffState> = {},
): Promise<Comparison> =>
	await diff(
		rows,
		{ members: await tableOf(...members), failures: new Map(), keyless: 0, ...changes },
		settings(changes),
		fingerprinter(),
	);

const told = ({ offers }: Comparison) =>
	offers.map(({ offer, changedFields }) => [offer.change, offer.key, ...(changedFields ?? [])]);
const [ann, bob, cid] = [
	{ email: 'ann', a: 1 },
	{ email: 'bob', a: 1 },
	{ email: 'cid', a: 1 },
] as const;
const annKey = keyText('ann');

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

	it('offers nothing that the destination accepted', async () => {
		const comparison = await compare(rowsOf(ann, { a: 1, email: 'bob' }), [has(ann), has(bob)]);
		expect(comparison.offers).toEqual([]);
		expect(comparison.counts.unchanged).toBe(2);
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
		const { offers } = await compare(rowsOf(ann), [dirty]);
		expect(offers).toMatchObject([{ offer: { change, redelivered: true, id: '1' } }]);
		expect(offers[0]?.changedFields).toBeUndefined();
	});

	it('counts a key in doubt that left as a leaver (design:R3)', async () => {
		const comparison = await compare([], [has(ann, { fingerprint: undefined, doubt: 'added' })]);
		expect(comparison.offers).toMatchObject([{ offer: { change: 'removed', redelivered: true } }]);
		expect(comparison.newlyLeaving).toBe(1);
	});
});

describe('diff: what stays on the wire (design:R8)', () => {
	it('never removes a hold, and does not compare it', async () => {
		const comparison = await compare(rowsOf([{ email: 'ANN', a: 9 }, 'hold']), [has(ann)]);
		expect(comparison.offers).toEqual([]);
		expect(comparison.counts).toMatchObject({ held: 1, left: 0, unchanged: 0 });
	});

	it('holds all rows of a duplicate key, whatever their spelling and order', async () => {
		const rows = rowsOf(ann, cid, { email: 'Ann ', a: 2 }, [{ email: 'cid' }, 'hold']);
		const comparison = await compare(rows, [has(ann), has(bob)]);
		expect(told(comparison)).toEqual([['removed', keyText('bob')]]);
		expect(comparison.invalid).toEqual(
			[0, 1, 2].map((index) => ({ index, reason: 'duplicateKey' })),
		);
		expect(comparison.counts.held).toBe(2);
	});

	it('does not take a record that is marked as removed and also there for a leaver', async () => {
		const comparison = await compare(rowsOf([{ email: 'ANN' }, 'removed'], ann), [has(ann)]);
		expect(comparison.offers).toEqual([]);
	});

	it.each([
		[1, 0, 0],
		[1, 1, 1],
		[2, 1, 0],
		[1, 2, 1],
	])('%i keyless rows after %i in the last run: %i removals', async (now, before, removals) => {
		const keyless = rowsOf(...Array.from({ length: now }, () => ({ email: ' ' })));
		const comparison = await compare(keyless, [has(ann)], { keyless: before });
		expect(comparison.offers).toHaveLength(removals);
		const withheld = removals === 0 ? 1 : 0;
		expect(comparison.counts).toMatchObject({ keyless: now, left: 1, withheld });
		expect(comparison.invalid).toHaveLength(now);
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
});

describe('diff: leavers (design:R9, design:R10)', () => {
	it('leaves them alone, and keeps their state, unless they are to be sent', async () => {
		const comparison = await compare([], [has(ann)], { leavers: 'leave' });
		expect(comparison).toMatchObject({ offers: [], newlyLeaving: 0, superseded: [] });
		expect(comparison.counts.left).toBe(1);
	});

	it('counts a leaver once: when its removal was offered before, it is not new', async () => {
		const comparison = await compare([], [has(ann, { leaving: true }), has(bob)]);
		expect(comparison.offers).toHaveLength(2);
		expect(comparison.newlyLeaving).toBe(1);
	});

	it('forgets a leaver whose destination record a live key holds', async () => {
		const left = has(ann, { id: '1' });
		const comparison = await compare(rowsOf(bob), [left, has(bob, { id: '1' })]);
		expect(comparison.offers).toEqual([]);
		expect(comparison.superseded).toEqual([left]);
	});

	it('takes a leaver back that returns as it was, and offers one that changed', async () => {
		const away = [has(ann, { leaving: true }), has(bob, { leaving: true })];
		const comparison = await compare(rowsOf(ann, { ...bob, a: 2 }), away);
		expect(comparison.restated).toEqual([has(ann)]);
		expect(told(comparison)).toEqual([['changed', keyText('bob'), 'a']]);
	});
});

describe('diff: failures (design:R7)', () => {
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

	it('keeps the failure of a row that is held', async () => {
		const held = await compare(rowsOf([ann, 'hold']), [], withFailure({}));
		expect(held.resolved).toEqual([]);
	});
});
