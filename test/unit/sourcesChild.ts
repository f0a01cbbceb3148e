import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';

import { fileRows } from '../../shared/sources/fileRows';

/** Reads a packed file of so many rows that nobody ever holds as a whole, and prints how many came out. */
async function main(format: string, count: number): Promise<void> {
	const names = Array.from({ length: 10 }, (_, column) => `column${column}`);
	function* lines() {
		if (format === 'csv') yield `${names.join(',')}\n`;
		for (let row = 0; row < count; row += 500) {
			const part = Array.from({ length: 500 }, (_, at) =>
				names.map((name) => `${name} of ${row + at}`),
			);
			yield part.map((values) => lineOf(values)).join('');
		}
	}
	const lineOf = (values: string[]) =>
		format === 'csv'
			? `${values.join(',')}\n`
			: `${JSON.stringify(Object.fromEntries(values.map((value, at) => [names[at], value])))}\n`;
	const open = () => Readable.from(lines(), { objectMode: false }).pipe(createGzip({ level: 1 }));
	let read = 0;
	const settings = {
		encoding: 'utf8',
		otherColumns: 'text',
		declared: new Map(),
		timeZone: 'UTC',
	} as const;
	for await (const rows of fileRows([{ label: 'the file', open }], settings)) {
		read += rows.filter(({ index, record }) => record.column9 === `column9 of ${index}`).length;
	}
	process.stdout.write(String(read));
}

void main(String(process.argv[2]), Number(process.argv[3]));
