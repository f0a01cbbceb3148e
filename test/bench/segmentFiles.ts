import { createReadStream, createWriteStream, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import type { Row } from '../../shared/core/census';
import type { SyncRecord } from '../../shared/core/record';
import { fileRows } from '../../shared/sources/fileRows';
import type { BenchPlace, Figures } from './bench';
import { contact, original, type Version } from './contacts';

/** Contacts in a file. */
export const count = 1_000_000;

export const changedEvery = 25;

/** One of so many contacts has changed. */
export const changed: Version = { changedEvery };

interface Contacts {
	readonly version: Version;
	readonly lineOf: (record: SyncRecord) => string;
	/** Which contact stands in a row; undefined: they come in order. */
	readonly at?: (row: number) => number;
}

/** Every contact once, and none beside the one before it: the factor and the count have no common divisor. */
const shuffled = (row: number) => (row * 618_033) % count;

const json: Contacts['lineOf'] = (record) => JSON.stringify(record);
const csv: Contacts['lineOf'] = (record) =>
	Object.values(record)
		.map((value) => `"${String(value ?? '').replaceAll('"', '""')}"`)
		.join(',');

const files = {
	'contacts.ndjson': { version: original, lineOf: json },
	'shuffled.ndjson': { version: original, lineOf: json, at: shuffled },
	'changed.ndjson': { version: changed, lineOf: json },
	'contacts.csv': { version: original, lineOf: csv },
	'contacts.ndjson.gz': { version: original, lineOf: json },
} as const satisfies Readonly<Record<string, Contacts>>;

export type SegmentFile = keyof typeof files;

/** Writes the files of a bench; the figures are their sizes. */
export async function writeSegments(
	{ folder }: BenchPlace,
	names = Object.keys(files) as SegmentFile[],
): Promise<Figures> {
	const sizes: Record<string, number> = {};
	for (const name of names) {
		const file = path.join(folder, name);
		const lines = Readable.from(linesOf(name), { objectMode: false });
		const out = createWriteStream(file);
		if (name.endsWith('.gz')) await pipeline(lines, createGzip({ level: 1 }), out);
		else await pipeline(lines, out);
		sizes[`${name} MB`] = statSync(file).size / 1e6;
	}
	return sizes;
}

function* linesOf(name: SegmentFile): Generator<string> {
	const { version, lineOf, at: contactAt = (row) => row }: Contacts = files[name];
	if (lineOf === csv) yield `${Object.keys(contact(0)).join(',')}\n`;
	const atOnce = 500;
	for (let first = 0; first < count; first += atOnce) {
		const lines = Array.from({ length: atOnce }, (_, at) =>
			lineOf(contact(contactAt(first + at), version)),
		);
		yield `${lines.join('\n')}\n`;
	}
}

/** The rows of a file, read as Segment Diff reads a file of n8n's storage. */
export function rowsIn({ folder }: BenchPlace, name: SegmentFile): AsyncIterable<readonly Row[]> {
	const file = { label: name, name, open: () => createReadStream(path.join(folder, name)) };
	return fileRows([file], {
		encoding: 'utf8',
		otherColumns: 'infer',
		declared: new Map(),
		timeZone: 'UTC',
	});
}
