import { createServer } from 'node:net';

import type { SyncError } from '../../shared/core/errors';
import type { PostgresAccess } from '../../shared/state/postgresAccess';
import { PostgresStore } from '../../shared/state/postgresStore';
import { freePorts } from '../n8n/ports';
import { keyText, member, offerOf } from './builders';
import { everyone, moves, postgresFixture } from './storeFixture';

const { leased, openStore, server } = postgresFixture();

const refusalOf = async (work: Promise<unknown>): Promise<SyncError> =>
	await work.then(
		() => {
			throw new Error('It was taken');
		},
		(error: SyncError) => error,
	);

describe('PostgresStore and a connection that is cut', () => {
	it('says so in the middle of a transaction, and half of it is nothing (design:R1)', async () => {
		const { store, sync, file } = await leased();
		await store.write(sync, 'r1', { members: moves(member('ann')) });
		const lock = await server.lock(server.admin, `${file}pending`);
		const writing = refusalOf(
			store.write(sync, 'r1', {
				offers: [offerOf('bob', { fields: new Map([['new', 1]]) })],
				members: moves(member('cid'), 'ann'),
				keyless: 7,
				pending: new Map([[keyText('bob'), { email: 'bob' }]]),
			}),
		);
		await lock.isWanted();
		expect(await server.cut()).toBeGreaterThan(0);
		const error = await writing;
		await lock.release();
		expect(error).toMatchObject({ name: 'SyncError', code: 'unavailable' });
		expect(error.message).toContain('"postgres" on 127.0.0.1');
		expect(error.message).not.toContain(server.admin.password);
		for (const reader of [store, openStore(file)]) {
			const state = await reader.load(sync);
			expect(await everyone(state)).toEqual([member('ann')]);
			expect(state.offers.size + state.pending.size).toBe(0);
			expect(await reader.find('people')).toMatchObject({ keyless: 0, version: sync.version + 1 });
		}
		await store.write(sync, 'r1', { offers: [offerOf('bob')] });
		expect((await store.load(sync)).offers.size).toBe(1);
	});

	it('says so in the middle of a COPY, both ways', async () => {
		const { store, sync, file } = await leased();
		const many = Array.from({ length: 5_000 }, (_, index) => member(`p${index}`));
		const endless = function* () {
			for (let round = 0; round < 10_000; round++) {
				if (round === 3) void server.cut();
				yield* many.map((entry): [string, typeof entry] => [entry.key, entry]);
			}
		};
		const members = { size: 1, [Symbol.iterator]: endless } as unknown as ReadonlyMap<string, null>;
		const sending = await refusalOf(store.write(sync, 'r1', { members }));
		expect(sending).toMatchObject({ name: 'SyncError', code: 'unavailable' });
		await store.write(sync, 'r1', { members: moves(...many) });

		const lock = await server.lock(server.admin, `${file}block`);
		const loading = refusalOf(store.load(sync));
		await lock.isWanted();
		await server.cut();
		expect(await loading).toMatchObject({ name: 'SyncError', code: 'unavailable' });
		await lock.release();
		expect((await store.load(sync)).members.size).toBe(5_000);
	});

	it('says so when the rows stop coming in the middle', async () => {
		const { store, sync } = await leased();
		const rounds = 40;
		const members = function* () {
			for (let index = 0; index < rounds * 2_000; index++) {
				const fields = new Map([[`field ${index % 20}`, index]]);
				yield ['', member(`p${index}`, { fields, id: 'x'.repeat(200) })] as const;
			}
		};
		await store.write(sync, 'r1', {
			members: { size: 1, [Symbol.iterator]: members } as unknown as ReadonlyMap<string, null>,
		});
		let folds = 0;
		const identity = {
			...sync.identity,
			get keyComparison() {
				if (++folds === 5_000) void server.cut();
				return 'fold' as const;
			},
		};
		const loading = await refusalOf(store.load({ ...sync, identity }));
		expect(loading).toMatchObject({ name: 'SyncError', code: 'unavailable' });
		expect(folds).toBeLessThan(rounds * 2_000);
		expect((await store.load(sync)).members.size).toBe(rounds * 2_000);
	});

	it('does not mind when nothing was under way', async () => {
		const { store } = await leased();
		await Promise.all([store.find('people'), store.find('people'), store.find('people')]);
		expect(await server.cut()).toBeGreaterThan(0);
		expect(await store.find('people')).toMatchObject({ name: 'people' });
	});
});

describe('PostgresStore and a database it cannot use', () => {
	const withAccess = async (changes: Partial<PostgresAccess>) => {
		const store = new PostgresStore(
			{ ...server.admin, ...changes },
			{ schema: 'public', prefix: 'x_' },
		);
		const error = await refusalOf(store.find('people'));
		await store.close();
		return error;
	};

	it.each<[string, Partial<PostgresAccess>, string, string]>([
		['a wrong password', { password: 'not this one' }, 'auth', 'refuses the credential'],
		['no password', { password: '' }, 'auth', 'refuses the credential'],
		['an unknown user', { user: 'stranger' }, 'auth', 'refuses the credential'],
		['an unknown database', { database: 'nothing' }, 'config', '"nothing" on 127.0.0.1'],
		['a server without TLS', { tls: 'verified' }, 'config', 'offers no TLS'],
	])('names the cause and the next step with %s', async (_, changes, code, words) => {
		const error = await withAccess(changes);
		expect(error).toMatchObject({ name: 'SyncError', code });
		expect(error.message).toContain(words);
		expect(error.details.hint).toBeTruthy();
		const shown = JSON.stringify([error.message, error.details]);
		expect(shown).not.toContain(changes.password || server.admin.password);
	});

	it('says that nobody listens', async () => {
		const [port] = await freePorts(1);
		const error = await withAccess({ port });
		expect(error).toMatchObject({ code: 'unavailable' });
		expect(error.message).toContain(`127.0.0.1:${port} does not answer`);
	});

	it('says that the server hangs up', async () => {
		const rude = createServer((socket) => void socket.destroy()).listen(0, '127.0.0.1');
		await new Promise((resolve) => rude.once('listening', resolve));
		const { port } = rude.address() as { port: number };
		expect(await withAccess({ port })).toMatchObject({ code: 'unavailable' });
		rude.close();
	});

	it('says that it only reads', async () => {
		const access = await server.newDatabase();
		await server.query(
			access,
			`ALTER DATABASE ${access.database} SET default_transaction_read_only = on`,
		);
		const error = await withAccess(access);
		expect(error).toMatchObject({ code: 'unavailable' });
		expect(error.message).toContain('only takes reads');
	});

	it('says that a key is too long to be kept', async () => {
		const { store, sync } = await leased();
		const random = Array.from({ length: 9_000 }, (_, index) =>
			((index * 7919) % 65_521).toString(36),
		);
		const pending = new Map([[keyText(random.join('')), { a: 1 }]]);
		const error = await refusalOf(store.write(sync, 'r1', { pending }));
		expect(error).toMatchObject({ code: 'config' });
		expect(error.message).toContain('a key this long');
	});
});
