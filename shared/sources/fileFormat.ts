import type { SourceFile } from './sourceFile';

export type FileFormat = 'csv' | 'ndjson';

const extensions: ReadonlyMap<string, FileFormat> = new Map([
	['csv', 'csv'],
	['tsv', 'csv'],
	['tab', 'csv'],
	['ndjson', 'ndjson'],
	['jsonl', 'ndjson'],
]);

/** Windows calls a .csv file application/vnd.ms-excel; a real workbook has been refused by its first bytes. */
const mimeTypes: ReadonlyMap<string, FileFormat> = new Map([
	['text/csv', 'csv'],
	['application/csv', 'csv'],
	['application/vnd.ms-excel', 'csv'],
	['text/tab-separated-values', 'csv'],
	['application/x-ndjson', 'ndjson'],
	['application/ndjson', 'ndjson'],
	['application/jsonl', 'ndjson'],
	['application/jsonlines', 'ndjson'],
	['application/x-jsonlines', 'ndjson'],
]);

/** What a file holds: by the end of its name, else by its MIME type, else by its first character. */
export function formatOf({ name = '', mimeType = '' }: SourceFile, text: string): FileFormat {
	const extension = /\.([a-z]+)(?:\.gz)?$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
	const type = mimeType.split(';')[0]?.trim().toLowerCase() ?? '';
	return (
		extensions.get(extension) ?? mimeTypes.get(type) ?? (/^\s*[{[]/u.test(text) ? 'ndjson' : 'csv')
	);
}
