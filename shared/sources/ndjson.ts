import type { SyncRecord } from '../core/record';
import { parseExactJson } from './exactJson';
import { unreadable, type ReadRow } from './readRow';
import { fileError, type SourceFile } from './sourceFile';
import type { TextBlock } from './textBlocks';

/** NDJSON: one JSON object per line, blank lines between them. A line that is none becomes a row with a problem. */
export async function* ndjsonRows(
	blocks: AsyncIterable<TextBlock>,
	file: SourceFile,
): AsyncGenerator<readonly ReadRow[]> {
	let isFirst = true;
	for await (const { text, line } of blocks) {
		const rows: ReadRow[] = [];
		for (const [offset, json] of text.split('\n').entries()) {
			if (json.trim() === '') continue;
			if (isFirst) refuseDocument(json.trim(), file);
			isFirst = false;
			rows.push(rowOf(json, () => `Line ${line + offset} of ${file.label}`));
		}
		yield rows;
	}
}

function rowOf(json: string, place: () => string): ReadRow {
	try {
		const record = parseExactJson(json);
		if (typeof record === 'object' && record !== null && !Array.isArray(record)) {
			return { record: record as SyncRecord };
		}
	} catch (error) {
		return unreadable(`${place()} is not JSON: ${withoutText(error)}`);
	}
	return unreadable(`${place()} is not a JSON object, but ${kindOf(json)}`);
}

/** What the parser found wrong, without the piece of the line it quotes: values do not belong in messages. */
function withoutText(error: unknown): string {
	const said = error instanceof Error ? error.message : String(error);
	return said.replace(/,? *(\.\.\.)?"[\s\S]*" is not valid JSON$/u, '');
}

function kindOf(json: string): string {
	const start = json.trim().charAt(0);
	if (start === '[') return 'a list';
	return start === '"' ? 'a text' : 'a single value';
}

/** One JSON document over the whole file, where each line should be a record. */
function refuseDocument(start: string, file: SourceFile): void {
	const isList = start.startsWith('[');
	if (!isList && start !== '{') return;
	throw fileError(
		file,
		isList
			? 'is a JSON array, not one JSON object per line'
			: 'is one JSON object spread over several lines',
		'Let the source write NDJSON (JSON Lines). For a small file, use Extract from File (Extract From JSON) and Read From: Input Items.',
	);
}
