import { SyncError } from '../core/errors';
import { keyOf, type Key } from '../core/key';
import type { SyncRecord } from '../core/record';
import type { Sync } from '../state/store';

/**
 * The keys that values of the parameter Key name, each once. A value is the key itself, a list of key values,
 * or an object with the key fields, as such or as JSON. Throws SyncError `config` for anything else.
 */
export function keysFrom(values: readonly unknown[], sync: Sync): Key[] {
	const keys = new Map<string, Key>();
	for (const value of values) {
		const { keyFields, keyComparison } = sync.identity;
		const key = keyOf(recordOf(value, keyFields), keyFields, keyComparison);
		if (!key) throw noKey(value, sync);
		keys.set(key.folded, key);
	}
	return [...keys.values()];
}

function recordOf(value: unknown, keyFields: readonly string[]): SyncRecord {
	const read = typeof value === 'string' ? parsed(value) : value;
	if (Array.isArray(read) && read.length === keyFields.length) {
		return Object.fromEntries(keyFields.map((field, position) => [field, read[position]]));
	}
	const isObject = typeof read === 'object' && read !== null;
	if (isObject && keyFields.every((field) => field in read)) return read as SyncRecord;
	// What looks like JSON may be a key as it stands.
	const [field, ...more] = keyFields;
	return field !== undefined && more.length === 0 ? { [field]: value } : {};
}

/** The list or object that a text spells, else the text. */
function parsed(text: string): unknown {
	if (!/^\s*[[{]/u.test(text)) return text;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}

function noKey(value: unknown, { name, identity: { keyFields } }: Sync): SyncError {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	const example = JSON.stringify(Object.fromEntries(keyFields.map((field) => [field, '…'])));
	const [only, ...more] = keyFields;
	return new SyncError('config', `${JSON.stringify(text ?? '')} is no key of the sync "${name}"`, {
		hint:
			more.length === 0
				? `Enter in Key the value of ${only} of one record.`
				: `Its key has ${keyFields.length} fields: enter ${example} in Key.`,
	});
}
