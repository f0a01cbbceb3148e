import { hash } from 'node:crypto';
import { types } from 'node:util';

import type { SyncRecord } from './record';

/** Raised whenever the same record would get another fingerprint; stored with each sync. */
export const fingerprintVersion = 1;

/** Field name → 48-bit fingerprint of its value; a Map is one. */
export interface FieldFingerprints extends Iterable<readonly [string, number]> {
	readonly size: number;
	get(name: string): number | undefined;
}

export interface Fingerprinter {
	/** 64 bits over the record's compared fields and its exact key text. */
	record(record: SyncRecord, keyText: string): bigint;
	/** The compared fields one by one, for telling which of them changed. */
	fields(record: SyncRecord): FieldFingerprints;
}

/**
 * Fingerprints over typed values: absent ≠ null ≠ "" ≠ 0, 1 ≠ "1", field order irrelevant, Date objects are
 * UTC instants, text that looks like a date stays text (design section 8). `isCompared` limits the fields.
 */
export function fingerprinter(isCompared: (field: string) => boolean = () => true): Fingerprinter {
	let shape: string[] = [];
	let columns: Column[] = [];
	let places = placesOf([]);
	const prints = new Map<string, Map<unknown, number>>();

	const printsOf = (name: string) => {
		const known = prints.get(name) ?? new Map<unknown, number>();
		prints.set(name, known);
		return known;
	};

	/** Records of one segment share their shape, so sorting the names once is enough. */
	const columnsOf = (record: SyncRecord) => {
		const names = Object.keys(record);
		if (names.length !== shape.length || names.some((name, index) => name !== shape[index])) {
			shape = names;
			columns = names
				.filter(isCompared)
				.sort()
				.map((name) => ({ name, label: canonical(name), prints: printsOf(name) }));
			places = placesOf(columns.map(nameOf));
		}
		return columns;
	};

	return {
		record(record, keyText) {
			let text = keyText;
			for (const { name, label } of columnsOf(record)) {
				const value = record[name];
				if (value !== undefined) text += label + canonical(value);
			}
			return digest64(text);
		},
		fields(record) {
			const present = columnsOf(record).filter(({ name }) => record[name] !== undefined);
			return new SharedNames(
				present.length === columns.length ? places : placesOf(present.map(nameOf)),
				present.map((column) => fieldPrint(column, record[column.name])),
			);
		},
	};
}

interface Column {
	readonly name: string;
	readonly label: string;
	/** Of its first short values: most columns hold few (a country, a status), and hashing is what takes the time. */
	readonly prints: Map<unknown, number>;
}

const knownValues = 1_000;
const shortValue = 64;

const nameOf = ({ name }: Column) => name;

function fieldPrint({ prints }: Column, value: unknown): number {
	const known = prints.get(value);
	if (known !== undefined) return known;
	const print = digest(canonical(value)).readUIntLE(0, 6);
	if (prints.size < knownValues && isShort(value)) prints.set(value, print);
	return print;
}

/** An object is none: what it holds may change, and a Map knows it by its identity only. */
function isShort(value: unknown): boolean {
	if (typeof value === 'string') return value.length <= shortValue;
	return value === null || typeof value !== 'object';
}

/** Field name → place of its fingerprint in a list. */
export type Places = ReadonlyMap<string, number>;

/** The places of fields whose fingerprints are listed in this order. */
export function placesOf(names: readonly string[]): Places {
	return new Map(names.map((name, place) => [name, place]));
}

/**
 * The fields of one of many records that share their names: a run holds those of all its changes, and a Map for
 * each takes six times as much.
 */
export class SharedNames implements FieldFingerprints {
	constructor(
		private readonly places: Places,
		private readonly prints: readonly number[],
	) {}

	get size(): number {
		return this.places.size;
	}

	get(name: string): number | undefined {
		return this.prints[this.places.get(name) ?? -1];
	}

	*[Symbol.iterator](): Generator<readonly [string, number]> {
		for (const [name, place] of this.places) yield [name, this.prints[place] ?? 0];
	}
}

const lastDigest = Buffer.alloc(20);

/** SHA-1 of a text, valid until the next call: a Buffer for each of millions costs more than the hashing. */
export function digest(text: string): Buffer {
	lastDigest.write(hash('sha1', text, 'binary'), 'binary');
	return lastDigest;
}

/** 64 bits of SHA-1 of a text. */
export function digest64(text: string): bigint {
	return digest(text).readBigUInt64LE(0);
}

/** One text per distinct typed value: the first character is the type, lengths keep neighbours apart. */
export function canonical(value: unknown): string {
	switch (typeof value) {
		case 'string':
			return `"${value.length}:${value}`;
		case 'number':
			return `#${value === 0 ? 0 : value};`;
		case 'boolean':
			return value ? '+' : '-';
		case 'bigint':
			return `b${value};`;
		case 'object':
			return value === null ? '0' : canonicalObject(value);
		default:
			return 'u';
	}
}

function canonicalObject(value: object): string {
	if (types.isDate(value)) return `@${value.getTime()};`;
	if (Array.isArray(value)) return `[${Array.from(value, canonical).join('')}]`;
	if (isInstant(value)) return `@${value.toMillis()};`;
	if (types.isUint8Array(value)) return `x${canonical(Buffer.from(value).toString('base64'))}`;
	const entries = value as SyncRecord;
	const parts = Object.keys(entries)
		.filter((name) => entries[name] !== undefined)
		.sort()
		.map((name) => canonical(name) + canonical(entries[name]));
	return `{${parts.join('')}}`;
}

/** Luxon's DateTime, which n8n expressions such as `$now` leave in items. */
export function isInstant(value: object): value is { toMillis(): number } {
	return typeof (value as { toMillis?: unknown }).toMillis === 'function';
}
