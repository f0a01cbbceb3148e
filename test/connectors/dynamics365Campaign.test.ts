import { useDataverse } from '../sandbox/useDataverse';
import { strike } from './faultCampaign';
import { knobs, lanes } from './faultKnobs';

const org = useDataverse();

/** Struck runs, and how many of them stopped; a knob that a kind of write never meets has none. */
const table: string[][] = [['knob', ...lanes.map(({ name }) => name)]];

describe('a run through every fault knob, and one clean run, end as the oracle says (issue 6, dataverse:S-33)', () => {
	test.each(knobs)('$name', async ({ name, faults, reads = [] }) => {
		const row = [name];
		const problems: string[] = [];
		let strikes = 0;
		for (const lane of lanes) {
			let [struck, stopped] = [0, 0];
			const met = [...(lane === lanes[0] ? reads : []), ...faults].filter(
				({ operation }) => !operation || lane.operations.includes(operation),
			);
			for (const fault of met) {
				const run = await strike(org, lane, fault);
				const place = `${lane.name}, ${fault.operation ?? 'request'} ${fault.nth ?? 1}`;
				problems.push(...run.problems.map((problem) => `${place}: ${problem}`));
				if (run.struck) struck += 1;
				if (run.ended === 'stopped') stopped += 1;
			}
			strikes += struck;
			row.push(struck === 0 ? '–' : `${struck} struck, ${stopped} stopped`);
		}
		table.push(row);
		expect(problems).toEqual([]);
		expect(strikes).toBeGreaterThan(0);
	});

	afterAll(() => {
		const widths = table[0].map((_, at) => Math.max(...table.map((row) => row[at].length)));
		const lines = table.map((row) => row.map((cell, at) => cell.padEnd(widths[at])).join('  '));
		process.stdout.write(`${lines.join('\n')}\n`);
	});
});
