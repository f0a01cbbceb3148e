import fc from 'fast-check';

import { parseExactJson } from '../../shared/sources/exactJson';
import { chunkEnds, packings, recordsOf, refusalOf, rowsOf } from './sourcesFixture';

const ndjson = { format: 'ndjson' } as const;
const records = fc.array(
	fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.jsonValue(), { maxKeys: 5 }),
	{ maxLength: 20 },
);

describe('NDJSON', () => {
	it('reads back what was written, wherever the chunks end, packed or not (design:R8)', async () => {
		await fc.assert(
			fc.asyncProperty(
				records,
				fc.record({ end: fc.constantFrom('\n', '\r\n', '\n\n'), isEnded: fc.boolean() }),
				packings,
				chunkEnds,
				async (list, { end, isEnded }, pack, cuts) => {
					const lines = list.map((record) => JSON.stringify(record));
					const text = lines.join(end) + (isEnded ? end : '');
					const found = await recordsOf(pack(Buffer.from(text)), ndjson, { cuts });
					expect(found).toEqual(lines.map((line) => JSON.parse(line) as unknown));
				},
			),
			{ numRuns: 150 },
		);
	});

	it('keeps a line that is no object as a problem, with its number and without its values', async () => {
		const rows = await rowsOf('{"a":1}\n\n{"a":secret}\n[1]\n"text"\n7\r\nnull\n{"a":2}', ndjson);
		expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
		expect(rows.filter(({ problem }) => problem === undefined).map(({ record }) => record)).toEqual(
			[{ a: 1 }, { a: 2 }],
		);
		const problems = rows.flatMap(({ problem = [] }) => problem);
		expect(problems[0]).toMatch(/^Line 3 of the file "people.txt" is not JSON: Unexpected token/u);
		expect(problems.join()).not.toContain('secret');
		expect(problems.slice(1).map((problem) => problem.slice(0, 6))).toEqual([
			'Line 4',
			'Line 5',
			'Line 6',
			'Line 7',
		]);
		expect(problems[1]).toContain('not a JSON object, but a list');
	});

	it.each([
		['an array', '[{"a":1}]', 'is a JSON array'],
		['an array over lines', '\n [\n{"a":1}\n]', 'is a JSON array'],
		['one object over lines', '{\n"a":1\n}', 'spread over several lines'],
	])('refuses %s, with the next step', async (_, text, words) => {
		const error = await refusalOf(rowsOf(text));
		expect(error).toMatchObject({ name: 'SyncError', code: 'config' });
		expect(error.message).toContain(words);
		expect(error.details.hint).toContain('NDJSON');
	});

	it('loses no digit of a whole number', () => {
		expect(
			parseExactJson(
				'[9007199254740993,9007199254740992,-12345678901234567890,9007199254740991,1e20,"12345678901234567890"]',
			),
		).toEqual([
			'9007199254740993',
			9007199254740992,
			'-12345678901234567890',
			9007199254740991,
			1e20,
			'12345678901234567890',
		]);
		fc.assert(
			fc.property(fc.bigInt(), (number) => {
				expect(String(parseExactJson(String(number)))).toBe(String(number));
			}),
		);
	});

	it('refuses a line without end', async () => {
		const open = async function* () {
			yield Buffer.from('{"a":1}\n');
			for (;;) yield Buffer.alloc(65_536, 'x');
		};
		const error = await refusalOf(rowsOf('', ndjson, { open }));
		expect(error.message).toContain('no line break within 16 MB from line 2 on');
	});
});
