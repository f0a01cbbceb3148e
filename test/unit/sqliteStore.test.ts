import type { SyncRecord } from '../../shared/core/record';
import { LeaseLostError, type StateChange } from '../../shared/state/store';
import { identity, keyText, member, offerOf, owner } from './builders';
import { everyone, moves, storeFixture } from './storeFixture';

const { leased, openStore } = storeFixture();

describe('SqliteStore keeps the state', () => {
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
			expect(await reader.find('people')).toMatchObject({ keyless: 3, version: 3 });
		}
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
		expect(await store.find('people')).toMatchObject({ keyless: 0, version: 1 });
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

describe('SqliteStore and its lease (design:R13)', () => {
	it('gives a lease to one of two connections, and only from the state it was seen in', async () => {
		const { store, sync, file } = await leased();
		const other = openStore(file);
		expect(await other.takeLease(sync, 'r2', 'process')).toBe(false);
		const seen = await other.find('people');
		await store.beat(sync, 'r1');
		expect(await other.takeLease(seen!, 'r2', 'process')).toBe(false);
		expect(await other.takeLease((await other.find('people'))!, 'r2', 'process')).toBe(true);
	});

	it('lets a run that lost its lease move nothing', async () => {
		const { store, sync, file } = await leased();
		const other = openStore(file);
		await store.write(sync, 'r1', { offers: [offerOf('ann')] });
		await other.takeLease((await other.find('people'))!, 'r2', 'process');
		const { members } = await store.load(sync);
		for (const attempt of [
			store.write(sync, 'r1', { members: moves(member('ann')) }),
			store.beat(sync, 'r1'),
			store.compact(sync, 'r1', members),
		]) {
			await expect(attempt).rejects.toThrow(LeaseLostError);
		}
		const state = await other.load(sync);
		expect(state.offers.size).toBe(1);
		expect(state.members.size).toBe(0);
		expect((await other.find('people'))?.lease?.run).toBe('r2');
	});

	it('keeps changes of two syncs apart that are written at the same time', async () => {
		const { store, sync } = await leased();
		const second = await store.bind('firms', owner, identity('exact'));
		await store.takeLease(second, 's1', 'process');
		await Promise.all([
			store.write(sync, 'r1', { members: moves(member('ann')) }),
			store.write(second, 's1', { members: moves(member('Acme')) }),
		]);
		expect(await everyone(await store.load(sync))).toEqual([member('ann')]);
		expect(await everyone(await store.load(second))).toEqual([member('Acme')]);
	});

	it('binds a name once, hands it over, and remembers its environment (design:R14)', async () => {
		const { store, sync } = await leased();
		const heir = { ...owner, nodeId: 'n2' };
		await store.bindEnvironment(sync, 'https://org.example');
		const again = await store.bind('people', heir, identity('exact'));
		expect(again).toMatchObject({ id: sync.id, owner: heir, environment: 'https://org.example' });
		expect(again.identity).toEqual(identity());
		expect(await store.find('nobody')).toBeUndefined();
	});
});
