import { pipeline } from 'node:stream/promises';
import { Readable, type Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/**
 * Postgres' binary COPY format (https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS):
 * packed members go through as they are, where a query would spell every byte as two hex digits.
 */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** After the signature: flags and the length of an extension that we never write. */
const headerRest = 8;
const endOfRows = -1;

export type CopyRow = readonly Buffer[];

/** A whole number as the column type bigint. */
export function bigintBytes(value: number): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeBigInt64BE(BigInt(value));
	return bytes;
}

/** Sends rows into a COPY … FROM STDIN, as fast as they are taken. */
export async function sendRows(
	rows: Iterable<CopyRow> | AsyncIterable<CopyRow>,
	into: Writable,
): Promise<void> {
	await pipeline(Readable.from(encoded(rows), { objectMode: false }), into);
}

async function* encoded(rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): AsyncGenerator<Buffer> {
	yield Buffer.concat([signature, Buffer.alloc(headerRest)]);
	for await (const row of rows) {
		const parts = row.flatMap((value) => [lengthOf(value), value]);
		yield Buffer.concat([int16(row.length), ...parts]);
		// A server that takes everything at once would keep n8n from doing anything else.
		await setImmediate();
	}
	yield int16(endOfRows);
}

function int16(value: number): Buffer {
	const bytes = Buffer.alloc(2);
	bytes.writeInt16BE(value);
	return bytes;
}

function lengthOf(value: Buffer): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32BE(value.length);
	return bytes;
}

/** The rows of a COPY … TO STDOUT without nulls, one at a time. */
export async function* receiveRows(stream: AsyncIterable<Buffer>): AsyncGenerator<CopyRow> {
	const bytes = byteReader(stream);
	await bytes.take(signature.length + headerRest);
	for (;;) {
		const count = (await bytes.take(2)).readInt16BE();
		if (count === endOfRows) break;
		const row: Buffer[] = [];
		for (let index = 0; index < count; index++) {
			const length = (await bytes.take(4)).readInt32BE();
			row.push(await bytes.take(Math.max(0, length)));
		}
		yield row;
	}
	await bytes.end();
}

function byteReader(stream: AsyncIterable<Buffer>) {
	const chunks = stream[Symbol.asyncIterator]();
	let parts: Buffer[] = [];
	let size = 0;
	return {
		async take(length: number): Promise<Buffer> {
			while (size < length) {
				const { value, done } = await chunks.next();
				if (done === true) throw new RangeError('Postgres sent fewer bytes than it announced');
				parts.push(value);
				size += value.length;
			}
			size -= length;
			const last = parts.at(-1);
			// A part over several chunks gets memory of its own, without what follows it.
			const isOne = last !== undefined && parts.length === 1;
			const taken = isOne ? last.subarray(0, length) : Buffer.concat(parts, length);
			parts = last && size > 0 ? [last.subarray(last.length - size)] : [];
			return taken;
		},
		/** Reads on to the end of the stream: only then the connection takes the next query. */
		async end(): Promise<void> {
			while ((await chunks.next()).done !== true);
		},
	};
}
