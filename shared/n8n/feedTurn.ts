import { SyncError } from '../core/errors';
import { systemClock } from '../state/lease';
import type { Store } from '../state/store';

/** So long a feed waits for the runs before it: longer than most runs take, shorter than people wait for an answer. */
const patienceMs = 300_000;
const stepMs = 250;

/** Who waits for a sync, by its name, the first one first. */
const lines = new WeakMap<Store, Map<string, symbol[]>>();

export interface Turn {
	readonly store: Store;
	readonly sync: string;
	readonly signal?: AbortSignal;
}

/**
 * Opens the run of a feed as soon as no other run of the sync is at work. A feed brings its rows once, so it cannot
 * leave them to the next run (design R12, R13); and those that wait in one process take their turns as they came,
 * so that an older version of a record never follows a newer one. Undefined: the other run outlasted its patience.
 */
export async function openInTurn<T>(
	{ store, sync, signal }: Turn,
	open: () => Promise<T | undefined>,
): Promise<T | undefined> {
	const { monotonic, sleep } = systemClock;
	const since = monotonic();
	const line = join(store, sync);
	try {
		while (!signal?.aborted) {
			const opened = line.isFirst() ? await open() : undefined;
			if (opened) return opened;
			if (monotonic() - since >= patienceMs) return undefined;
			await sleep(stepMs);
		}
	} finally {
		line.leave();
	}
	throw new SyncError(
		'unavailable',
		`The execution was cancelled while it waited for another run of the sync "${sync}"`,
		{ hint: 'Its rows were not taken. Run it again from the trigger if they are wanted.' },
	);
}

function join(store: Store, sync: string): { isFirst(): boolean; leave(): void } {
	const ofStore = lines.get(store) ?? new Map<string, symbol[]>();
	lines.set(store, ofStore);
	const line = ofStore.get(sync) ?? [];
	ofStore.set(sync, line);
	const place = Symbol(sync);
	line.push(place);
	return {
		isFirst: () => line[0] === place,
		leave() {
			line.splice(line.indexOf(place), 1);
			if (line.length === 0) ofStore.delete(sync);
		},
	};
}
