import { gzipSync } from 'node:zlib';

import fc from 'fast-check';

import type { Row } from '../../shared/core/census';
import type { SyncError } from '../../shared/core/errors';
import { fileRows, type FileSettings } from '../../shared/sources/fileRows';
import type { SourceFile } from '../../shared/sources/sourceFile';

export const plain: FileSettings = {
	encoding: 'utf8',
	otherColumns: 'text',
	declared: new Map(),
	timeZone: 'Europe/Berlin',
};

/** Bytes in chunks that end at the given places. */
export function fileOf(
	content: string | Uint8Array,
	about: Partial<SourceFile> & { readonly cuts?: readonly number[] } = {},
): SourceFile {
	const bytes = Buffer.from(content as string);
	const { cuts = [], ...rest } = about;
	const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
	return {
		label: 'the file "people.txt"',
		async *open() {
			for (const [at, end] of ends.entries()) yield bytes.subarray(ends[at - 1] ?? 0, end);
		},
		...rest,
	};
}

export async function collect(batches: AsyncIterable<readonly Row[]>): Promise<Row[]> {
	const rows: Row[] = [];
	for await (const batch of batches) {
		if (batch.length > 1_000) throw new Error('The batch is too big');
		rows.push(...batch);
	}
	return rows;
}

export async function rowsOf(
	content: string | Uint8Array,
	settings: Partial<FileSettings> = {},
	about: Parameters<typeof fileOf>[1] = {},
): Promise<Row[]> {
	return await collect(fileRows([fileOf(content, about)], { ...plain, ...settings }));
}

export async function recordsOf(
	...given: Parameters<typeof rowsOf>
): Promise<Array<Record<string, unknown>>> {
	return (await rowsOf(...given)).map(({ record, problem }) => {
		if (problem !== undefined) throw new Error(problem);
		return record;
	});
}

/** The error of work that must fail. */
export async function refusalOf(work: Promise<unknown>): Promise<SyncError> {
	return await work.then(
		() => {
			throw new Error('It was taken');
		},
		(error: SyncError) => error,
	);
}

/** As it is, or packed, in one or several members. */
export const packings = fc.constantFrom<(bytes: Buffer) => Buffer>(
	(bytes) => bytes,
	(bytes) => gzipSync(bytes),
	(bytes) => {
		const middle = Math.floor(bytes.length / 2);
		return Buffer.concat([gzipSync(bytes.subarray(0, middle)), gzipSync(bytes.subarray(middle))]);
	},
);

export const chunkEnds = fc.array(fc.nat(100_000), { maxLength: 12 });

const names = fc
	.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
	.filter((name) => name.trim() !== '' && !name.startsWith('\ufeff'));

/** Column names that differ, some of them awkward. */
export const columnNames = fc.uniqueArray(
	fc.oneof(names, fc.constantFrom('__proto__', 'id', 'a"b', 'x,y', 'two\nlines')),
	{ minLength: 1, maxLength: 6 },
);
