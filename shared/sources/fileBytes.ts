import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';

import { SyncError } from '../core/errors';
import { startOf } from './firstOf';
import { fileError, type SourceFile } from './sourceFile';

/** So small that even the shortest lines of one slice are read well within 50 ms. */
const sliceBytes = 32_768;

const gzip = [0x1f, 0x8b];
/** What an .xlsx file, any other ZIP archive, and an .xls file begin with. */
const archives = [
	[0x50, 0x4b, 0x03, 0x04],
	[0xd0, 0xcf, 0x11, 0xe0],
];

/** The bytes of a file in small slices, unpacked when its first two say that it is gzip. */
export async function* fileBytes(file: SourceFile): AsyncGenerator<Buffer> {
	const { start, whole } = await startOf(sliced(named(file.open(), file)), 4);
	const begins = (bytes: readonly number[]) => bytes.every((byte, at) => start[at] === byte);
	if (archives.some(begins)) {
		throw fileError(
			file,
			'is an Excel workbook or a ZIP archive',
			'Save it as CSV, plain or packed with gzip, or unpack it with a Compression node first.',
		);
	}
	yield* begins(gzip) ? sliced(gunzipped(whole, file)) : whole;
}

async function* sliced(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
	for await (const chunk of chunks) {
		const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
		for (let at = 0; at < bytes.length; at += sliceBytes) {
			yield bytes.subarray(at, at + sliceBytes);
			// Chunks that are in memory already would keep n8n from doing anything else.
			await setImmediate();
		}
	}
}

/** An error of the storage says which file it hit. */
async function* named(
	chunks: AsyncIterable<Uint8Array>,
	file: SourceFile,
): AsyncGenerator<Uint8Array> {
	try {
		yield* chunks;
	} catch (error) {
		await Promise.reject(error instanceof SyncError ? error : notRead(error, file));
	}
}

function notRead(error: unknown, file: SourceFile): SyncError {
	const said = error instanceof Error ? error.message : String(error);
	return fileError(
		file,
		`cannot be read: ${said}`,
		'Fetch it again and run from the trigger; n8n deletes the files of old executions.',
		'unavailable',
	);
}

/** Unpacks all members of a gzip file one after the other, as gunzip does. */
async function* gunzipped(
	bytes: AsyncIterable<Buffer>,
	file: SourceFile,
): AsyncGenerator<Uint8Array> {
	const gunzip = createGunzip({ chunkSize: 2 * sliceBytes });
	// An error comes out at the reading end too; a reader that stops early needs to hear of none.
	const packing = pipeline(Readable.from(bytes, { objectMode: false }), gunzip).catch(
		() => undefined,
	);
	try {
		yield* gunzip as AsyncIterable<Uint8Array>;
	} catch (error) {
		await Promise.reject(notUnpacked(error, file));
	} finally {
		await packing;
	}
}

function notUnpacked(error: unknown, file: SourceFile): unknown {
	const code = String((error as { code?: unknown }).code);
	if (!code.startsWith('Z_')) return error;
	const isCut = code === 'Z_BUF_ERROR';
	return fileError(
		file,
		isCut ? 'ends in the middle of its gzip data' : 'is damaged: its gzip data cannot be unpacked',
		`${isCut ? 'It was cut off on the way' : 'It was changed on the way'}: fetch it again, as a binary file.`,
	);
}
