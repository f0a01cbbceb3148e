import type { Failure } from '../../shared/core/failures';
import type { RunRow, StateChange } from '../../shared/state/store';
import { identity, keyText, member, offerOf, owner } from './builders';
import { everyone, moves, postgresFixture, storeFixture } from './storeFixture';

const row = (id: string, endedAt: number): RunRow => ({
	id,
	execution: '5',
	startedAt: endedAt - 1,
	endedAt,
	state: 'completed',
	message: '',
	counts: {},
});
const failure = (key: string, changes: Partial<Failure> = {}): Failure => ({
	key: keyText(key),
	change: 'added',
	fingerprint: 7n,
	kind: 'rejected',
	code: '0x1',
	message: 'too long',
	signature: 's',
	attempts: 1,
	firstRun: 'r1',
	lastRun: 'r1',
	parked: false,
	...changes,
});
const failures = (...keys: string[]) => new Map(keys.map((key) => [keyText(key), failure(key)]));

/** What every store must let a person see and put right. */
describe.each([
	['SqliteStore', storeFixture],
	['PostgresStore', postgresFixture],
])('%s can be looked after', (_name, newFixture) => {
	const { leased, openStore } = newFixture();

	it('names all syncs in order', async () => {
		const { store, sync } = await leased();
		await store.bind('cities', owner, identity('exact'));
		const [cities, people] = await store.syncs();
		expect(cities).toMatchObject({ name: 'cities', identity: identity('exact') });
		expect(people).toEqual({ ...(await store.find('people')), id: sync.id });
	});

	it.each<[string, StateChange | undefined, number, number]>([
		['nothing', undefined, 0, 0],
		['accepted members', { members: moves(member('ann'), member('bob')) }, 2, 0],
		['offers', { offers: [offerOf('ann'), offerOf('bob')] }, 0, 2],
		[
			'dirty and leaving members',
			{
				members: moves(
					member('ann', { fingerprint: undefined }),
					member('bob', { leaving: true }),
					member('cid'),
				),
			},
			3,
			2,
		],
		[
			'records that are in the failure ledger too',
			{
				offers: [offerOf('ann')],
				members: moves(member('bob', { fingerprint: undefined })),
				failures: failures('ann', 'bob', 'cid'),
			},
			1,
			0,
		],
	])('counts what there is to do: %s', async (...[, change, members, unconfirmed]) => {
		const { store, sync } = await leased();
		if (change) await store.write(sync, 'r1', change);
		const backlog = await store.backlog(sync);
		expect(backlog).toEqual({ members, unconfirmed, failures: new Map(change?.failures) });
	});

	it('counts the same over blocks, journal and doubts, each record once', async () => {
		const { store, sync, file } = await leased();
		const many = Array.from({ length: 3_000 }, (_, index) => member(`p${index}`));
		const dirty = (name: string) => member(name, { fingerprint: undefined });
		await store.write(sync, 'r1', {
			members: moves(...many, dirty('p1'), dirty('p2'), dirty('p3')),
		});
		await store.compact(sync, 'r1', (await store.load(sync)).members);
		expect(await store.backlog(sync)).toMatchObject({ members: 3_000, unconfirmed: 3 });
		await store.write(sync, 'r1', {
			// Settled again, forgotten, newly dirty, new; p3 is handed out and doubted, which is one record.
			members: moves(member('p1'), 'p2', dirty('p4'), dirty('new')),
			offers: [offerOf('p3'), offerOf('p5')],
			failures: failures('p5'),
		});
		await store.doubt(sync, [keyText('p3'), keyText(' P6 '), 'no key']);
		const backlog = await openStore(file).backlog(sync);
		// p3, p4, new, p6
		expect(backlog).toMatchObject({ members: 3_000, unconfirmed: 4 });
		expect([...backlog.failures.keys()]).toEqual([keyText('p5')]);
	});

	it('prunes runs up to a moment, except those to keep, and only for its lease (sync:T61)', async () => {
		const { store, sync } = await leased();
		for (const [id, at] of [
			['old', 10],
			['kept', 10],
			['edge', 20],
			['new', 21],
		] as const)
			await store.endRun(sync, row(id, at));
		const before = (await store.find('people'))!.version;
		await expect(store.pruneRuns(sync, 'another', 20, [])).rejects.toThrow('taken over');
		expect(await store.runs(sync, 9)).toHaveLength(4);
		expect(await store.pruneRuns(sync, 'r1', 20, ['kept', 'unheard of'])).toBe(2);
		expect((await store.runs(sync, 9)).map(({ id }) => id)).toEqual(['new', 'kept']);
		expect((await store.find('people'))!.version).toBe(before + 1);
	});

	it('voids every fingerprint in one step, and keeps membership, ids and doubts (design:R3)', async () => {
		const { store, sync, file } = await leased();
		const many = Array.from({ length: 2_500 }, (_, index) =>
			member(`p${index}`, { id: `id ${index}`, fields: new Map([['a', index]]) }),
		);
		await store.write(sync, 'r1', { members: moves(...many) });
		await store.compact(sync, 'r1', (await store.load(sync)).members);
		await store.write(sync, 'r1', {
			members: moves(
				member('P1', { id: 'new id' }),
				'p2',
				member('gone', { leaving: true }),
				member('new', { fingerprint: undefined, doubt: 'added' }),
			),
			failures: failures('x', 'y'),
			pending: new Map([[keyText('x'), { a: 1 }]]),
		});
		const before = (await store.find('people'))!.version;
		const { members } = await store.load(sync);
		const released = { failures: new Map([[keyText('x'), failure('x', { attempts: 0 })]]) };
		await expect(store.resend(sync, 'another', members, released)).rejects.toThrow('taken over');
		expect((await store.backlog(sync)).unconfirmed).toBe(2);
		await store.resend(sync, 'r1', members, released);
		expect((await store.find('people'))!.version).toBe(before + 1);
		const state = await openStore(file).load(sync);
		const all = new Map((await everyone(state)).map((entry) => [entry.key, entry]));
		expect(all.size).toBe(2_501);
		const dirty = { fields: new Map(), leaving: false, doubt: 'changed' };
		const key = keyText;
		expect(all.get(key('p7'))).toEqual({ ...dirty, key: key('p7'), id: 'id 7' });
		expect(all.get(key('P1'))).toEqual({ ...dirty, key: key('P1'), id: 'new id' });
		expect(all.get(key('gone'))).toEqual({ ...dirty, key: key('gone'), leaving: true });
		expect(all.get(key('new'))).toEqual({ ...dirty, key: key('new'), doubt: 'added' });
		expect([...state.failures.values()].map(({ attempts }) => attempts).sort()).toEqual([0, 1]);
		expect([...state.pending.keys()]).toEqual([keyText('x')]);
		expect((await store.backlog(sync)).unconfirmed).toBe(2_501);
	});

	it('prunes the runs of one sync only', async () => {
		const { store, sync } = await leased();
		const other = await store.bind('cities', owner, identity());
		await store.endRun(other, row('theirs', 10));
		await store.endRun(sync, row('ours', 10));
		expect(await store.pruneRuns(sync, 'r1', 20, [])).toBe(1);
		expect(await store.runs(other, 9)).toHaveLength(1);
	});

	it('forgets a sync whole, and nothing else, and only for its lease', async () => {
		const { store, sync } = await leased();
		const other = await store.bind('cities', owner, identity());
		await store.takeLease(other, 'r2', 'process');
		for (const [of, run] of [
			[sync, 'r1'],
			[other, 'r2'],
		] as const) {
			await store.write(of, run, { members: moves(member('ann')), failures: failures('bob') });
			await store.endRun(of, row(`row of ${run}`, 1));
		}
		await expect(store.forget(sync, 'another')).rejects.toThrow('taken over');
		expect((await store.load(sync)).members.size).toBe(1);
		await store.forget(sync, 'r1');
		expect(await store.find('people')).toBeUndefined();
		expect((await store.syncs()).map(({ name }) => name)).toEqual(['cities']);
		expect(await store.runs(sync, 9)).toEqual([]);
		expect(await everyone(await store.load(other))).toEqual([member('ann')]);
		expect(await store.runs(other, 9)).toHaveLength(1);
		const anew = await store.bind('people', owner, identity());
		// Design R9: a code that was shown for the former one is void, whatever numbers come by again.
		expect(anew.version).not.toBe(sync.version);
		expect(await store.backlog(anew)).toEqual({ members: 0, unconfirmed: 0, failures: new Map() });
	});

	it('lets a run that outlives its sync end without a trace (design:R13)', async () => {
		const { store, sync } = await leased();
		await store.forget(sync, 'r1');
		await store.endRun(sync, row('r1', 1));
		await store.doubt(sync, [keyText('ann')]);
		await expect(store.write(sync, 'r1', { offers: [offerOf('ann')] })).rejects.toThrow(
			'taken over',
		);
		expect(await store.syncs()).toEqual([]);
	});
});
