import { canonical, digest } from './fingerprint';
import type { SyncRecord } from './record';

/**
 * Field → mark of the value the destination has accepted under that name. Any node may stand between the
 * comparison and the writer: a field it renamed, computed or overwrote has no mark, or another value than
 * its mark, and is sent. A list of changed names could not tell.
 */
export type Unchanged = Readonly<Record<string, number>>;

/** Small integers, because every changed record carries one for each field: one in 10⁹ overwritten values looks alike. */
const marks = 2 ** 30;

/** The mark of a value, from its 48-bit fingerprint. */
export function markOf(fingerprint: number): number {
	return fingerprint % marks;
}

function valueMark(value: unknown): number {
	return markOf(digest(canonical(value)).readUIntLE(0, 6));
}

/** The destination has this value already. */
export function isUnchanged(
	unchanged: Unchanged | undefined,
	field: string,
	value: unknown,
): boolean {
	if (unchanged === undefined || !Object.hasOwn(unchanged, field)) return false;
	return unchanged[field] === valueMark(value);
}

/** Marks of the named fields as the record has them now. */
export function marksOf(record: SyncRecord, fields: readonly string[]): Unchanged {
	return Object.fromEntries(fields.map((field) => [field, valueMark(record[field])]));
}

/** Marks of what a node made of unchanged values, each in its own field. */
export function markedAgain(
	unchanged: Unchanged,
	before: SyncRecord,
	after: SyncRecord,
): Unchanged {
	const kept = Object.keys(unchanged).filter(
		(field) => Object.hasOwn(after, field) && isUnchanged(unchanged, field, before[field]),
	);
	return marksOf(after, kept);
}
