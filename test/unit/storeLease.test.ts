import { LeaseLostError } from '../../shared/state/store';
import { identity, member, offerOf, owner } from './builders';
import { everyone, moves, postgresFixture, storeFixture } from './storeFixture';

describe.each([
	['SqliteStore', storeFixture],
	['PostgresStore', postgresFixture],
])('%s and its lease (design:R13)', (_name, newFixture) => {
	const { leased, openStore } = newFixture();

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

	it('gives another identity to a sync that no run is at work on, and keeps the rest (design:R14)', async () => {
		const { store, sync } = await leased();
		await store.reidentify(sync, identity('exact'));
		expect((await store.find('people'))?.identity).toEqual(identity());
		const times = { startedAt: 0, endedAt: 0, message: '', counts: {} };
		await store.write(sync, 'r1', { keyless: 3 });
		await store.endRun(sync, { ...times, id: 'r1', execution: '1', state: 'completed' });
		await store.reidentify(sync, identity('exact'));
		expect(await store.find('people')).toMatchObject({ identity: identity('exact'), keyless: 3 });
	});
});
