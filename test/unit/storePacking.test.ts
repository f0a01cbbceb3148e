import { blockSize } from '../../shared/state/memberBlocks';
import { keyText, member } from './builders';
import { everyone, moves, postgresFixture, storeFixture } from './storeFixture';

describe.each([
	['SqliteStore', storeFixture],
	['PostgresStore', postgresFixture],
])('%s packs many members', (_name, newFixture) => {
	const { count: countOf, leased, openStore } = newFixture();
	const counts = async (file: string) => ({
		journal: await countOf(file, 'journal'),
		block: await countOf(file, 'block'),
	});
	const count = 10_000;
	const many = Array.from({ length: count }, (_, index) =>
		member(`p${String(index).padStart(5, '0')}`, {
			fingerprint: BigInt(index),
			id: `id${index}`,
			fields: new Map([['a', index]]),
		}),
	);

	it('reads the same from blocks as from the journal, and moves on from there', async () => {
		const { store, sync, file } = await leased();
		const before = await store.load(sync);
		await store.write(sync, 'r1', { members: moves(...many) });
		for (const entry of many) before.members.put(entry.key, entry);
		await store.compact(sync, 'r1', before.members);
		expect(await counts(file)).toMatchObject({ journal: 0, block: Math.ceil(count / blockSize) });
		const packed = await openStore(file).load(sync);
		expect(packed.members.size).toBe(count);
		expect(await everyone(packed)).toEqual(many);

		const changed = member('p00007', { fingerprint: 99n, id: 'id7' });
		await store.write(sync, 'r1', { members: moves(changed, 'p00008', member('zoe')) });
		const after = await openStore(file).load(sync);
		expect(after.members.size).toBe(count);
		expect(after.members.visit(keyText('p00007'), 99n)).toBe('same');
		expect(after.members.visit(keyText('p00008'), 8n)).toBe('absent');
		expect(after.members.visit(keyText('p09999'), 9_999n)).toBe('same');
		expect(
			await after.members.load([keyText('p00007'), keyText('p00008'), keyText('zoe')]),
		).toEqual(new Map([changed, member('zoe')].map((entry) => [entry.key, entry])));
	});

	it('packs a journal that grows although the same few keys move again and again', async () => {
		const { store, sync, file } = await leased();
		const few = many.slice(0, 100);
		const { members } = await store.load(sync);
		for (let run = 0; run < 200; run++) {
			await store.write(sync, 'r1', { members: moves(...few) });
		}
		for (const entry of few) members.put(entry.key, entry);
		await store.compact(sync, 'r1', members);
		expect(await counts(file)).toMatchObject({ journal: 0, block: 1 });
		expect(await everyone(await store.load(sync))).toEqual(few);
	});

	it('leaves a small journal alone', async () => {
		const { store, sync, file } = await leased();
		const { members } = await store.load(sync);
		await store.write(sync, 'r1', { members: moves(member('ann')) });
		await store.compact(sync, 'r1', members);
		expect(await counts(file)).toMatchObject({ journal: 1, block: 0 });
	});
});
