import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Member } from '../../shared/core/member';
import { PostgresStore } from '../../shared/state/postgresStore';
import { SqliteStore } from '../../shared/state/sqliteStore';
import type { LoadedState, StateChange, Store, Sync } from '../../shared/state/store';
import { usePostgres, type PostgresSandbox } from '../sandbox/postgres';
import { identity, keyText, owner, temporaryFolder } from './builders';

export interface StoreFixture {
	/** A place for a new state: a file, or in a database the prefix of its tables. */
	newFile(): string;
	openStore(file: string): Store;
	/** A store with one sync, its lease taken by the run `r1`. */
	leased(file?: string): Promise<{ store: Store; sync: Sync; file: string }>;
	/** Rows of a table, as something else than the store sees them. */
	count(file: string, table: 'journal' | 'block'): Promise<number>;
}

const fixture = (
	newFile: () => string,
	connect: (file: string) => Store,
	count: StoreFixture['count'],
): StoreFixture => {
	const open: Store[] = [];
	afterAll(async () => {
		for (const store of open) await store.close();
	});
	const openStore = (file: string) => {
		const store = connect(file);
		open.push(store);
		return store;
	};
	return {
		newFile,
		openStore,
		count,
		async leased(file = newFile()) {
			const store = openStore(file);
			const sync = await store.bind('people', owner, identity());
			expect(await store.takeLease(sync, 'r1', 'process')).toBe(true);
			return { store, sync, file };
		},
	};
};

/** Stores in files that are closed and gone after the tests of the file. */
export const storeFixture = (): StoreFixture => {
	const folder = temporaryFolder();
	let files = 0;
	return fixture(
		() => path.join(folder, `state-${++files}.sqlite`),
		(file) => new SqliteStore(file),
		async (file, table) => {
			const database = new DatabaseSync(file);
			const row = database.prepare(`SELECT count(*) AS n FROM ${table}`).get();
			database.close();
			return Number(row?.n);
		},
	);
};

/** Stores in one database of a server that ends with the tests of the file. */
export const postgresFixture = (): StoreFixture & { readonly server: PostgresSandbox } => {
	let prefixes = 0;
	const stores = fixture(
		() => `t${++prefixes}_`,
		(prefix) => new PostgresStore(server.admin, { schema: 'public', prefix }),
		async (prefix, table) => {
			const [row] = await server.query(server.admin, `SELECT count(*) AS n FROM ${prefix}${table}`);
			return Number(row?.n);
		},
	);
	// Last, so that the stores are closed before it ends.
	const server = usePostgres();
	return { server, ...stores };
};

/** Members to put, and keys to forget. */
export const moves = (...members: Array<Member | string>): StateChange['members'] =>
	new Map(
		members.map((entry) =>
			typeof entry === 'string' ? [keyText(entry), null] : [entry.key, entry],
		),
	);

export const everyone = async ({ members }: LoadedState): Promise<Member[]> =>
	(await members.unvisited('all')).sort((a, b) => a.key.localeCompare(b.key));
