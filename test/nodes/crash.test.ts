import { CrashLane, type CrashCase, type CrashResult } from './crashLane';
import { points } from './crashPoints';
import { openWorkshop, type Workshop } from './crashProcess';

/** Kills per failpoint. More of them, with other seeds: CRASH_KILLS=20 CRASH_SEED=7. */
const kills = Number(process.env.CRASH_KILLS ?? 3);
const firstSeed = Number(process.env.CRASH_SEED ?? 1);
const timeout = 30_000 + kills * 10_000;

const cases = points.map((point, index): [string, CrashCase] => [
	point.name,
	{ point, kills, seed: firstSeed * 1000 + index },
]);

type Told = { readonly result: CrashResult } | { readonly error: unknown };

const told = new Map<string, (told: Told) => void>();
const stories = new Map(
	cases.map(([name]) => [name, new Promise<Told>((resolve) => told.set(name, resolve))]),
);
const table: string[][] = [];
let workshop: Workshop;
let isOver = false;
let lanes: Array<Promise<void>> = [];

/** Two processes at a time: one per core of a small machine. */
beforeAll(async () => {
	workshop = await openWorkshop();
	const queue = [...cases];
	lanes = [1, 2].map(async () => {
		const lane = await CrashLane.open(workshop);
		for (let next = queue.shift(); next && !isOver; next = queue.shift()) {
			const [name, crashCase] = next;
			const outcome = await lane.work(crashCase).then(
				(result): Told => ({ result }),
				(error: unknown): Told => ({ error }),
			);
			told.get(name)?.(outcome);
		}
		await lane.close();
	});
});

afterAll(async () => {
	isOver = true;
	await Promise.all(lanes);
	workshop.close();
	const head = ['point', 'kills', 'lost', 'doubled', 'wrongly removed'];
	const width = Math.max(...table.map(([name = '']) => name.length));
	const lines = [head, ...table].map(([name = '', ...numbers]) =>
		[name.padEnd(width), ...numbers.map((text) => text.padStart(8))].join(' '),
	);
	process.stdout.write(`${lines.join('\n')}\n`);
}, timeout);

describe('a process killed on the way loses nothing and writes nothing twice', () => {
	it.each(cases)(
		'design:R1 design:R3 design:R5 design:R13 killed %s',
		async (name) => {
			const outcome = await stories.get(name)!;
			if ('error' in outcome) throw outcome.error;
			const { lost, doubled, removed, waits } = outcome.result;
			table.push([name, ...[kills, lost.length, doubled.length, removed.length].map(String)]);
			expect({ lost, doubled, removed, waits }).toEqual({
				lost: [],
				doubled: [],
				removed: [],
				waits: 0,
			});
		},
		timeout,
	);
});
