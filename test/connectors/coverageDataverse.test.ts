import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { switchValues } from '../sandbox/dataverse';

const tests = join(__dirname, '..');
const results = join(tests, '..', '.work', 'results');

const numbers = (family: string, count: number) =>
	Array.from({ length: count }, (_, n) => `${family}-${String(n + 1).padStart(2, '0')}`);

/** The numbers of the contract: traps (section 7), sandbox rules (section 8), switches (section 9). */
const families = [
	{ title: 'traps', all: numbers('T', 30) },
	{ title: 'sandbox rules', all: numbers('S', 35) },
	// U-24 lists shapes to be checked once against a real organisation: there is nothing to switch.
	{ title: 'switches', all: numbers('U', 25).filter((number) => number !== 'U-24') },
];

// `n8n` holds the real n8n with its thousands of packages, and no tests of ours.
const sources = readdirSync(tests, { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && entry.name !== 'n8n')
	.map(({ name }) => join(tests, name))
	.flatMap((folder) =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
	)
	.filter((path) => path.endsWith('.test.ts') && !path.includes('coverage'))
	.map((path) => readFileSync(path, 'utf8'));

const found = (pattern: RegExp, inSources = sources) =>
	new Set(inSources.flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1])));

const ruleTables = sources.filter((source) => source.includes("testRules('dataverse'"));
/** Numbers with a table of checks of their own, and at least one check in it. */
const tabled = found(/^\t'([ST]-\d\d)': \{\n\t\t['a-zA-Z]/gm, ruleTables);
/** Switches a file tries in every position. */
const inAllPositions = found(
	/^\t*'(U-\d\d)',$/gm,
	sources.filter((source) => source.includes("'dataverse:%s = %s'")),
);
const iterated = found(/ of switchValues\['(U-\d\d)'\]/g);
const switched = found(/switches\['(U-\d\d)'\] = /g);
const named = found(/dataverse:([TSU]-\d\d)/g);

const cited = (number: string) =>
	[named, tabled, inAllPositions, iterated, switched].some((each) => each.has(number));

function report(): string {
	const lines = families.map(({ title, all }) => {
		const hit = all.filter(cited);
		const miss = all.filter((number) => !cited(number));
		const missing = miss.length === 0 ? 'none' : miss.join(' ');
		return `dataverse ${title}: cited ${hit.length} of ${all.length} (${hit.join(' ')}), not cited: ${missing}`;
	});
	return `${lines.join('\n')}\n`;
}

beforeAll(() => {
	mkdirSync(results, { recursive: true });
	writeFileSync(join(results, 'dataverse-coverage.txt'), report());
	process.stdout.write(report());
});

test.each(families)('every number of the $title is cited by a test', ({ all }) => {
	expect(all.filter((number) => !cited(number))).toEqual([]);
});

test('every trap and every sandbox rule has checks of its own', () => {
	const all = families.slice(0, 2).flatMap((family) => family.all);
	expect(all.filter((number) => !tabled.has(number))).toEqual([]);
});

test('every switch of the contract can be switched', () => {
	expect(numbers('U', 25).filter((number) => !(number in switchValues))).toEqual(['U-24']);
});

test('every switch is tried in every position', () => {
	const text = sources.join('\n');
	const untried = Object.entries(switchValues)
		.filter(([name]) => !inAllPositions.has(name) && !iterated.has(name))
		.flatMap(([name, [, ...others]]) => others.map((value) => [name, value] as const))
		.filter(([name, value]) => !text.includes(`switches['${name}'] = '${value}'`));
	expect(untried).toEqual([]);
});
