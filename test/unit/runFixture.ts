import type { Comparison } from '../../shared/core/diff';
import type { LiveRun } from '../../shared/state/liveRun';
import { openRun, type OpenRequest } from '../../shared/state/registry';
import type { RunRow } from '../../shared/state/store';
import { identity, nothingFound, offerOf, owner } from './builders';
import { storeFixture } from './storeFixture';

export const { newFile, openStore } = storeFixture();
export const created = { status: 'created', id: '1' } as const;

/** A sync of its own, and a way to open runs on it that fails when one is refused. */
export const bound = async (file = newFile()) => {
	const store = openStore(file);
	const sync = await store.bind('people', owner, identity());
	const rows: RunRow[] = [];
	const start = async (changes: Partial<OpenRequest> = {}): Promise<LiveRun> => {
		const run = await openRun({
			store,
			sync: 'people',
			execution: '30',
			keepRecords: false,
			parkAfter: 3,
			now: () => 1_000,
			onEnd: (row) => rows.push(row),
			...changes,
		});
		if (!run) throw new Error('The run was refused');
		return run;
	};
	return { store, sync, rows, start, file };
};

/** What a diff hands out for these new keys. */
export const offers = (...keys: string[]): Comparison => ({
	...nothingFound,
	offers: keys.map((key) => ({ offer: offerOf(key), record: { email: key } })),
});
