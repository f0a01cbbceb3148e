import fc from 'fast-check';

import { formatOf } from '../../shared/sources/fileFormat';
import {
	chunkEnds,
	columnNames,
	fileOf,
	packings,
	recordsOf,
	refusalOf,
	rowsOf,
} from './sourcesFixture';

const csv = { format: 'csv' } as const;

/** RFC 4180, written down independently of any reader. */
function written(
	rows: readonly (readonly string[])[],
	{ delimiter, end, quoteAll }: { delimiter: string; end: string; quoteAll: boolean },
): string {
	const cell = (text: string) =>
		quoteAll || /[",;\t|\r\n]/u.test(text) || text.trim() === ''
			? `"${text.replaceAll('"', '""')}"`
			: text;
	return rows.map((row) => row.map(cell).join(delimiter) + end).join('');
}

const cells = fc.oneof(
	fc.string({ unit: 'grapheme', maxLength: 12 }),
	fc.constantFrom(
		'',
		' ',
		'"',
		'""',
		'a,b',
		'x;y|z\tq',
		'1\r\n2',
		'\n',
		'007',
		'null',
		'é€😀',
		'\ufeff',
	),
);

const table = columnNames.chain((columns) =>
	fc.record({
		columns: fc.constant(columns),
		rows: fc.array(fc.array(cells, { minLength: columns.length, maxLength: columns.length }), {
			maxLength: 20,
		}),
	}),
);

describe('CSV', () => {
	it('reads back what was written, wherever the chunks end, packed or not (design:R8)', async () => {
		await fc.assert(
			fc.asyncProperty(
				table,
				fc.record({
					delimiter: fc.constantFrom(',', ';', '\t', '|'),
					end: fc.constantFrom('\n', '\r\n'),
					quoteAll: fc.boolean(),
				}),
				packings,
				chunkEnds,
				async ({ columns, rows }, form, pack, cuts) => {
					// A single column whose cell is blank looks like a blank line.
					fc.pre(columns.length > 1 || rows.every(([cell]) => cell!.trim() !== ''));
					const bytes = pack(Buffer.from(written([columns, ...rows], form)));
					const found = await recordsOf(bytes, { ...csv, delimiter: form.delimiter }, { cuts });
					expect(found.map((record) => Object.entries(record))).toEqual(
						rows.map((row) => columns.map((column, at) => [column, row[at]])),
					);
				},
			),
			{ numRuns: 150 },
		);
	});

	it.each([
		['commas', 'a,b\n1,2\n', { a: '1', b: '2' }],
		['semicolons', 'a;b\n1;2,5\n', { a: '1', b: '2,5' }],
		['tabs', 'a\tb\n1\t2;3\n', { a: '1', b: '2;3' }],
		['pipes', 'a|b|c,d\n1|2|3\n', { a: '1', b: '2', 'c,d': '3' }],
		['delimiters within quotes', '"a,b,c";d\n1;2\n', { 'a,b,c': '1', d: '2' }],
		['a line break in the header', '"a\nb";d\n1;2\n', { 'a\nb': '1', d: '2' }],
		['one column', 'a\n1\n', { a: '1' }],
		['no line break at the end', 'a,b\n1,2', { a: '1', b: '2' }],
		['line ends of old Macs', 'a,b\r1,2\r', { a: '1', b: '2' }],
		['a mark and blank lines', '\ufeff\r\n\na,b\n\n1,2\n  \n\n', { a: '1', b: '2' }],
		['a quote in quotes', 'a,b\n"say ""hi""",\n', { a: 'say "hi"', b: '' }],
	])('finds out: %s', async (_, text, record) => {
		for (let cut = 0; cut <= Buffer.byteLength(text); cut++) {
			expect(await recordsOf(text, {}, { cuts: [cut] })).toEqual([record]);
		}
	});

	it('keeps a row with a wrong number of columns as a problem and reads on (design:R8)', async () => {
		const rows = await rowsOf(
			'a,b,c\r\n"1\r\n1",2,3\r\n\r\n4,5\r\n6,"7\r\n7",8,9\n10,11,12\n',
			csv,
		);
		expect(rows).toEqual([
			{ index: 0, record: { a: '1\r\n1', b: '2', c: '3' } },
			{
				index: 1,
				record: {},
				problem: 'Line 5 of the file "people.txt" has 2 columns, the header has 3',
			},
			{
				index: 2,
				record: {},
				problem: 'Line 6 of the file "people.txt" has 4 columns, the header has 3',
			},
			{ index: 3, record: { a: '10', b: '11', c: '12' } },
		]);
	});

	it('tells no line that a chunk boundary moves', async () => {
		const text = '\n\na,b\n1\n"x\ny",2\n3\n';
		const whole = await rowsOf(text);
		expect(whole.map(({ problem }) => problem?.slice(0, 6))).toEqual([
			'Line 4',
			undefined,
			'Line 7',
		]);
		for (let cut = 0; cut < text.length; cut++) {
			expect(await rowsOf(text, {}, { cuts: [cut] })).toEqual(whole);
		}
	});

	it.each([
		[
			'a quote never closed',
			'a,b\n1,2\n"3,4\n5,6\n',
			'begins in line 3 opens a quote that is never closed',
		],
		[
			'text behind a quote',
			'a,b\n1,2\n"3"x,4\n',
			'begins in line 3 goes on behind a closing quote',
		],
		['a quote within a value', 'a,b\n1,5" pipe\n', 'begins in line 2 has a quote in the middle'],
		['two columns of one name', 'a,b,a\n1,2,3\n', 'has two columns named "a"'],
		['a column without a name', 'a,,b\n1,2,3\n', 'has no name for column 2 of 3'],
		['a delimiter at the end of the header', 'a,b,\n1,2,\n', 'has no name for column 3 of 3'],
	])('refuses a file with %s', async (_, text, words) => {
		const error = await refusalOf(rowsOf(text, csv));
		expect(error).toMatchObject({ name: 'SyncError', code: 'config' });
		expect(error.message).toMatch(/^The file "people.txt" /u);
		expect(error.message).toContain(words);
		expect(error.details.hint).toContain('Nothing was compared');
	});

	it('bounds what a quote never closed can take', async () => {
		const file = fileOf('', {
			async *open() {
				yield Buffer.from('a,b\n1,"');
				for (;;) yield Buffer.alloc(65_536, 'x\n');
			},
		});
		const error = await refusalOf(rowsOf('', csv, { open: () => file.open() }));
		expect(error.message).toContain('line 2 has more than 4 MB');
	});

	it('is a file without rows when it holds a header, or nothing', async () => {
		expect(await rowsOf('a,b\n', csv)).toEqual([]);
		expect(await rowsOf('', csv)).toEqual([]);
		expect(await rowsOf('\n\n')).toEqual([]);
	});
});

describe('the format of a file', () => {
	it.each([
		['people.csv', undefined, '{"a":1}', 'csv'],
		['PEOPLE.TSV.GZ', undefined, '', 'csv'],
		['people.jsonl', 'text/csv', 'a,b', 'ndjson'],
		['people.ndjson.gz', 'application/gzip', 'a,b', 'ndjson'],
		['people.txt', 'text/csv; charset=utf-8', '{', 'csv'],
		['people', 'application/x-ndjson', 'a', 'ndjson'],
		['people.json', 'application/json', ' {"a":1}', 'ndjson'],
		[undefined, 'text/plain', '\n{"a":1}', 'ndjson'],
		[undefined, undefined, 'a,b', 'csv'],
	])('%s, %s, %j: %s', (name, mimeType, text, format) => {
		expect(
			formatOf(fileOf('', { ...(name && { name }), ...(mimeType && { mimeType }) }), text),
		).toBe(format);
	});
});
