import type { Row } from '../core/census';
import { batchesOf } from './batches';
import { rowTyping, type TypeSettings } from './columnTypes';
import { csvRows } from './csv';
import { fileBytes } from './fileBytes';
import { formatOf, type FileFormat } from './fileFormat';
import { firstOf } from './firstOf';
import { ndjsonRows } from './ndjson';
import type { ReadRow } from './readRow';
import type { SourceFile } from './sourceFile';
import { textBlocks, type Encoding } from './textBlocks';

/** Blocks of nothing but blank lines that are looked behind for the format. */
const blankBlocks = 32;

export interface FileSettings extends TypeSettings {
	/** Undefined: found out file by file. */
	readonly format?: FileFormat;
	/** Of CSV; undefined: found out from the header. */
	readonly delimiter?: string;
	readonly encoding: Encoding;
	/** What columns of a CSV file are that nobody has declared. */
	readonly otherColumns: 'text' | 'infer';
}

/** The rows of all files, one file after the other, as parts of one segment. */
export function fileRows(
	files: Iterable<SourceFile>,
	settings: FileSettings,
	signal?: AbortSignal,
): AsyncGenerator<readonly Row[]> {
	return batchesOf(rowsOfAll(files, settings), rowTyping(settings), signal);
}

async function* rowsOfAll(
	files: Iterable<SourceFile>,
	settings: FileSettings,
): AsyncGenerator<readonly ReadRow[]> {
	for (const file of files) yield* rowsOf(file, settings);
}

async function* rowsOf(
	file: SourceFile,
	settings: FileSettings,
): AsyncGenerator<readonly ReadRow[]> {
	const { declared, delimiter, otherColumns } = settings;
	const { first, whole } = await firstOf(
		textBlocks(fileBytes(file), settings.encoding, file),
		(taken) => taken.length >= blankBlocks || taken.some(({ text }) => text.trim() !== ''),
	);
	const format = settings.format ?? formatOf(file, first.at(-1)?.text ?? '');
	if (format === 'ndjson') {
		yield* ndjsonRows(whole, file);
		return;
	}
	const isInferred = (column: string) => otherColumns === 'infer' && !declared.has(column);
	yield* csvRows(whole, { isInferred, ...(delimiter !== undefined && { delimiter }) }, file);
}
