import { eachInSlices } from './breathe';
import { keyOf, type Key, type KeyComparison } from './key';
import type { SyncRecord } from './record';

/** One input row. `hold`: present, not compared. `removed`: the source says that it left. */
export interface Row {
	/** Position in the input; undefined for a record replayed from the store. */
	readonly index?: number;
	readonly record: SyncRecord;
	readonly mark?: 'hold' | 'removed';
}

export interface DiffSettings {
	readonly keyFields: readonly string[];
	readonly keyComparison: KeyComparison;
	/** A complete segment, or a feed in which absence means nothing (design R12). */
	readonly input: 'complete' | 'feed';
	readonly leavers: 'leave' | 'send';
	/** Milliseconds since the epoch. */
	readonly now: number;
}

export interface InvalidRow {
	readonly index: number;
	readonly reason: 'duplicateKey' | 'noKey';
}

/** The input, sorted by what its rows say before any of them is compared. */
export interface Census {
	/** Rows to compare, by folded key. */
	readonly unique: ReadonlyMap<string, { readonly row: Row; readonly key: Key }>;
	/** Folded keys that are in the segment and not compared. */
	readonly held: ReadonlySet<string>;
	/** Keys the source says have left. */
	readonly removed: ReadonlySet<string>;
	readonly keyless: number;
	readonly invalid: readonly InvalidRow[];
	/** Folded keys of the records replayed from the store, also of those that gave way. */
	readonly replayed: ReadonlySet<string>;
}

interface Found {
	readonly row: Row;
	readonly key: Key;
	/** Further rows of the same key. */
	others?: Row[];
}

/** Sorts the rows. All rows of a duplicate key are holds: nobody can tell which one is right (design R8). */
export async function takeCensus(rows: readonly Row[], settings: DiffSettings): Promise<Census> {
	const found = new Map<string, Found>();
	const removed = new Set<string>();
	const held = new Set<string>();
	const replayed = new Set<string>();
	const invalid: InvalidRow[] = [];
	let keyless = 0;
	await eachInSlices(rows, (row) => {
		const key = keyOf(row.record, settings.keyFields, settings.keyComparison);
		if (!key) {
			keyless++;
			// The node that holds a row has said why; the others are told here.
			if (row.index !== undefined && !row.mark) invalid.push({ index: row.index, reason: 'noKey' });
		} else if (row.mark) {
			(row.mark === 'removed' ? removed : held).add(key.folded);
		} else {
			if (row.index === undefined) replayed.add(key.folded);
			addRow(found, key, row);
		}
	});
	await keepUnique(found, held, removed, invalid);
	for (const folded of removed) if (found.has(folded) || held.has(folded)) removed.delete(folded);
	invalid.sort((a, b) => a.index - b.index);
	return { unique: found, held, removed, keyless, invalid, replayed };
}

/** A record replayed from the store gives way to a row of the input (design R12). */
function addRow(found: Map<string, Found>, key: Key, row: Row): void {
	const entry = found.get(key.folded);
	if (entry?.row.index === undefined) found.set(key.folded, { key, row });
	else if (row.index !== undefined) (entry.others ??= []).push(row);
}

/** Takes out, in place, what is not to be compared: a second map of a million keys would be felt. */
async function keepUnique(
	found: Map<string, Found>,
	held: Set<string>,
	removed: ReadonlySet<string>,
	invalid: InvalidRow[],
): Promise<void> {
	await eachInSlices(found, ([folded, { row, others }]) => {
		if (!others && !held.has(folded) && !(row.index === undefined && removed.has(folded))) return;
		found.delete(folded);
		if (row.index === undefined) return;
		held.add(folded);
		for (const { index } of [row, ...(others ?? [])]) {
			if (index !== undefined) invalid.push({ index, reason: 'duplicateKey' });
		}
	});
}
