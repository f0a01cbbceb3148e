import { setImmediate } from 'node:timers/promises';

import { SyncError } from '../core/errors';
import { defineField } from '../core/jsonValue';
import type { SyncRecord } from '../core/record';
import { inferred } from './columnTypes';
import { checkColumns, delimiterIn } from './csvHeader';
import type { CsvError, Parser } from './csvParse';
import { firstOf } from './firstOf';
import { unreadable, type ReadRow } from './readRow';
import { fileError, type SourceFile } from './sourceFile';
import type { TextBlock } from './textBlocks';

export interface CsvSettings {
	/** One character; undefined: found out from the header. */
	readonly delimiter?: string;
	/** Whether a column's cells are read by the rule of {@link inferred}; else they are text. */
	isInferred(column: string): boolean;
}

/** Bytes of one row. A quote never closed would swallow the rest of the file. */
const longestRow = 4 * 1024 * 1024;
/** Characters looked at for the delimiter. */
const longestHeader = 1_000_000;

/**
 * CSV with a header (RFC 4180, any line ends): one record per row, an empty cell as empty text. A row
 * with too many or too few columns becomes a row with a problem; blank lines are passed over.
 */
export async function* csvRows(
	blocks: AsyncIterable<TextBlock>,
	settings: CsvSettings,
	file: SourceFile,
): AsyncGenerator<readonly ReadRow[]> {
	const { delimiter, whole } = await withDelimiter(blocks, settings);
	let reader: CsvReader | undefined;
	for await (const { text, line } of whole) {
		reader ??= await csvReader({ ...settings, delimiter }, line, file);
		yield await reader.read(text);
	}
	if (reader) yield await reader.finish();
}

async function withDelimiter(blocks: AsyncIterable<TextBlock>, { delimiter }: CsvSettings) {
	let text = '';
	const { first, whole } = await firstOf(blocks, (taken) => {
		text += taken.at(-1)?.text ?? '';
		if (delimiter !== undefined) return true;
		return text.length > longestHeader || delimiterIn(text, false) !== undefined;
	});
	const start = first.map((block) => block.text).join('');
	return { delimiter: delimiter ?? delimiterIn(start, true) ?? ',', whole };
}

interface CsvReader {
	read(text: string): Promise<readonly ReadRow[]>;
	finish(): Promise<readonly ReadRow[]>;
}

async function csvReader(
	settings: CsvSettings & { readonly delimiter: string },
	firstLine: number,
	file: SourceFile,
): Promise<CsvReader> {
	const { parse } = await import('./csvParse');
	let rows: ReadRow[] = [];
	let rowOf: RowMaker | undefined;
	let lastLine = firstLine - 1;
	// The parser counts a CR LF within quotes as two lines.
	let doubled = 0;
	const parser = parse({
		delimiter: settings.delimiter,
		record_delimiter: ['\r\n', '\n', '\r'],
		relax_column_count: true,
		skip_empty_lines: true,
		max_record_size: longestRow,
		// Rows are taken here, at once; handed on one by one through a stream they would take twice the time.
		on_record(cells: string[], { lines }) {
			const line = firstLine - 1 + lines - doubled;
			const counted = line - lastLine > 1 ? breaksIn(cells, /\r\n/gu) : 0;
			doubled += counted;
			lastLine = line - counted;
			if (rowOf === undefined) rowOf = rowMaker(cells, settings, file);
			else if (cells.length > 1 || cells[0]?.trim() !== '') rows.push(rowOf(cells, lastLine));
			return null;
		},
	});
	// Each step reports its error itself.
	parser.on('error', () => undefined);
	const taken = async (step: (done: (error?: Error | null) => void) => void) => {
		await new Promise<void>((resolve, reject) =>
			step((error) => (error ? reject(error) : resolve())),
		).catch(async (error: unknown) => await Promise.reject(explained(error, lastLine + 1, file)));
		const found = rows;
		rows = [];
		return found;
	};
	return stepsOf(parser, taken);
}

function stepsOf(
	parser: Parser,
	taken: (step: (done: (error?: Error | null) => void) => void) => Promise<ReadRow[]>,
): CsvReader {
	return {
		read: async (text) => await taken((done) => parser.write(text, done)),
		async finish() {
			const rows = await taken((done) => parser.end(done));
			await setImmediate();
			return rows;
		},
	};
}

/** Makes a row of cells and the number of the line they end in. */
type RowMaker = (cells: readonly string[], lastLine: number) => ReadRow;

function rowMaker(columns: readonly string[], settings: CsvSettings, file: SourceFile): RowMaker {
	checkColumns(columns, file);
	const isInferred = columns.map((column) => settings.isInferred(column));
	const isPlain = !columns.includes('__proto__');
	const recordOf = (cells: readonly string[]): SyncRecord => {
		const record: Record<string, unknown> = {};
		for (let at = 0; at < columns.length; at++) {
			const column = columns[at] as string;
			const cell = cells[at] as string;
			const value = isInferred[at] === true ? inferred(cell) : cell;
			if (isPlain) record[column] = value;
			else defineField(record, column, value);
		}
		return record;
	};
	return (cells, lastLine) => {
		if (cells.length === columns.length) return { record: recordOf(cells) };
		const line = lastLine - breaksIn(cells);
		const has = cells.length === 1 ? '1 column' : `${cells.length} columns`;
		return unreadable(`Line ${line} of ${file.label} has ${has}, the header has ${columns.length}`);
	};
}

function breaksIn(cells: readonly string[], kind = /\r\n|\r|\n/gu): number {
	return cells.reduce((sum, cell) => sum + (cell.match(kind)?.length ?? 0), 0);
}

/** What the parser says, by its codes (csv-parse, CsvErrorCode). */
const problems: Readonly<Record<string, string>> = {
	CSV_QUOTE_NOT_CLOSED: 'opens a quote that is never closed',
	CSV_MAX_RECORD_SIZE: 'has more than 4 MB; a quote is probably not closed',
	CSV_INVALID_CLOSING_QUOTE: 'goes on behind a closing quote',
	INVALID_OPENING_QUOTE: 'has a quote in the middle of a value',
};

function explained(error: unknown, line: number, file: SourceFile): unknown {
	if (error instanceof SyncError) return error;
	const problem = problems[String((error as Partial<CsvError>).code)];
	if (problem === undefined) return error;
	return fileError(
		file,
		`cannot be read on: the row that begins in line ${line} ${problem}`,
		'A value with quotes must stand in quotes, with each quote in it doubled ("say ""hi"""). If the values are cut wrongly, choose the Delimiter in the options.',
	);
}
