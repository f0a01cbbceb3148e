import fc from 'fast-check';
import { csvCell, csvRows, detached } from '../../shared/connectors/salesforce/csv';

const cellsOf = (text: string) => [...csvRows(text)].map(({ cells }) => cells);

describe('CSV of result files', () => {
	it('salesforce:J8 an unquoted semicolon, tab, pipe or caret is no delimiter', () => {
		expect(cellsOf('sf__Id,Name\n001,a;b\n002,a\tb|c^d`e\n')).toEqual([
			['sf__Id', 'Name'],
			['001', 'a;b'],
			['002', 'a\tb|c^d`e'],
		]);
	});

	it('salesforce:U7 cells quoted or not, with either line ending and a byte order mark', () => {
		const rows = [
			['sf__Id', 'sf__Error'],
			['', 'CODE:a, "b"\nc:Name --'],
		];
		const text = '\ufeff"sf__Id","sf__Error"\r\n"","CODE:a, ""b""\nc:Name --"\r\n';
		expect(cellsOf(text)).toEqual(rows);
		expect(cellsOf('a,b\r\n,"x"\r\n1,\r\n')).toEqual([
			['a', 'b'],
			['', 'x'],
			['1', ''],
		]);
	});

	it('tells a row whose last cell was cut off', () => {
		const wholes = (text: string) => [...csvRows(text)].map(({ isWhole }) => isWhole);
		expect(wholes('a,b\n1,2\n')).toEqual([true, true]);
		expect(wholes('a,b\n1,2')).toEqual([true, true]);
		expect(wholes('a,b\n1,"2"')).toEqual([true, true]);
		expect(wholes('a,b\n1,"2')).toEqual([true, false]);
		expect(wholes('')).toEqual([]);
	});

	it('reads what it writes', () => {
		const rows = fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 }));
		fc.assert(
			fc.property(rows, (lines) => {
				const text = lines.map((cells) => `${cells.map(csvCell).join(',')}\n`).join('');
				// A mark at the very start belongs to the file, not to its first cell.
				fc.pre(!text.startsWith('\ufeff'));
				expect(cellsOf(text)).toEqual(lines);
			}),
		);
	});

	it('design 8 a kept cell does not keep its file', () => {
		expect(detached('x'.repeat(30).slice(3, 25))).toBe('x'.repeat(22));
	});
});
