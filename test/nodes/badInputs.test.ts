import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { network } from './badInputNetwork';
import { prove, type BadInput } from './badInputProof';
import { runs } from './badInputRuns';
import { signIn } from './badInputSignIn';
import { store } from './badInputStore';
import { target } from './badInputTarget';
import { values } from './badInputValues';

/** Where the table is kept, beside other results of a test run. */
const resultFile = path.join(__dirname, '../../.work/results/bad-inputs.txt');
const asked = 40;

const groups: ReadonlyArray<readonly [string, readonly BadInput[]]> = [
	['signing in', signIn],
	['target and privileges', target],
	['values and segment', values],
	['network', network],
	['state file', store],
	['runs', runs],
];

const proven: Array<readonly [string, string]> = [];

describe.each(groups)('bad input: %s', (_group, inputs) => {
	it.each(inputs.map((input) => [`${input.rule} ${input.what}`, input] as const))(
		'%s',
		async (_name, input) => {
			const { shown } = await prove(input);
			proven.push([input.what, shown]);
		},
	);
});

describe('the table', () => {
	it(`design:9 has at least ${asked} bad inputs, all of them proven`, () => {
		expect(proven.length).toBeGreaterThanOrEqual(asked);
		expect(proven).toHaveLength(groups.flatMap(([, inputs]) => inputs).length);
	});
});

afterAll(() => {
	const table = tableOf(proven);
	process.stdout.write(table);
	// A run of a few picked rows is no result to keep.
	if (proven.length < asked) return;
	mkdirSync(path.dirname(resultFile), { recursive: true });
	writeFileSync(resultFile, table);
});

/** The table a person reads: the bad input, and the words n8n shows for it. */
function tableOf(rows: ReadonlyArray<readonly [string, string]>): string {
	const width = Math.max(9, ...rows.map(([what]) => what.length));
	const lines = rows.map(
		([what, words]) => `${what.padEnd(width)} | ${words.replace(/\s+/g, ' ')}`,
	);
	const head = `${'bad input'.padEnd(width)} | what the user reads in n8n`;
	const title = `${rows.length} bad inputs, each repaired afterwards: nothing lost, nothing written twice`;
	return `\n${[title, '', head, '-'.repeat(head.length), ...lines].join('\n')}\n\n`;
}
