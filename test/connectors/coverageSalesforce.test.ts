import { switchValues } from '../sandbox/salesforce/switches';
import { sourcesWith, testCoverage } from './coverage';

const numbers = (family: string, count: number) =>
	Array.from({ length: count }, (_, n) => `${family}${n + 1}`);

/** The numbers of the contract: traps (section 7), sandbox rules (section 8), switches (section 9). */
testCoverage('salesforce', [
	{ title: 'traps of the platform', all: numbers('T', 20) },
	{ title: 'traps of jsforce', all: numbers('J', 19) },
	{ title: 'traps of n8n', all: numbers('N', 5) },
	// S26 asks for a test of each trap: that is what this file checks.
	{ title: 'sandbox rules', all: numbers('S', 35).filter((number) => number !== 'S26') },
	{ title: 'switches', all: numbers('U', 20) },
]);

test('every switch is tried in every position', () => {
	const text = sourcesWith('salesforce').join('\n');
	const untried = Object.entries(switchValues)
		.filter(([name]) => !text.includes(`switchValues.${name}`))
		.flatMap(([name, [, ...others]]) => others.map((value) => [name, value] as const))
		.filter(([name, value]) => {
			const literal = typeof value === 'string' ? `'${value}'` : String(value);
			return !text.includes(`switches.${name} = ${literal}`);
		});
	expect(untried).toEqual([]);
});
