import { CrashDatabase } from './crashDatabase';
import type { CrashSystem } from './crashDestination';
import { CrashLane, type CrashResult } from './crashLane';
import type { CrashPlan } from './crashPoint';
import { pointsOf, type Point, type StoreName } from './crashPoints';
import { openWorkshop, type Workshop } from './crashProcess';
import { CrashTable } from './crashTable';

/**
 * Kills per failpoint; the campaign (`npm run test:crash`) raises it. Other seeds: CRASH_SEED=7; some points
 * only: CRASH_ONLY='insert|lease'.
 */
const { CRASH_KILLS = '', CRASH_SEED = '1', CRASH_ONLY = '' } = process.env;
const kills = Number(CRASH_KILLS || 1);
const timeout = 60_000 + kills * 20_000;

type Told = { readonly result: CrashResult } | { readonly error: unknown };

type Case = readonly [string, CrashPlan];

/** Whether nothing else can be at work meanwhile: all cases share the server. */
const isAlone = ({ state }: Point) => state?.target === 'server';

/** Names of the points to strike at. */
function chosen(points: readonly Point[], inShort: readonly string[] | undefined): Set<string> {
	const all = points.map(({ name }) => name);
	const isLong = CRASH_KILLS + CRASH_ONLY !== '';
	const short = inShort ?? points.filter(({ inCampaign }) => !inCampaign).map(({ name }) => name);
	const names = isLong ? all.filter((name) => RegExp(CRASH_ONLY).test(name)) : short;
	const unknown = names.filter((name) => !all.includes(name));
	if (unknown.length > 0) throw new Error(`No such failpoint: ${unknown.join(', ')}`);
	return new Set(names);
}

/** Strikes at every point of a system and store, or at those a test without CRASH_KILLS and CRASH_ONLY has the time for. */
export function testCrashes(
	system: CrashSystem,
	store: StoreName,
	inShort?: readonly string[],
): void {
	const points = pointsOf(store, system.points);
	const names = chosen(points, inShort);
	const cases = points
		.map((point, index): Case => {
			const seed = Number(CRASH_SEED) * 1000 + index;
			return [point.name, { point, kills, seed }];
		})
		.filter(([name]) => names.has(name));
	const told = new Map<string, (told: Told) => void>();
	const stories = new Map(
		cases.map(([name]) => [name, new Promise<Told>((resolve) => told.set(name, resolve))]),
	);
	const table = new CrashTable(`${system.name}: struck, state in ${store}`);
	let workshop: Workshop;
	let database: CrashDatabase | undefined;
	let isOver = false;
	let work = Promise.resolve();

	const workOff = async (queue: Case[]) => {
		const lane = await CrashLane.open(workshop, system, database);
		for (let next = queue.shift(); next && !isOver; next = queue.shift()) {
			const [name, plan] = next;
			const outcome = await lane.work(plan).then(
				(result): Told => ({ result }),
				(error: unknown): Told => ({ error }),
			);
			told.get(name)?.(outcome);
		}
		await lane.close();
	};

	/** Two processes at a time: one per core of a small machine. */
	beforeAll(async () => {
		workshop = await openWorkshop();
		if (store === 'Postgres') database = await CrashDatabase.start();
		const together = cases.filter(([, { point }]) => !isAlone(point));
		const alone = cases.filter(([, { point }]) => isAlone(point));
		work = Promise.all([workOff(together), workOff(together)]).then(
			async () => await workOff(alone),
		);
	}, 60_000);

	afterAll(async () => {
		isOver = true;
		await work;
		await database?.close();
		workshop.close();
		table.print();
	}, timeout);

	describe(`with its state in ${store}, a run that writes to ${system.name} and is struck on the way loses nothing and writes nothing twice`, () => {
		it.each(cases)(
			'design:R1 design:R3 design:R5 design:R13 struck %s',
			async (name) => {
				const outcome = await stories.get(name)!;
				if ('error' in outcome) throw outcome.error;
				const { lost, doubled, removed, waits } = outcome.result;
				table.add(name, outcome.result.kills, outcome.result);
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
}
