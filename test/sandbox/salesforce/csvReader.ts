import type { CsvFormat } from './csvFormat';
import { delimiters } from './csvFormat';

/** One record of a CSV text. */
export interface CsvRecord {
	readonly cells: readonly string[];
	/** Where the next record begins. */
	readonly end: number;
	/** Why the row cannot be taken as it stands. */
	readonly fault?: string;
	/** The record ends with the line ending the format does not have. */
	readonly foreignEnd: boolean;
}

/** An upload as its rows, read from the text each time: the rows take no memory of their own. */
export interface CsvTable {
	readonly header: readonly string[];
	readonly rowCount: number;
	/** A row as long as the header; `fault` also when it was not. */
	row(index: number): { readonly cells: readonly string[]; readonly fault?: string };
}

/** A text whose form fails a whole job. */
export class CsvError extends Error {
	readonly name = 'CsvError';
}

const STRAY_QUOTE = 'Found unescaped quote. A value with quote should be within a quote';
const OPEN_QUOTE = 'A quoted value has no closing quote';
const WRONG_COUNT = 'The number of values differs from the number of columns in the header';

interface Cell {
	readonly text: string;
	/** Index of the delimiter, of the line ending's last character, or the length of the text. */
	readonly stop: number;
	readonly fault?: string;
}

/** The first delimiter or line feed from `from` on. */
function stopAfter(text: string, from: number, delimiter: number): number {
	let at = from;
	for (; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === 10 || code === delimiter) return at;
	}
	return at;
}

/** A cell without quotes: nothing is trimmed, and a quote has no place in it (S22). */
function bareCell(text: string, from: number, delimiter: number): Cell {
	const stop = stopAfter(text, from, delimiter);
	const atLineEnd = text.charCodeAt(stop) === 10 && text.charCodeAt(stop - 1) === 13;
	const cell = text.slice(from, atLineEnd && stop > from ? stop - 1 : stop);
	return cell.includes('"') ? { text: cell, stop, fault: STRAY_QUOTE } : { text: cell, stop };
}

/** Where a quoted cell that opens at `from` closes; -1 when it never does. */
function closingQuote(text: string, from: number): number {
	let at = text.indexOf('"', from + 1);
	while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
	return at;
}

function quotedCell(text: string, from: number, delimiter: number): Cell {
	const close = closingQuote(text, from);
	if (close < 0) return { text: text.slice(from), stop: text.length, fault: OPEN_QUOTE };
	const inner = text.slice(from + 1, close);
	const value = inner.includes('""') ? inner.replaceAll('""', '"') : inner;
	const stop = stopAfter(text, close + 1, delimiter);
	const rest = text.slice(close + 1, stop);
	const isClean = rest === '' || (rest === '\r' && text.charCodeAt(stop) === 10);
	return isClean ? { text: value, stop } : { text: value + rest, stop, fault: STRAY_QUOTE };
}

/** Reads the record that begins at `from`: RFC 4180, and no leniency beyond it. */
export function readRecord(text: string, from: number, format: CsvFormat): CsvRecord {
	const delimiter = delimiters[format.columnDelimiter].charCodeAt(0);
	const cells: string[] = [];
	let fault: string | undefined;
	let at = from;
	for (;;) {
		const cell =
			text.charCodeAt(at) === 34 ? quotedCell(text, at, delimiter) : bareCell(text, at, delimiter);
		cells.push(cell.text);
		fault ??= cell.fault;
		at = cell.stop + 1;
		if (text.charCodeAt(cell.stop) !== delimiter) break;
	}
	const hasEnd = at <= text.length;
	const isCrlf = hasEnd && text.charCodeAt(at - 2) === 13;
	const foreignEnd = hasEnd && isCrlf !== (format.lineEnding === 'CRLF');
	return { cells, end: at, foreignEnd, ...(fault === undefined ? {} : { fault }) };
}

function fitted(record: CsvRecord, width: number): ReturnType<CsvTable['row']> {
	const { cells, fault } = record;
	if (cells.length === width) return { cells, fault };
	const row = Array.from({ length: width }, (_, column) => cells[column] ?? '');
	return { cells: row, fault: fault ?? WRONG_COUNT };
}

/** Takes a text apart; throws CsvError when it has no header or the other line ending. */
export function readTable(text: string, format: CsvFormat): CsvTable {
	if (text === '') throw new CsvError('The CSV content has no header row');
	const starts: number[] = [];
	let at = 0;
	while (at < text.length) {
		const record = readRecord(text, at, format);
		if (record.foreignEnd) {
			throw new CsvError(
				`LineEnding is invalid on user data. Current LineEnding setting is ${format.lineEnding}`,
			);
		}
		starts.push(at);
		at = record.end;
	}
	const header = readRecord(text, 0, format).cells;
	return {
		header,
		rowCount: starts.length - 1,
		row: (index) =>
			fitted(readRecord(text, starts[index + 1] ?? text.length, format), header.length),
	};
}
