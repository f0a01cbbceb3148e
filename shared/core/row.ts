import type { Key } from './key';
import type { SyncRecord } from './record';

/** One input row. `hold`: present, not compared. `removed`: the source says that it left. */
export interface Row {
	/** Position in the input; undefined for a record replayed from the store. */
	readonly index?: number;
	readonly record: SyncRecord;
	readonly mark?: 'hold' | 'removed';
	/** Why the row could not be read as it should: it is held by its key, or counts as one without. */
	readonly problem?: string;
}

/** A row that differs from what was accepted, as far as its fingerprint tells. */
export interface Candidate extends Key {
	readonly row: Row;
	readonly fingerprint: bigint;
}

/** A row that was not compared, and its key text. */
export interface HeldRow {
	readonly key: string;
	readonly row: Row;
}

/** A row's position as a number other than 0; 1 for a record replayed from the store. */
export function placeOf({ index = -1 }: Row): number {
	return index + 2;
}

/** What a record says of its key fields. */
export function keyPart(record: SyncRecord, keyFields: readonly string[]): SyncRecord {
	return Object.fromEntries(
		keyFields.filter((field) => field in record).map((field) => [field, record[field]]),
	);
}
