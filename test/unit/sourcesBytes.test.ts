import { gzipSync } from 'node:zlib';

import { fileRows } from '../../shared/sources/fileRows';
import { collect, fileOf, plain, recordsOf, refusalOf, rowsOf } from './sourcesFixture';

const text = 'name,city\nZoë,Köln\n€uro,Łódź 😀\n';
const expected = [
	{ name: 'Zoë', city: 'Köln' },
	{ name: '€uro', city: 'Łódź 😀' },
];

describe('the bytes of a file', () => {
	const utf16 = Buffer.from(text, 'utf16le');

	it.each([
		['UTF-8', Buffer.from(text), 'utf8'],
		['UTF-8 with a mark, whatever was chosen', Buffer.from(`\ufeff${text}`), 'windows1252'],
		[
			'UTF-16 with a mark, whatever was chosen',
			Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
			'utf8',
		],
		['UTF-16', utf16, 'utf16le'],
	] as const)('are text: %s', async (_, bytes, encoding) => {
		for (let cut = 0; cut <= bytes.length; cut++) {
			expect(await recordsOf(bytes, { encoding }, { cuts: [cut] })).toEqual(expected);
		}
	});

	it('are text: Windows-1252', async () => {
		const bytes = Buffer.from([...Buffer.from('a,b\n'), 0x80, 0x2c, 0xfc, 0x0a]);
		expect(await recordsOf(bytes, { encoding: 'windows1252' })).toEqual([{ a: '€', b: 'ü' }]);
	});

	it('name the line of a byte that is no UTF-8, wherever the chunks end', async () => {
		const lines = Array.from({ length: 50 }, (_, index) => `${index},Köln`).join('\n');
		const bytes = Buffer.concat([
			Buffer.from(`a,b\n${lines}\n50,K`),
			Buffer.from([0xf6]),
			Buffer.from('ln\n51,x\n'),
		]);
		for (const cut of [0, 5, 300, bytes.length - 8, bytes.length - 4]) {
			const error = await refusalOf(rowsOf(bytes, {}, { cuts: [cut] }));
			expect(error).toMatchObject({ name: 'SyncError', code: 'config' });
			expect(error.message).toContain('line 52 holds a byte that UTF-8 does not know');
			expect(error.details.hint).toContain('Windows-1252');
		}
	});

	it('name what is not UTF-16', async () => {
		const error = await refusalOf(rowsOf(Buffer.from('a,b\n1,2\n3'), { encoding: 'utf16le' }));
		expect(error.message).toContain('is not UTF-16');
		const other = await refusalOf(rowsOf(Buffer.from([0xfe, 0xff, 0, 0x61])));
		expect(other.message).toContain('big-endian');
	});

	it('say that gzip data was cut, or changed', async () => {
		const packed = gzipSync(text.repeat(2_000));
		const cut = await refusalOf(rowsOf(packed.subarray(0, packed.length - 20)));
		expect(cut.message).toBe('The file "people.txt" ends in the middle of its gzip data');
		expect(cut.details.hint).toContain('fetch it again');
		packed[Math.floor(packed.length / 2)]! ^= 0xff;
		const damaged = await refusalOf(rowsOf(packed));
		expect(damaged).toMatchObject({ name: 'SyncError', code: 'config' });
	});

	it.each([
		['a workbook', [0x50, 0x4b, 3, 4]],
		['an old workbook', [0xd0, 0xcf, 0x11, 0xe0]],
	])('are not those of %s', async (_, start) => {
		const error = await refusalOf(rowsOf(Buffer.from([...start, ...Buffer.alloc(500)])));
		expect(error.message).toContain('Excel workbook');
	});

	it('say which file the storage could not give', async () => {
		const open = async function* () {
			yield Buffer.from('a,b\n1,2\n');
			await Promise.reject(new Error('no such entry'));
		};
		const error = await refusalOf(rowsOf('', {}, { open }));
		expect(error).toMatchObject({ name: 'SyncError', code: 'unavailable' });
		expect(error.message).toBe('The file "people.txt" cannot be read: no such entry');
	});
});

describe('files as a segment', () => {
	it('are parts of one segment: the index runs on (sync:T5)', async () => {
		const files = [
			fileOf('a,b\n1,2\n3,4\n'),
			fileOf(gzipSync('{"a":"5"}\n')),
			fileOf('b;a\n8;7\n'),
		];
		expect(await collect(fileRows(files, plain))).toEqual([
			{ index: 0, record: { a: '1', b: '2' } },
			{ index: 1, record: { a: '3', b: '4' } },
			{ index: 2, record: { a: '5' } },
			{ index: 3, record: { b: '8', a: '7' } },
		]);
	});

	it.each([[false], [true]])(
		'are closed when the reader stops early (gzip: %s)',
		async (isPacked) => {
			let isClosed = false;
			const bytes = isPacked
				? gzipSync(Buffer.from(text.repeat(50_000)), { level: 0 })
				: Buffer.from(text.repeat(50_000));
			const open = async function* () {
				try {
					for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
					throw new Error('It was read to its end');
				} finally {
					isClosed = true;
				}
			};
			for await (const batch of fileRows([fileOf('', { open })], plain)) {
				expect(batch.length).toBeGreaterThan(0);
				break;
			}
			expect(isClosed).toBe(true);
		},
	);

	it.each([1, 2])(
		'end with an error when the execution is cancelled in batch %i of 2, never as if the segment had ended (design:R9)',
		async (batch) => {
			const controller = new AbortController();
			const reading = async () => {
				let batches = 0;
				const files = [fileOf('{"a":1}'), fileOf('{"a":2}')];
				for await (const rows of fileRows(files, plain, controller.signal)) {
					expect(rows).toHaveLength(1);
					if (++batches === batch) controller.abort();
				}
			};
			const error = await refusalOf(reading());
			expect(error).toMatchObject({ name: 'SyncError', code: 'unavailable' });
			expect(error.message).toContain('was cancelled');
		},
	);
});
