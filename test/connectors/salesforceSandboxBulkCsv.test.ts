import * as fc from 'fast-check';
import { isTooLarge } from '../sandbox/salesforce/bulkCreate';
import { shuffledOrder } from '../sandbox/salesforce/bulkShuffle';
import type { JobState } from '../sandbox/salesforce/bulkStates';
import { polled, requestedState } from '../sandbox/salesforce/bulkStates';
import type { CsvFormat, Quoting } from '../sandbox/salesforce/csvFormat';
import { delimiters, lineEndings } from '../sandbox/salesforce/csvFormat';
import { readTable } from '../sandbox/salesforce/csvReader';
import { writeCsv } from '../sandbox/salesforce/csvWriter';
import { testRules } from '../sandbox/ruleTable';

const LF: CsvFormat = { columnDelimiter: 'COMMA', lineEnding: 'LF' };

function rows(text: string, format = LF) {
	const table = readTable(text, format);
	return Array.from({ length: table.rowCount }, (_, index) => table.row(index));
}

const cells = (text: string, format = LF) => rows(text, format).map((row) => row.cells);
const fault = (row: string) => rows(`A,B\n${row}\n`)[0]?.fault;

const anyFormat = fc.record({
	columnDelimiter: fc.constantFrom(...(Object.keys(delimiters) as Array<keyof typeof delimiters>)),
	lineEnding: fc.constantFrom(...(Object.keys(lineEndings) as Array<keyof typeof lineEndings>)),
});
const anyCell = fc.string({
	unit: fc.constantFrom('a', 'é', ' ', '"', ',', ';', '\t', '\n', '\r'),
});
const anyTable = fc
	.integer({ min: 2, max: 4 })
	.chain((width) =>
		fc.array(fc.array(anyCell, { minLength: width, maxLength: width }), { minLength: 1 }),
	);

testRules('salesforce', {
	S22: {
		'what is written is read again, in every delimiter, line ending and quoting': () => {
			fc.assert(
				fc.property(
					anyTable,
					anyFormat,
					fc.constantFrom<Quoting>('all', 'needed'),
					(lines, format, quoting) => {
						const table = readTable(writeCsv(lines, format, quoting), format);
						const read = [
							table.header,
							...Array.from({ length: table.rowCount }, (_, n) => table.row(n).cells),
						];
						expect(read).toEqual(lines);
					},
				),
			);
		},
		'a quoted cell holds delimiters, line endings and doubled quotes; nothing is trimmed': () => {
			expect(cells('A,B\n"x,""y""\nz", w \n')).toEqual([['x,"y"\nz', ' w ']]);
		},
		'the last line needs no line ending, and an empty cell at its end counts': () => {
			expect(cells('A,B\n1,')).toEqual([['1', '']]);
			expect(rows('A,B\n')).toEqual([]);
		},
		'a space beside a quote, a quote inside a bare cell and an open quote are row errors': () => {
			for (const row of ['1, "2"', '"1" ,2', '1,2"3', '"1"x,2']) {
				expect(fault(row)).toBe(
					'Found unescaped quote. A value with quote should be within a quote',
				);
			}
			expect(fault('1,"2')).toBe('A quoted value has no closing quote');
			expect(fault('"1",2')).toBeUndefined();
		},
		'too many and too few cells are row errors, and the next row is read again': () => {
			const read = rows('A,B\n1\n1,2,3\n4,5\n');
			expect(read.map((row) => [row.cells, row.fault === undefined])).toEqual([
				[['1', ''], false],
				[['1', '2'], false],
				[['4', '5'], true],
			]);
		},
		'an empty text has no header, and the other line ending fails the whole text': () => {
			expect(() => readTable('', LF)).toThrow('no header row');
			expect(() => readTable('A\r\n1\r\n', LF)).toThrow('Current LineEnding setting is LF');
			const crlf: CsvFormat = { ...LF, lineEnding: 'CRLF' };
			expect(() => readTable('A\n1\n', crlf)).toThrow('Current LineEnding setting is CRLF');
			expect(() => readTable('A\r\n1\n2\r\n', crlf)).toThrow('LineEnding is invalid');
			expect(cells('A\r\n"1\n2"\r\n', crlf)).toEqual([['1\n2']]);
		},
		'another delimiter is part of the cell': () => {
			expect(readTable('A;B\n1;2\n', LF).header).toEqual(['A;B']);
		},
	},
	S20: {
		'a job spends its polls in each state, its work spread over the second': () => {
			const seen: unknown[] = [];
			let progress = { state: 'UploadComplete' as JobState, polls: 0 };
			for (let poll = 0; poll < 6; poll += 1) {
				const step = polled(progress, 3);
				seen.push([step.state, Number(step.share.toFixed(2))]);
				progress = step;
			}
			expect(seen).toEqual([
				['UploadComplete', 0],
				['UploadComplete', 0],
				['InProgress', 0],
				['InProgress', 0.33],
				['InProgress', 0.67],
				['JobComplete', 1],
			]);
			expect(polled(progress, 3)).toMatchObject({ state: 'JobComplete', polls: 0 });
			expect(polled({ state: 'UploadComplete', polls: 0 }, 0).state).toBe('JobComplete');
		},
		'a client may start an open job and abort one that has not ended': () => {
			const states: JobState[] = [
				'Open',
				'UploadComplete',
				'InProgress',
				'JobComplete',
				'Failed',
				'Aborted',
			];
			const may = (wanted: unknown) =>
				states.filter((state) => {
					try {
						return requestedState(state, wanted) === wanted;
					} catch {
						return false;
					}
				});
			expect(may('UploadComplete')).toEqual(['Open']);
			expect(may('Aborted')).toEqual(['Open', 'UploadComplete', 'InProgress']);
			for (const wanted of ['Open', 'InProgress', 'JobComplete', 'Failed', undefined]) {
				expect(may(wanted)).toEqual([]);
			}
		},
	},
	S21: {
		'U10: the ceiling is 150,000,000 bytes in base64, or 100,000,000 raw': () => {
			expect([112_500_000, 112_500_001].map((bytes) => isTooLarge(bytes, 'base64'))).toEqual([
				false,
				true,
			]);
			expect([100_000_000, 100_000_001].map((bytes) => isTooLarge(bytes, 'raw'))).toEqual([
				false,
				true,
			]);
		},
	},
	S23: {
		'the shuffle holds every row once, and is the same for the same job': () => {
			const order = shuffledOrder(500, 7);
			expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, n) => n));
			expect(shuffledOrder(500, 7)).toEqual(order);
			expect(shuffledOrder(500, 8)).not.toEqual(order);
			expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
		},
	},
});
