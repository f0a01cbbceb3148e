import { writeFileSync } from 'node:fs';

/** A row by the names of its columns. */
export type CsvRow = Readonly<Record<string, unknown>>;

/** Which state of the source a run finds. */
export type Version = 'original' | 'edited';

function cell(value: unknown): string {
	const text = value === null || value === undefined ? '' : String(value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Writes rows as the CSV file a builder would download. */
export function writeCsv(file: string, columns: readonly string[], rows: readonly CsvRow[]): void {
	const lines = rows.map((row) => columns.map((name) => cell(row[name])).join(','));
	writeFileSync(file, [columns.join(','), ...lines, ''].join('\r\n'));
}
