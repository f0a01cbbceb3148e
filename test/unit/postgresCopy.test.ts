import * as fc from 'fast-check';
import { Writable } from 'node:stream';

import { bigintBytes, receiveRows, sendRows, type CopyRow } from '../../shared/state/postgresCopy';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const rows = fc.array(fc.array(bytes, { minLength: 1, maxLength: 4 }), { maxLength: 12 });

/** All bytes that are sent for these rows. */
const sent = async (given: readonly CopyRow[]): Promise<Buffer> => {
	const chunks: Buffer[] = [];
	const into = new Writable({
		write(chunk: Buffer, _encoding, done) {
			chunks.push(chunk);
			done();
		},
	});
	await sendRows(given, into);
	return Buffer.concat(chunks);
};

async function* inChunks(whole: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
	for (let at = 0, turn = 0; at < whole.length; turn++) {
		const size = sizes[turn % sizes.length] ?? 1;
		yield whole.subarray(at, at + size);
		at += size;
	}
}

const received = async (chunks: AsyncIterable<Buffer>): Promise<CopyRow[]> => {
	const found: CopyRow[] = [];
	for await (const row of receiveRows(chunks)) found.push(row);
	return found;
};

describe('rows in the binary COPY format', () => {
	it('come back as they were sent, wherever the network cuts them (property)', async () => {
		const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
		await fc.assert(
			fc.asyncProperty(rows, sizes, async (given, cuts) => {
				expect(await received(inChunks(await sent(given), cuts))).toEqual(given);
			}),
		);
	});

	it('hold no memory but their own once they are larger than what the network sends at once', async () => {
		const large = Buffer.alloc(100_000, 'x');
		const whole = await sent([[large, Buffer.from('next')], [large]]);
		const found = await received(inChunks(whole, [30_000]));
		expect(found).toEqual([[large, Buffer.from('next')], [large]]);
		expect(found.map(([part]) => part?.buffer.byteLength)).toEqual([100_000, 100_000]);
	});

	it('are refused when they end too soon', async () => {
		const whole = await sent([[Buffer.from('a'), bigintBytes(7)]]);
		for (let length = 0; length < whole.length; length++) {
			const cut = inChunks(whole.subarray(0, length), [5]);
			await expect(received(cut)).rejects.toThrow(RangeError);
		}
	});

	it('carry whole numbers as the column type bigint', () => {
		expect(bigintBytes(2 ** 40 + 1).readBigInt64BE()).toBe(2n ** 40n + 1n);
	});
});
