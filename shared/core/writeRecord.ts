import type { Envelope } from './envelope';
import type { Change, SyncRecord } from './record';
import { isUnchanged } from './unchanged';

/** A record on its way to the destination. */
export interface WriteRecord {
	readonly change: Change;
	/** Key field → value; every key field is present and not blank, but in a removal that goes by its id. */
	readonly key: SyncRecord;
	/** The key the destination still has, when the record was renamed. */
	readonly previousKey?: SyncRecord;
	/** The destination's id, where the state remembers it. Empty for records never accepted. */
	readonly id?: string;
	/** Every mapped field without the key fields: sent when the record is created. */
	readonly values: SyncRecord;
	/** The part of `values` to send when the record exists. */
	readonly update: SyncRecord;
	/** Fields of `update` to send only where the record has nothing in them. */
	readonly onlyIfEmpty?: readonly string[];
	/** An earlier run sent this and never learned the outcome (design R11). */
	readonly redelivered: boolean;
	/** Compare with the record the destination has, and send only what differs there. */
	readonly adopt?: boolean;
}

/**
 * What to send of a record. An existing record gets what may have changed, or all fields on request: left out
 * is only what is known to be as the destination accepted it. Fields with Apply Updates off follow `added` or a replay, nothing else (design section 3).
 */
export function writeRecord(
	record: SyncRecord,
	envelope: Envelope,
	keyFields: readonly string[],
	updateWith: 'changed' | 'all',
): WriteRecord | { readonly missing: string } {
	// A removal goes by the id the sync knows (design R10): what left has the sync's own key and no other fields.
	const isKnownLeaver = envelope.change === 'removed' && envelope.id !== undefined;
	const missing = keyFields.find((field) => isBlank(record[field]));
	if (missing !== undefined && !isKnownLeaver) return { missing };
	const { previousKey, id, insertOnly = [], unchanged, replay, redelivered = false } = envelope;
	const { onlyIfEmpty = [], adopt = false } = envelope;
	const change = envelope.change === 'hold' ? 'added' : (envelope.change ?? 'added');
	const values = pick(record, (field) => !keyFields.includes(field));
	const isFirst = change === 'added' || replay === true;
	const isWanted = (field: string) =>
		(isFirst || !insertOnly.includes(field)) &&
		(isFirst || updateWith === 'all' || !isUnchanged(unchanged, field, record[field]));
	return {
		change,
		key: missing === undefined ? pick(record, (field) => keyFields.includes(field)) : {},
		...(previousKey && { previousKey }),
		...(id !== undefined && { id }),
		values,
		update: change === 'removed' ? {} : pick(values, isWanted),
		...(onlyIfEmpty.length > 0 && { onlyIfEmpty }),
		redelivered,
		...(adopt && { adopt }),
	};
}

/** A record without some of its fields. */
export function withoutFields(record: WriteRecord, fields: readonly string[]): WriteRecord {
	const pruned = (part: SyncRecord): SyncRecord => pick(part, (field) => !fields.includes(field));
	return { ...record, values: pruned(record.values), update: pruned(record.update) };
}

function pick(record: SyncRecord, isWanted: (field: string) => boolean): SyncRecord {
	return Object.fromEntries(
		Object.entries(record).filter(([field, value]) => value !== undefined && isWanted(field)),
	);
}

function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}
