/** One measurement in a process of its own: `child.js <bench> <measure> <folder>`, figures over IPC. */
import { loadBench } from './benches';

async function main([name = '', measure = '', folder = '']: string[]): Promise<void> {
	const bench = await loadBench(name);
	const chosen = bench.measures[measure];
	if (!chosen) throw new Error(`The bench ${name} has no measurement ${measure}`);
	const figures = await chosen.run({ folder });
	// Of the whole process: the runtime, the test data and what is measured.
	const peakMB = process.resourceUsage().maxRSS / 1024;
	await new Promise<void>((sent) =>
		process.send?.({ ...figures, peakMB }, undefined, undefined, () => sent()),
	);
}

main(process.argv.slice(2)).then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
