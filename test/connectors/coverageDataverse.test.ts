import { switchValues } from '../sandbox/dataverse';
import { found, sourcesWith, testCoverage } from './coverage';

const numbers = (family: string, count: number) =>
	Array.from({ length: count }, (_, n) => `${family}-${String(n + 1).padStart(2, '0')}`);

/** Switches a file tries in every position. */
const inAllPositions = found(/^\t*'(U-\d\d)',$/gm, sourcesWith("'dataverse:%s = %s'"));
const iterated = found(/ of switchValues\['(U-\d\d)'\]/g);
const switched = found(/switches\['(U-\d\d)'\] = /g);

/** The numbers of the contract: traps (section 7), sandbox rules (section 8), switches (section 9). */
testCoverage(
	'dataverse',
	[
		{ title: 'traps', all: numbers('T', 30), tabled: true },
		{ title: 'sandbox rules', all: numbers('S', 35), tabled: true },
		// U-24 lists shapes to be checked once against a real organisation: there is nothing to switch.
		{ title: 'switches', all: numbers('U', 25).filter((number) => number !== 'U-24') },
	],
	[inAllPositions, iterated, switched],
);

test('every switch of the contract can be switched', () => {
	expect(numbers('U', 25).filter((number) => !(number in switchValues))).toEqual(['U-24']);
});

test('every switch is tried in every position', () => {
	const text = sourcesWith('switches').join('\n');
	const untried = Object.entries(switchValues)
		.filter(([name]) => !inAllPositions.has(name) && !iterated.has(name))
		.flatMap(([name, [, ...others]]) => others.map((value) => [name, value] as const))
		.filter(([name, value]) => !text.includes(`switches['${name}'] = '${value}'`));
	expect(untried).toEqual([]);
});
