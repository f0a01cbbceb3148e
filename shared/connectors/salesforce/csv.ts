/** One cell: quoted whenever it holds anything, bare when it is empty, as a Bulk job reads it (salesforce 4.4). */
export const csvCell = (text: string): string =>
	text === '' ? '' : `"${text.replaceAll('"', '""')}"`;

/** A row of a CSV text; `isWhole` is false when the text ends within a quoted cell. */
export interface CsvRow {
	readonly cells: readonly string[];
	readonly isWhole: boolean;
}

/**
 * The rows of a CSV text, one after another: separated by commas only, because a bare `a;b` is one cell
 * (salesforce:J8). Cells are slices of the text, so whoever keeps one keeps the whole: {@link detached}.
 */
export function* csvRows(text: string): Generator<CsvRow> {
	let at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
	while (at < text.length) {
		const cells: string[] = [];
		let cell: Cell;
		do {
			cell = text.charCodeAt(at) === QUOTE ? quotedCell(text, at) : bareCell(text, at);
			cells.push(cell.text);
			at = cell.end + 1;
		} while (text.charCodeAt(cell.end) === COMMA);
		if (cells.length > 1 || cells[0] !== '') yield { cells, isWhole: !cell.isOpen };
	}
}

/** A copy of a text that does not keep alive what it was cut from. */
export const detached = (text: string): string => Buffer.from(text).toString();

interface Cell {
	readonly text: string;
	/** Where its comma or line feed stands; the length of the text when there is none. */
	readonly end: number;
	/** Its closing quote is missing. */
	readonly isOpen?: boolean;
}

const BYTE_ORDER_MARK = 0xfeff;
const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function endAfter(text: string, from: number): number {
	for (let at = from; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === COMMA || code === LINE_FEED) return at;
	}
	return text.length;
}

function bareCell(text: string, from: number): Cell {
	const end = endAfter(text, from);
	const isLast = text.charCodeAt(end) !== COMMA;
	const hasReturn = isLast && end > from && text.charCodeAt(end - 1) === CARRIAGE_RETURN;
	return { text: text.slice(from, hasReturn ? end - 1 : end), end };
}

function quotedCell(text: string, from: number): Cell {
	let close = text.indexOf('"', from + 1);
	let hasQuotes = false;
	while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) {
		hasQuotes = true;
		close = text.indexOf('"', close + 2);
	}
	if (close < 0) return { text: text.slice(from + 1), end: text.length, isOpen: true };
	const inner = text.slice(from + 1, close);
	return { text: hasQuotes ? inner.replaceAll('""', '"') : inner, end: endAfter(text, close + 1) };
}
