import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { SyncError } from '../../shared/core/errors';
import { PostgresStore } from '../../shared/state/postgresStore';
import type { PostgresAccess, PostgresPlace } from '../../shared/state/postgresAccess';
import { schemaScript } from '../../shared/state/postgresSchema';
import { usePostgres } from '../sandbox/postgres';
import { identity, member, offerOf, owner } from './builders';
import { everyone, moves } from './storeFixture';

const open: PostgresStore[] = [];
afterAll(async () => {
	for (const store of open) await store.close();
});
const server = usePostgres();
const place = (changes: Partial<PostgresPlace> = {}) => ({
	schema: 'public',
	prefix: 'crm_sync_',
	...changes,
});
const storeIn = (access: PostgresAccess, changes?: Partial<PostgresPlace>) => {
	const store = new PostgresStore(access, place(changes));
	open.push(store);
	return store;
};
const refusalOf = async (work: Promise<unknown>): Promise<SyncError> =>
	await work.then(
		() => {
			throw new Error('It was taken');
		},
		(error: SyncError) => error,
	);

describe('PostgresStore and its tables', () => {
	it('creates them once when workers start at the same time', async () => {
		const access = await server.newDatabase();
		const workers = Array.from({ length: 6 }, () => storeIn(access));
		const syncs = await Promise.all(
			workers.map(async (store) => await store.bind('people', owner, identity())),
		);
		expect(new Set(syncs.map(({ id }) => id)).size).toBe(1);
		expect(await server.query(access, 'SELECT version FROM crm_sync_meta')).toEqual([
			{ version: 2 },
		]);
	});

	it('leaves nothing behind when the tables cannot all be created', async () => {
		const access = await server.newDatabase();
		await server.query(access, 'CREATE TABLE crm_sync_pending (mine text)');
		const error = await refusalOf(storeIn(access).find('people'));
		expect(error).toMatchObject({ name: 'SyncError', code: 'config' });
		expect(error.message).toContain('other tables under these names');
		const tables = await server.query(
			access,
			"SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
		);
		expect(tables).toEqual([{ tablename: 'crm_sync_pending' }]);
	});

	it('refuses tables of a newer version and leaves them untouched', async () => {
		const access = await server.newDatabase();
		await server.query(access, 'CREATE TABLE crm_sync_meta (version integer)');
		await server.query(access, 'INSERT INTO crm_sync_meta VALUES (3)');
		const error = await refusalOf(storeIn(access).bind('people', owner, identity()));
		expect(error).toMatchObject({ code: 'config' });
		expect(error.message).toContain('newer version');
		const tables = await server.query(
			access,
			"SELECT 1 FROM pg_tables WHERE schemaname = 'public'",
		);
		expect(tables).toHaveLength(1);
	});

	it('brings the tables of version 1 up to date and keeps what they hold', async () => {
		const access = await server.newDatabase();
		const old = storeIn(access);
		const sync = await old.bind('people', owner, identity());
		await old.takeLease(sync, 'r1', 'process');
		await old.write(sync, 'r1', { members: moves(member('ann')), keyless: 3 });
		await old.close();
		await server.query(
			access,
			`ALTER TABLE crm_sync_sync DROP notes; DROP TABLE crm_sync_absence; UPDATE crm_sync_meta SET version = 1`,
		);
		const workers = Array.from({ length: 4 }, () => storeIn(access));
		const found = await Promise.all(workers.map(async (store) => await store.find('people')));
		expect(found[3]).toMatchObject({ keyless: 3, notes: { comparisons: 0, source: '' } });
		expect(await everyone(await storeIn(access).load(sync))).toEqual([member('ann')]);
	});

	it('refuses a sync of another fingerprint version', async () => {
		const access = await server.newDatabase();
		await storeIn(access).bind('people', owner, identity());
		await server.query(access, 'UPDATE crm_sync_sync SET fingerprints = 99');
		await expect(storeIn(access).find('people')).rejects.toThrow('another version of this package');
	});

	it('takes any schema name and keeps prefixes apart', async () => {
		const access = await server.newDatabase();
		await server.query(access, 'CREATE SCHEMA "Mine; DROP ""it"""');
		const schema = 'Mine; DROP "it"';
		const first = storeIn(access, { schema });
		const second = storeIn(access, { schema, prefix: 'Second_' });
		const sync = await first.bind('people', owner, identity());
		await first.takeLease(sync, 'r1', 'process');
		await first.write(sync, 'r1', { members: moves(member('ann')) });
		expect(await everyone(await first.load(sync))).toEqual([member('ann')]);
		expect(await second.find('people')).toBeUndefined();
	});

	it.each([
		['a schema that is not there', { schema: 'nowhere' }, 'has no such schema'],
		['an empty schema', { schema: '' }, 'is not a name'],
		['a schema longer than Postgres keeps', { schema: 'x'.repeat(64) }, 'is not a name'],
		['a prefix with a quote', { prefix: 'a"b' }, 'cannot begin'],
		['a prefix with a space', { prefix: 'a b' }, 'cannot begin'],
		['an empty prefix', { prefix: '' }, 'cannot begin'],
		['a prefix that would cut the names', { prefix: 'x'.repeat(41) }, 'cannot begin'],
	])('refuses %s, as a setting', async (_, changes, words) => {
		const error = await refusalOf(
			(async () => await storeIn(server.admin, changes).find('people'))(),
		);
		expect(error).toMatchObject({ code: 'config' });
		expect(error.message).toContain(words);
	});
});

describe('PostgresStore and a user with few rights', () => {
	const page = readFileSync(path.join(__dirname, '../../docs/state-postgres.md'), 'utf8');
	const scripts = [...page.matchAll(/```sql\n([\s\S]*?)```/gu)].map(([, sql]) => sql ?? '');

	it('gives the administrator the tables as this version makes them', () => {
		expect(scripts[1]).toContain(schemaScript({ schema: 'crm_sync', prefix: 'crm_sync_' }));
	});

	it('says which right is missing and where it is documented', async () => {
		const access = await server.newDatabase();
		await server.query(access, "CREATE ROLE nobody LOGIN PASSWORD 'nothing'");
		const user = { ...access, user: 'nobody', password: 'nothing' };
		const error = await refusalOf(storeIn(user).find('people'));
		expect(error).toMatchObject({ code: 'config' });
		expect(error.message).toContain('permission denied for schema public');
		expect(error.details.hint).toContain('State in Postgres');
	});

	it.each([
		['lets n8n create the tables', 0],
		['has an administrator create them', 1],
	])('works with the rights of the script that %s', async (_, which) => {
		const access = await server.newDatabase();
		const script = scripts[which]!.replaceAll('CREATE ROLE n8n', 'CREATE ROLE n8n_test')
			.replaceAll(' n8n;', ' n8n_test;')
			.replaceAll('DATABASE n8n_state', `DATABASE ${access.database}`);
		await server.query(access, script);
		const user = { ...access, user: 'n8n_test', password: 'choose one' };
		const store = storeIn(user, { schema: 'crm_sync' });
		const sync = await store.bind('people', owner, identity());
		await store.takeLease(sync, 'r1', 'process');
		await store.doubt(sync, ['["ann"]']);
		const many = Array.from({ length: 3_000 }, (_value, index) =>
			member(`p${index}`, { fields: new Map([['a', index]]) }),
		);
		const change = { members: moves(...many), offers: [offerOf('bob')], doubtsTaken: ['["ann"]'] };
		await store.write(sync, 'r1', change);
		const { members } = await store.load(sync);
		await store.compact(sync, 'r1', members);
		await store.restart(sync, identity('exact'));
		expect((await store.load(sync)).members.size).toBe(3_000);
		await store.close();
		await server.query(access, 'DROP OWNED BY n8n_test CASCADE; DROP ROLE n8n_test');
	});
});
