import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers of a contract that tests must cite. */
export interface Family {
	readonly title: string;
	readonly all: readonly string[];
	/** Each needs a table of checks of its own, beside a mention. */
	readonly tabled?: boolean;
}

const tests = join(__dirname, '..');
const results = join(tests, '..', '.work', 'results');

// `n8n` holds the real n8n with its thousands of packages, and no tests of ours.
const sources = readdirSync(tests, { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && entry.name !== 'n8n')
	.map(({ name }) => join(tests, name))
	.flatMap((folder) =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
	)
	.filter((path) => path.endsWith('.test.ts') && !path.includes('coverage'))
	.map((path) => readFileSync(path, 'utf8'));

/** The sources of all tests that hold a text. */
export const sourcesWith = (text: string): string[] =>
	sources.filter((source) => source.includes(text));

/** What a pattern's first group finds in sources. */
export const found = (pattern: RegExp, inSources: readonly string[] = sources): Set<string> =>
	new Set(inSources.flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1])));

/** Numbers named as `contract:T1`, also several behind one name: `contract:T1, T2`. */
function named(contract: string): Set<string> {
	const lists = found(new RegExp(`${contract}:([A-Z]-?\\d+(?:, ?[A-Z]-?\\d+)*)`, 'g'));
	return new Set([...lists].flatMap((list) => list.split(/, ?/)));
}

/** Numbers with a table of checks of their own, and at least one check in it. */
const tabled = (contract: string): Set<string> =>
	found(/^\t'?([A-Z]-?\d+)'?: \{\n\t\t['"`a-zA-Z[]/gm, sourcesWith(`testRules('${contract}'`));

/** Prints which numbers of a contract tests cite, and fails where one is missing. `also`: cited in other ways. */
export function testCoverage(
	contract: string,
	families: readonly Family[],
	also: ReadonlyArray<ReadonlySet<string>> = [],
): void {
	const own = tabled(contract);
	const citations = [named(contract), own, ...also];
	const isCited = (number: string) => citations.some((each) => each.has(number));
	const lines = families.map(({ title, all }) => {
		const hit = all.filter(isCited);
		const miss = all.filter((number) => !isCited(number));
		const missing = miss.length === 0 ? 'none' : miss.join(' ');
		return `${contract} ${title}: cited ${hit.length} of ${all.length} (${hit.join(' ')}), not cited: ${missing}`;
	});

	beforeAll(() => {
		mkdirSync(results, { recursive: true });
		const report = `${lines.join('\n')}\n`;
		writeFileSync(join(results, `${contract}-coverage.txt`), report);
		process.stdout.write(report);
	});

	test.each([...families])('every number of the $title is cited by a test', ({ all }) => {
		expect(all.filter((number) => !isCited(number))).toEqual([]);
	});

	for (const { title, all } of families.filter((family) => family.tabled)) {
		test(`every number of the ${title} has checks of its own`, () => {
			expect(all.filter((number) => !own.has(number))).toEqual([]);
		});
	}
}
