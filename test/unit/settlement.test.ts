import type { Failure } from '../../shared/core/failures';
import type { Member, Offer } from '../../shared/core/member';
import { settle, settleNext } from '../../shared/core/protocol';
import type { RecordResult } from '../../shared/core/results';
import { LiveRun } from '../../shared/state/liveRun';
import type { LoadedState } from '../../shared/state/store';
import { failed, keyText, member, noCounts, nothingFound, offerOf, rejected } from './builders';
import { storeFixture } from './storeFixture';

const { leased, openStore } = storeFixture();
const moment = { run: 'r1', now: 1_000, parkAfter: 3 };
const hour = 3_600_000;

/** Design R6, cell by cell: what becomes of the member and of the failure ledger. */
type Cell =
	| 'accept' // the offered version is the accepted one, no failure
	| 'forget' // no member, no failure
	| 'dirty' // a member whose fingerprint is void
	| 'dirty, parked'
	| 'due' // as it was
	| 'due, back-off'
	| 'due, failure';

const unknown = (retryable: boolean): RecordResult => ({
	status: 'unknown',
	error: failed({ category: 'transient', retryable }),
});
const results: Record<string, RecordResult> = {
	created: { status: 'created', id: 'new' },
	updated: { status: 'updated', id: 'new' },
	unchanged: { status: 'unchanged' },
	deleted: { status: 'deleted' },
	'found nothing to delete': { status: 'skipped', reason: 'gone' },
	'skipped by policy': { status: 'skipped', reason: 'policy' },
	'skipped, not found': { status: 'skipped', reason: 'notFound' },
	rejected: rejected(),
	unknown: unknown(true),
	'unknown for good': unknown(false),
	'not attempted': { status: 'notAttempted' },
};

const table: Array<[result: string, upsert: Cell | undefined, removal: Cell | undefined]> = [
	['created', 'accept', undefined],
	['updated', 'accept', 'forget'], // a removal by deactivation is an update
	['unchanged', 'accept', undefined],
	['deleted', undefined, 'forget'],
	['found nothing to delete', undefined, 'forget'],
	['skipped by policy', 'accept', 'forget'],
	['skipped, not found', 'due, back-off', 'forget'],
	['rejected', 'due, failure', 'due, failure'],
	['unknown', 'dirty', 'dirty'],
	['unknown for good', 'dirty, parked', 'dirty, parked'],
	['not attempted', 'due', 'due'],
];
const cells = table.flatMap(([result, upsert, removal]) => [
	...(upsert ? [[result, 'added', upsert] as const, [result, 'changed', upsert] as const] : []),
	...(removal ? [[result, 'removed', removal] as const] : []),
]);

const before = member('ann', { fingerprint: 3n, id: 'old', fields: new Map([['a', 9]]) });
const accepted = (id?: string): Member => ({
	key: keyText('ann'),
	fingerprint: 7n,
	fields: new Map([['a', 1]]),
	leaving: false,
	...(id !== undefined && { id }),
});
const offered = (change: Offer['change']): Offer =>
	offerOf('ann', { change, ...(change === 'removed' && { fingerprint: 0n, fields: new Map() }) });

function expectCell(
	cell: Cell,
	change: Offer['change'],
	result: RecordResult,
	after: { member?: Member; failure?: Failure },
): void {
	const known = change === 'added' ? undefined : before;
	const stays = known && { ...known, leaving: change === 'removed' };
	const id = result.id ?? known?.id;
	const dirty: Partial<Member> = { doubt: change, leaving: change === 'removed' };
	if (cell === 'accept') expect(after.member).toEqual(accepted(id));
	else if (cell === 'forget') expect(after.member).toBeUndefined();
	else if (cell.startsWith('due')) expect(after.member).toEqual(stays);
	else expect(after.member).toMatchObject({ ...dirty, fields: new Map(), ...(id && { id }) });
	if (cell.startsWith('dirty')) expect(after.member?.fingerprint).toBeUndefined();
	const expected: Record<Cell, Partial<Failure> | undefined> = {
		accept: undefined,
		forget: undefined,
		dirty: undefined,
		due: undefined,
		'dirty, parked': { kind: 'unknown', parked: true, dueAt: moment.now + 24 * hour },
		'due, back-off': { kind: 'notFound', parked: false, dueAt: moment.now + hour },
		'due, failure': { kind: 'rejected', parked: false, attempts: 1, firstRun: 'r1' },
	};
	if (expected[cell]) expect(after.failure).toMatchObject(expected[cell]);
	else expect(after.failure).toBeUndefined();
}

/** A run that has offered one change to a key it knows or not. */
const offeredRun = async (
	change: Offer['change'],
	failures: LoadedState['failures'] = new Map(),
) => {
	const { store, sync, file } = await leased();
	if (change !== 'added') {
		await store.write(sync, 'r1', { members: new Map([[before.key, before]]) });
	}
	if (failures.size > 0) await store.write(sync, 'r1', { failures });
	const settings = { id: 'r1', execution: '1', keepRecords: true, parkAfter: 3, now: () => 1_000 };
	const run = new LiveRun(store, sync, await store.load(sync), settings);
	const offer = offered(change);
	const record = { email: 'ann', a: 1 };
	const counts = { ...noCounts, read: 1, members: 1 };
	const member = change === 'added' ? undefined : before;
	const offers = [{ offer, record, ...(member && { member }) }];
	await run.offer({ ...nothingFound, offers, counts }, new Map());
	const reload = async () => {
		const state = await openStore(file).load(sync);
		const [found] = (await state.members.load([before.key])).values();
		return { ...state, member: found, failure: state.failures.get(before.key) };
	};
	return { run, reload, record };
};

describe('how a result moves the state (design:R6)', () => {
	it.each(cells)('%s of a record that was %s: %s', (name, change, cell) => {
		const result = results[name]!;
		const standing = change === 'added' ? {} : { member: before };
		const { member: moved, failure } = settle(standing, offered(change), result, moment);
		expectCell(cell, change, result, {
			member: moved === undefined ? standing.member : (moved ?? undefined),
			failure: failure ?? undefined,
		});
	});

	it.each(cells)(
		'%s of a record that was %s: %s, also from the file',
		async (name, change, cell) => {
			const result = results[name]!;
			const { run, reload, record } = await offeredRun(change);
			expect((await reload()).offers.size).toBe(1);
			expect(await run.confirm([{ key: keyText('ann'), result }])).toBe(0);
			// Until the run ends another try of the writer may send it (design:R1).
			if (cell === 'due') await run.end();
			const state = await reload();
			expectCell(cell, change, result, state);
			expect(state.offers.size).toBe(0);
			const isKept = change !== 'removed' && cell !== 'accept';
			expect([...state.pending.values()]).toEqual(isKept ? [record] : []);
			expect(run.log.counts).toMatchObject({ [change]: 1, [result.status]: 1 });
		},
	);

	it('lets an unanswered offer become dirty when the run ends (design:R3)', async () => {
		const { run, reload } = await offeredRun('changed');
		expect(await run.end()).toMatchObject({ state: 'incomplete' });
		expect((await reload()).member).toMatchObject({ doubt: 'changed', id: 'old' });
		expect((await reload()).member?.fingerprint).toBeUndefined();
	});

	it('moves nothing for a key this run did not offer (design:R2)', async () => {
		const { run, reload } = await offeredRun('changed');
		expect(await run.confirm([{ key: keyText('bob'), result: results.created! }])).toBe(1);
		expect((await reload()).offers.size).toBe(1);
	});
});

describe('two answers to one offer (design:R6)', () => {
	const earlier: Failure = {
		...offered('changed'),
		kind: 'rejected',
		code: '0x1',
		message: 'The value is too long',
		signature: settle({}, offered('changed'), rejected(), moment).failure!.signature,
		attempts: 1,
		firstRun: 'r0',
		lastRun: 'r0',
		parked: false,
	};
	const taken = results.updated!;

	it.each([
		['an acceptance, then a rejection', [[taken], [rejected()]]],
		['a rejection, then an acceptance', [[rejected()], [taken]]],
		['both in one batch', [[taken, rejected()]]],
		['both in one batch, the other way round', [[rejected(), taken]]],
		['a rejection, then an answer that never came', [[rejected()], [unknown(true)]]],
	])('%s: a failure that counts once, and a dirty key', async (_, batches) => {
		const { run, reload, record } = await offeredRun('changed', new Map([[before.key, earlier]]));
		for (const batch of batches) {
			await run.confirm(batch.map((result) => ({ key: keyText('ann'), result })));
		}
		const state = await reload();
		expect(state.failure).toMatchObject({ kind: 'rejected', attempts: 2, firstRun: 'r0' });
		expect(state.member).toMatchObject({ doubt: 'changed' });
		expect(state.member?.fingerprint).toBeUndefined();
		expect([...state.pending.values()]).toEqual([record]);
		expect(run.log.counts).toEqual({
			changed: 1,
			rejected: 1,
			...(batches.length > 1 && batches[0]?.[0] === taken && { updated: 0 }),
		});
		expect(run.outcomeOf(keyText('ann'), 'Dynamics')).toMatchObject({ status: 'rejected' });
	});

	it.each([
		['unknown', 'updated'],
		['not attempted', 'updated'],
		['skipped, not found', 'created'],
	])('%s, then %s: accepted', async (first, second) => {
		const { run, reload } = await offeredRun('changed');
		for (const name of [first, second]) {
			await run.confirm([{ key: keyText('ann'), result: results[name]! }]);
		}
		const state = await reload();
		expect(state.member).toEqual(accepted('new'));
		expect(state.failure).toBeUndefined();
	});

	it.each(['unknown', 'not attempted', 'skipped, not found', 'unchanged'])(
		'updated, then %s: nothing moves',
		(second) => {
			const standing = { member: accepted('new'), said: taken };
			expect(settleNext(standing, offered('changed'), results[second]!, moment)).toBeUndefined();
		},
	);

	it('hears what was reported when something else is confirmed', async () => {
		const { run, reload } = await offeredRun('changed');
		run.report([{ key: keyText('ann'), result: taken }]);
		await run.confirm([{ key: keyText('ann'), result: rejected() }]);
		const state = await reload();
		expect(state.member).toMatchObject({ doubt: 'changed' });
		expect(state.failure).toMatchObject({ kind: 'rejected' });
	});

	it('a removal that was done and refused may not have happened', () => {
		const { member: moved, failure } = settleNext(
			{ said: results.deleted! },
			offered('removed'),
			rejected(),
			moment,
		)!;
		expect(moved).toMatchObject({ doubt: 'removed', leaving: true });
		expect(failure).toMatchObject({ change: 'removed' });
	});
});
