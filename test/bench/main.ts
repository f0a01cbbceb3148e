/** `npm run bench -- [name …] [--json]`: figures, not verdicts. A missed target is printed, only an error fails. */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

import type { Line } from './bench';
import { benches, benchesNamed, loadBench } from './benches';
import { writePools } from './pools';
import { benchFolder, runRounds } from './rounds';
import { table } from './table';

const { values: options, positionals } = parseArgs({
	allowPositionals: true,
	options: { json: { type: 'boolean', default: false } },
});

/** The list alone on stdout, so that it can be piped. */
const tell = (text: string) => process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
	const names = positionals.length > 0 ? positionals.flatMap(benchesNamed) : Object.keys(benches);
	const chosen = [];
	for (const name of names) chosen.push({ name, bench: await loadBench(name) });
	writePools(benchFolder);
	const lines: Line[] = [];
	for (const { name, bench } of chosen) {
		const found = bench.lines(await runRounds(name, bench, tell));
		// All of them take a quarter of an hour: what is known is shown.
		tell(`${table(found)}\n`);
		lines.push(...found);
	}
	if (options.json) {
		console.log(JSON.stringify(lines, undefined, 2));
		return;
	}
	const memory = Math.round(totalmem() / 2 ** 30);
	console.log(
		`\nNode ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model}, ${memory} GB`,
	);
	console.log(table(lines));
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exit(1);
	},
);
