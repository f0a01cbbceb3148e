import { CrashLane, type CrashCase, type CrashResult } from './crashLane';
import { points } from './crashPoints';
import { openWorkshop, type Workshop } from './crashProcess';
import { CrashTable } from './crashTable';

/**
 * Kills per failpoint; the campaign (`npm run test:crash`) raises it. Other seeds: CRASH_SEED=7; some points
 * only: CRASH_ONLY='insert|lease'.
 */
const kills = Number(process.env.CRASH_KILLS ?? 1);
const firstSeed = Number(process.env.CRASH_SEED ?? 1);
const timeout = 30_000 + kills * 10_000;

const only = new RegExp(process.env.CRASH_ONLY ?? '');

const cases = points
	.map((point, index): [string, CrashCase] => [
		point.name,
		{ point, kills, seed: firstSeed * 1000 + index },
	])
	.filter(([name]) => only.test(name));

type Told = { readonly result: CrashResult } | { readonly error: unknown };

const told = new Map<string, (told: Told) => void>();
const stories = new Map(
	cases.map(([name]) => [name, new Promise<Told>((resolve) => told.set(name, resolve))]),
);
const table = new CrashTable('killed');
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
	table.print();
}, timeout);

describe('a process killed on the way loses nothing and writes nothing twice', () => {
	it.each(cases)(
		'design:R1 design:R3 design:R5 design:R13 killed %s',
		async (name) => {
			const outcome = await stories.get(name)!;
			if ('error' in outcome) throw outcome.error;
			const { lost, doubled, removed, waits } = outcome.result;
			table.add(name, outcome.result.kills, { lost, doubled, removed });
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
