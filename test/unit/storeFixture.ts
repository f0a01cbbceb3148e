import path from 'node:path';

import type { Member } from '../../shared/core/member';
import { SqliteStore } from '../../shared/state/sqliteStore';
import type { LoadedState, StateChange, Sync } from '../../shared/state/store';
import { identity, keyText, owner, temporaryFolder } from './builders';

export interface StoreFixture {
	newFile(): string;
	openStore(file: string): SqliteStore;
	/** A store with one sync, its lease taken by the run `r1`. */
	leased(file?: string): Promise<{ store: SqliteStore; sync: Sync; file: string }>;
}

/** Stores in files that are closed and gone after the tests of the file. */
export const storeFixture = (): StoreFixture => {
	const open: SqliteStore[] = [];
	const folder = temporaryFolder();
	afterAll(() => open.forEach((store) => store.close()));
	let files = 0;
	const newFile = () => path.join(folder, `state-${++files}.sqlite`);
	const openStore = (file: string) => {
		const store = new SqliteStore(file);
		open.push(store);
		return store;
	};
	return {
		newFile,
		openStore,
		async leased(file = newFile()) {
			const store = openStore(file);
			const sync = await store.bind('people', owner, identity());
			expect(await store.takeLease(sync, 'r1', 'process')).toBe(true);
			return { store, sync, file };
		},
	};
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
