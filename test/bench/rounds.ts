import { fork } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { workFolder } from '../n8n/places';
import type { Bench, Figure, Figures, ReadFigure } from './bench';

/** Everything the benches leave behind. */
export const benchFolder = path.join(workFolder, 'bench');

/** Runs all measurements of a bench, round by round, and gives back the medians. */
export async function runRounds(
	name: string,
	bench: Bench,
	tell: (text: string) => void,
): Promise<ReadFigure> {
	const folder = path.join(benchFolder, `${name}-${process.pid}`);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const found = new Map<string, Figures[]>();
	const measures = Object.entries(bench.measures);
	const rounds = Math.max(...measures.map(([, measure]) => measure.rounds));
	const inOrder = Array.from({ length: rounds }, (_, round) =>
		measures.filter(([, measure]) => round < measure.rounds),
	).flat();
	const endBeside = await bench.beside?.({ folder });
	try {
		for (const [measure, { rounds: wanted }] of inOrder) {
			const start = performance.now();
			const figures = [...(found.get(measure) ?? []), await runChild(name, measure, folder)];
			found.set(measure, figures);
			const seconds = ((performance.now() - start) / 1000).toFixed(1);
			tell(`${name}: ${measure}, round ${figures.length} of ${wanted}, ${seconds} s`);
		}
	} finally {
		await endBeside?.();
		rmSync(folder, { recursive: true, force: true });
	}
	return (measure, figure) => median(`${name}/${measure}/${figure}`, figure, found.get(measure));
}

async function runChild(name: string, measure: string, folder: string): Promise<Figures> {
	// n8n-core writes into its user folder as soon as it is loaded, and the state file lies there.
	const userFolder = path.join(folder, 'n8n');
	rmSync(userFolder, { recursive: true, force: true });
	mkdirSync(userFolder, { recursive: true });
	const child = fork(path.join(__dirname, 'child.js'), [name, measure, folder], {
		env: {
			...process.env,
			N8N_USER_FOLDER: userFolder,
			N8N_ENCRYPTION_KEY: 'only for benches',
			N8N_LOG_LEVEL: 'silent',
		},
		execArgv: ['--disable-warning=ExperimentalWarning'],
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	const stop = () => child.kill();
	process.once('exit', stop);
	return await new Promise((resolve, reject) => {
		let figures: Figures | undefined;
		child.once('message', (message) => (figures = message as Figures));
		child.once('error', reject);
		child.once('close', (code, signal) => {
			process.off('exit', stop);
			// Reported last of all: what n8n's expression sandbox then does at exit (it may crash) changes no figure.
			if (figures) resolve(figures);
			else reject(new Error(`${name}: ${measure} ended with ${signal ?? `exit code ${code}`}`));
		});
	});
}

function median(place: string, name: string, rounds: readonly Figures[] = []): Figure {
	const values = rounds.flatMap((figures) => figures[name] ?? []).sort((a, b) => a - b);
	const [lowest, highest] = [values[0], values.at(-1)];
	if (lowest === undefined || highest === undefined) throw new Error(`No figure ${place}`);
	const middle = (values.length - 1) / 2;
	const value = ((values[Math.floor(middle)] ?? 0) + (values[Math.ceil(middle)] ?? 0)) / 2;
	const noise = value === 0 ? 0 : (50 * (highest - lowest)) / value;
	return { value, noise, rounds: values.length };
}
