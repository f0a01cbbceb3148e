import type { Failure } from '../../shared/core/failures';
import type { SyncRecord } from '../../shared/core/record';
import type { StateChange } from '../../shared/state/store';
import { identity, keyText, member, offerOf, owner } from './builders';
import { everyone, moves, postgresFixture, storeFixture } from './storeFixture';

/** What every store must do, whatever it keeps the state in. */
describe.each([
	['SqliteStore', storeFixture],
	['PostgresStore', postgresFixture],
])('%s keeps the state', (_name, newFixture) => {
	const { leased, openStore } = newFixture();

	it('reads from the file what was written to it', async () => {
		const { store, sync, file } = await leased();
		const ann = member('ann', { id: '17', fields: new Map([['a', 5]]) });
		const bob = member('bob', { doubt: 'removed', leaving: true, fingerprint: undefined });
		const offer = offerOf('cid', { previousKey: keyText('Cid'), id: 'x', redelivered: true });
		await store.write(sync, 'r1', { members: moves(ann, bob, member('dan')) });
		await store.write(sync, 'r1', { members: moves('dan'), offers: [offer], keyless: 3 });
		await store.doubt(sync, [keyText('eve')]);
		for (const reader of [store, openStore(file)]) {
			const state = await reader.load(sync);
			expect(await everyone(state)).toEqual([ann, { ...bob, fingerprint: undefined }]);
			expect([...state.offers.values()]).toEqual([offer]);
			expect(state.doubts).toEqual([keyText('eve')]);
			expect(await reader.find('people')).toMatchObject({ keyless: 3, version: sync.version + 3 });
		}
	});

	it('gives a sync to another owner, which moves the state (design:R9, design:R14)', async () => {
		const { store, sync } = await leased();
		const next = { ...owner, nodeId: 'n2' };
		const taken = await store.bind('people', next, identity());
		expect(taken).toMatchObject({ id: sync.id, owner: next, version: sync.version + 1 });
		await store.bindEnvironment(taken, 'https://org');
		expect(await store.find('people')).toMatchObject({ owner: next, environment: 'https://org' });
	});

	it.each<[string, StateChange]>([
		['a member that moves', { members: moves(member('ann')) }],
		['a member that is forgotten', { members: moves('ann') }],
		['a closed offer', { closed: [keyText('ann')] }],
	])('ends an offer with %s (design:R2)', async (_, change) => {
		const { store, sync } = await leased();
		await store.write(sync, 'r1', { offers: [offerOf('ann'), offerOf('bob')] });
		await store.write(sync, 'r1', change);
		expect([...(await store.load(sync)).offers.keys()]).toEqual([keyText('bob')]);
	});

	it('stores nothing of a change that breaks in the middle (design:R1)', async () => {
		const { store, sync } = await leased();
		await store.write(sync, 'r1', { members: moves(member('ann')) });
		const circular: Record<string, unknown> = {};
		circular.self = circular;
		const broken: StateChange = {
			offers: [offerOf('bob', { fields: new Map([['new field', 1]]) })],
			members: moves(member('cid')),
			keyless: 9,
			pending: new Map([[keyText('bob'), circular as SyncRecord]]),
		};
		await expect(store.write(sync, 'r1', broken)).rejects.toThrow('circular');
		const state = await store.load(sync);
		expect((await everyone(state)).map(({ key }) => key)).toEqual([keyText('ann')]);
		expect(state.offers.size).toBe(0);
		expect(await store.find('people')).toMatchObject({ keyless: 0, version: sync.version + 1 });
	});

	it('still knows the fields of a write after one that was rolled back', async () => {
		const { store, sync, file } = await leased();
		await store.load(sync);
		const circular: Record<string, unknown> = {};
		circular.self = circular;
		const offers = [offerOf('ann', { fields: new Map([['late', 1]]) })];
		const pending = new Map([['x', circular as SyncRecord]]);
		await expect(store.write(sync, 'r1', { offers, pending })).rejects.toThrow();
		await store.write(sync, 'r1', { offers });
		const state = await openStore(file).load(sync);
		expect(state.offers.get(keyText('ann'))?.fields).toEqual(new Map([['late', 1]]));
	});

	it('gives kept records back with their types, so that they compare the same (design:R12)', async () => {
		const { store, sync } = await leased();
		const record = {
			at: new Date(5),
			text: '1970-01-01T00:00:00.005Z',
			big: 12n,
			none: null,
			deep: { list: [new Date(6), { n: 1 }] },
		};
		await store.write(sync, 'r1', { pending: new Map([['k', record]]) });
		expect((await store.load(sync)).pending.get('k')).toEqual(record);
		await store.write(sync, 'r1', { pending: new Map([['k', null]]) });
		expect((await store.load(sync)).pending.size).toBe(0);
	});

	it('keeps a doubt that came in after the run had loaded (design:R4)', async () => {
		const { store, sync } = await leased();
		await store.doubt(sync, [keyText('ann')]);
		const { doubts } = await store.load(sync);
		await store.doubt(sync, [keyText('bob')]);
		await store.write(sync, 'r1', { members: moves(member('ann')), doubtsTaken: doubts });
		expect((await store.load(sync)).doubts).toEqual([keyText('bob')]);
	});

	it('takes a doubt about anything a receipt may carry (design:R4)', async () => {
		const { store, sync } = await leased();
		await store.doubt(sync, ['not a key', 'a\0b', '', keyText('ann'), keyText('ann')]);
		expect((await store.load(sync)).doubts).toContain(keyText('ann'));
	});

	it('keeps many failures and kept records, and drops those that are over (design:R7)', async () => {
		const { store, sync } = await leased();
		const failure: Failure = {
			code: '0x1',
			category: 'data',
			message: 'A \0 in a "text"',
			runs: 2,
			fingerprint: 2n ** 63n,
		} as unknown as Failure;
		const keys = Array.from({ length: 2_500 }, (_, index) => keyText(`p${index}`));
		const all = <T>(value: T) => new Map(keys.map((key) => [key, value]));
		await store.write(sync, 'r1', { failures: all(failure), pending: all({ a: 'ü \0 😀' }) });
		const newer = { ...failure, message: 'newer' };
		const gone = keys.slice(1).map((key): [string, null] => [key, null]);
		await store.write(sync, 'r1', {
			failures: new Map<string, Failure | null>([...gone, [keys[0]!, newer]]),
			pending: new Map(gone.slice(1)),
		});
		const state = await store.load(sync);
		expect([...state.failures]).toEqual([[keys[0], newer]]);
		expect([...state.pending.keys()].sort()).toEqual(keys.slice(0, 2).sort());
		expect(state.pending.get(keys[0]!)).toEqual({ a: 'ü \0 😀' });
	});

	it('forgets a sync without a lease, and only then (design:R14)', async () => {
		const { store, sync } = await leased();
		await store.write(sync, 'r1', { members: moves(member('ann')), keyless: 2 });
		await store.doubt(sync, [keyText('bob')]);
		await store.restart(sync, identity('exact'));
		expect((await store.load(sync)).members.size).toBe(1);
		const row = { execution: '1', startedAt: 0, endedAt: 0, message: '', counts: {} };
		await store.endRun(sync, { ...row, id: 'r1', state: 'completed' });
		await store.restart(sync, identity('exact'));
		const state = await store.load(sync);
		expect([state.members.size, state.doubts]).toEqual([0, []]);
		expect(await store.find('people')).toMatchObject({ identity: identity('exact'), keyless: 0 });
		expect(await store.runs(sync, 9)).toHaveLength(1);
	});

	it('keeps the newest runs first, with their numbers (design:R16)', async () => {
		const { store, sync } = await leased();
		const row = (id: string, startedAt: number) => ({
			id,
			execution: '5',
			startedAt,
			endedAt: startedAt + 1,
			state: 'completed' as const,
			message: 'fine',
			counts: { added: 2 },
		});
		await store.endRun(sync, row('other', 10));
		expect((await store.find('people'))?.lease?.run).toBe('r1');
		await store.endRun(sync, row('r1', 20));
		expect((await store.find('people'))?.lease).toBeUndefined();
		expect(await store.runs(sync, 5)).toEqual([row('r1', 20), row('other', 10)]);
		expect(await store.runs(sync, 1)).toHaveLength(1);
	});
});
