import { types } from 'node:util';

import type { SyncRecord } from './record';

/** How keys compare: `fold` ignores case and outer spaces, as most destinations do; `exact` does not. */
export type KeyComparison = 'fold' | 'exact';

/** A record's identity. `text` is the JSON array of the key values as text; `folded` is what keys are compared by. */
export interface Key {
	readonly text: string;
	readonly folded: string;
}

/** The key of a record; undefined when a part is absent, null, blank or not a plain value. */
export function keyOf(
	record: SyncRecord,
	keyFields: readonly string[],
	comparison: KeyComparison,
): Key | undefined {
	// One pass without lists: this is asked for each of a million rows.
	let text = '';
	let folded = '';
	for (const field of keyFields) {
		const part = partText(record[field]);
		const trimmed = part?.trim();
		if (part === undefined || trimmed === undefined || trimmed === '') return undefined;
		const quoted = JSON.stringify(part);
		const same = comparison === 'exact' ? part : trimmed.toLowerCase();
		const comma = text === '' ? '' : ',';
		text += comma + quoted;
		folded += comma + (same === part ? quoted : JSON.stringify(same));
	}
	const whole = `[${text}]`;
	return { text: whole, folded: folded === text ? whole : `[${folded}]` };
}

/** The form of a key text that two equal keys share. */
export function foldKey(text: string, comparison: KeyComparison): string {
	if (comparison === 'exact') return text;
	return JSON.stringify(keyValues(text).map((part) => part.trim().toLowerCase()));
}

/** Whether a text is the key text of so many parts: a receipt that comes back may carry anything. */
export function isKeyText(text: string, parts: number): boolean {
	try {
		const values: unknown = JSON.parse(text);
		return (
			Array.isArray(values) &&
			values.length === parts &&
			values.every((value) => typeof value === 'string')
		);
	} catch {
		return false;
	}
}

/** The key values of a key text, as text. */
export function keyValues(text: string): string[] {
	return JSON.parse(text) as string[];
}

/** The key of a key text as a record: key field → value as text. */
export function keyRecord(text: string, keyFields: readonly string[]): SyncRecord {
	const values = keyValues(text);
	return Object.fromEntries(keyFields.map((field, position) => [field, values[position]]));
}

function partText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
	if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
	if (types.isDate(value) && !Number.isNaN(value.getTime())) return value.toISOString();
	return undefined;
}
