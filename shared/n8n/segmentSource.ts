import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import type { Row } from '../core/census';
import { SyncError } from '../core/errors';
import { rowTyping, type RowTyping } from '../sources/columnTypes';
import { fileRows, type FileSettings } from '../sources/fileRows';
import { postgresRows } from '../sources/postgresRows';
import type { SourceFile } from '../sources/sourceFile';
import { postgresAccess } from './postgresCredential';

export type { ColumnType } from '../sources/columnTypes';

/** Where a segment is read from, and what its columns hold. */
export interface SourceSettings extends FileSettings {
	readonly kind: 'items' | 'file' | 'postgres';
	/** Field of the items that holds the file. */
	readonly binaryField: string;
	/** The statement that gives the rows. */
	readonly query: string;
}

/** The declared types of columns, for rows that come as items: a file and a query have them applied already. */
export function itemTyping(settings: SourceSettings): RowTyping {
	return rowTyping(settings);
}

/**
 * The rows of the file on each item, or of the query, in batches of at most 1,000 with a running index.
 * Errors are SyncErrors; a row that cannot be read is a row with a problem. A reader that stops early
 * closes the file or the connection.
 */
export async function sourceRows(
	context: IExecuteFunctions,
	settings: SourceSettings,
): Promise<AsyncIterable<readonly Row[]>> {
	const signal = context.getExecutionCancelSignal();
	if (settings.kind === 'postgres') {
		return postgresRows(await postgresAccess(context, 'The source'), settings, signal);
	}
	if (settings.kind === 'file') {
		return fileRows(filesOf(context, settings.binaryField), settings, signal);
	}
	throw new SyncError('config', 'Input items are no file and no query');
}

/** All files are looked for before the first is read: a part that is missing would read as leavers. */
function filesOf(context: IExecuteFunctions, field: string): SourceFile[] {
	const items = context.getInputData();
	return items.map((_, index) => {
		const binary = binaryOf(context, index, field);
		const part = items.length > 1 ? ` of item ${index + 1}` : '';
		return {
			label: binary.fileName ? `the file "${binary.fileName}"${part}` : `the file${part}`,
			...(binary.fileName && { name: binary.fileName }),
			mimeType: binary.mimeType,
			open: () => bytesOf(context, binary),
		};
	});
}

function binaryOf(context: IExecuteFunctions, index: number, field: string): IBinaryData {
	let found: IBinaryData | undefined;
	let said = '';
	try {
		found = context.helpers.assertBinaryData(index, field);
	} catch (error) {
		said = error instanceof Error ? error.message : String(error);
	}
	if (found) return found;
	throw new SyncError('config', `Item ${index + 1} has no file in the field "${field}": ${said}`, {
		hint: 'Correct Input Binary Field, or check the node that fetches the file. Items without a file do not belong on this wire. Nothing was compared and nothing was sent.',
	});
}

/** A file in n8n's storage, or in memory as base64 in the item itself (n8n:4.7). */
async function* bytesOf(
	context: IExecuteFunctions,
	{ id, data }: IBinaryData,
): AsyncGenerator<Uint8Array> {
	if (id) yield* (await context.helpers.getBinaryStream(id)) as AsyncIterable<Uint8Array>;
	else yield* decoded(data);
}

/** A multiple of four: so many characters of base64 are whole bytes. */
const sliceCharacters = 65_536;

/** Base64 piece by piece: a big file at once would hold n8n up, and take its memory twice. */
function* decoded(base64: string): Generator<Uint8Array> {
	for (let at = 0; at < base64.length; at += sliceCharacters) {
		yield Buffer.from(base64.slice(at, at + sliceCharacters), 'base64');
	}
}
