import type { CsvFormat, Quoting } from './csvFormat';
import { delimiters, lineEndings } from './csvFormat';

const quoted = (cell: string) =>
	cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : `"${cell}"`;

/** Writes a whole file, line by line: the lines are the only copy that is made. */
export function writeCsv(
	lines: Iterable<readonly string[]>,
	format: CsvFormat,
	quoting: Quoting,
): string {
	const delimiter = delimiters[format.columnDelimiter];
	const end = lineEndings[format.lineEnding];
	const isBare = (cell: string) => !/["\r\n]/.test(cell) && !cell.includes(delimiter);
	const write = quoting === 'all' ? quoted : (cell: string) => (isBare(cell) ? cell : quoted(cell));
	let text = '';
	for (const cells of lines) text += cells.map(write).join(delimiter) + end;
	return text;
}
