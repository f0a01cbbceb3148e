import { types } from 'node:util';

import { isInstant } from '../core/fingerprint';
import type { SyncRecord } from '../core/record';

/** Names no field has: they mark the values JSON cannot hold. */
const instant = '\u0000instant';
const bigint = '\u0000bigint';

/** A record as text that gives back the same typed values, so that a replay has the same fingerprint (design R12). */
export function packRecord(record: SyncRecord): string {
	return JSON.stringify(record, function (this: SyncRecord, name: string, value: unknown) {
		const raw = this[name];
		if (types.isDate(raw)) return { [instant]: raw.getTime() };
		if (typeof raw === 'object' && raw !== null && isInstant(raw)) {
			return { [instant]: raw.toMillis() };
		}
		return typeof value === 'bigint' ? { [bigint]: String(value) } : value;
	});
}

export function unpackRecord(text: string): SyncRecord {
	return JSON.parse(text, (_name, value: unknown) => {
		if (typeof value !== 'object' || value === null) return value;
		if (instant in value) return new Date(Number(value[instant] ?? Number.NaN));
		return bigint in value ? BigInt(String(value[bigint])) : value;
	}) as SyncRecord;
}
