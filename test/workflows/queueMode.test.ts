/**
 * design:R1, R3, R5, R10, R13: n8n in queue mode, as it runs where one machine is not enough: main, two workers,
 * Redis and Postgres. What is promised for one process holds for all of them.
 */
import { chain, core, node } from '../n8n/workflow';
import { until } from '../n8n/until';
import { armRequest, type RequestFailpoint } from '../nodes/crashRequest';
import type { SourceRow } from '../nodes/crashWire';
import { QueueLine, type LineChoice } from './queueModeLine';
import { runTemplate } from './queueModeTemplate';
import { describeQueueMode, QueueWorld } from './queueModeWorld';
import { freshName, offered, pack, summary } from './syncLine';

// One run waits for a minute, and n8n starts slowly on a machine that is busy.
jest.setTimeout(300_000);

const rowsOf = (count: number, version: string): SourceRow[] =>
	Array.from({ length: count }, (_, index) => ({
		accountnumber: `A${String(index).padStart(2, '0')}`,
		name: `Airport ${index} ${version}`,
		address1_city: 'Somewhere',
	}));
const unharmed = { lost: [], doubled: [], removed: [] };
const commits = ({ org }: Pick<QueueLine, 'org'>) =>
	Object.values(org.history('account')).flat().length;

describeQueueMode('n8n in queue mode', () => {
	let world: QueueWorld;
	beforeAll(async () => {
		world = await QueueWorld.open();
	}, 240_000);
	afterAll(async () => {
		world?.print();
		await world?.queue.close();
	}, 60_000);

	/** A line that is published, taken down again whatever happens to it. */
	const onLine = async (choice: LineChoice, work: (line: QueueLine) => Promise<void>) => {
		const line = await QueueLine.open(world, freshName(), choice);
		try {
			await world.fill();
			if (choice.trigger !== 'schedule') await world.queue.n8n.activate(line.workflow);
			await work(line);
		} finally {
			await line.close();
		}
	};

	/** Calls the webhook and kills the worker that runs it at the nth request that writes. */
	const dieAt = async (line: QueueLine, failpoint: RequestFailpoint) => {
		let isKilled = false;
		const disarm = armRequest(line.org, failpoint, () => {
			isKilled = true;
			world.kill(world.busy);
		});
		await line.call();
		await until('the worker is killed', () => isKilled);
		disarm();
		await line.hearState();
	};

	test('n8n:S-08 the template: its schedule runs on both workers, by hand it runs on main; the rows are written once', async () => {
		await runTemplate(world);
	});

	test('design:8 a file is refused as the memory of a sync, on a worker and on main, naming the cure', async () => {
		await onLine({ diff: { stateStore: 'embedded' } }, async (line) => {
			line.setRows(rowsOf(3, 'v1'));
			const { n8n } = world.queue;
			const state = node('State', `${pack}.syncState`, { action: 'listSyncs' });
			const refused = [
				await n8n.result(await line.call()),
				await n8n.run(line.workflow),
				await n8n.run(chain('State', [core.start(), state])),
			];
			for (const { status, error } of refused) {
				expect(status).toBe('error');
				expect(error?.message).toContain('does not work in queue mode');
				expect(error?.description).toContain('Set State Store of this node to Postgres');
			}
			expect(line.org.log).toEqual([]);
			world.add('state in a file: refused', { runs: 3, damage: unharmed });
		});
	});

	test('design:R13 schedules that overlap on two workers: one works, the other ends green and sends nothing', async () => {
		await onLine({ trigger: 'schedule' }, async (line) => {
			const { n8n } = world.queue;
			line.setRows(rowsOf(12, 'v1'));
			// The first run is at work for longer than a beat of its lease takes (10 s).
			line.org.settings.latencyMs = 4_000;
			await n8n.activate(line.workflow);
			const both = [await line.next(), await line.next()];
			await n8n.deactivate(line.workflow);
			const [one, two] = [await line.result(both[0]), await line.result(both[1])];
			line.org.settings.latencyMs = 0;
			await line.drain();
			// The queue does not keep the order: either of them may have come first.
			const [works, refused] = one.ran('Writer') ? [one, two] : [two, one];
			expect(refused.items('Diff')).toEqual([]);
			expect(refused.hints('Diff')[0].message).toMatch(/is at work.*Nothing is lost/s);
			expect(refused.hints('Diff')[0].message).toContain(`(execution ${works.id})`);
			expect(await line.rowOf(refused.id)).toMatchObject({ state: 'refused' });
			expect(world.workerOf(refused.id)).not.toBe(world.workerOf(works.id));
			expect(summary(works)).toMatchObject({ created: 12 });
			await line.settle();
			expect(line.damage).toEqual(unharmed);
			expect(commits(line)).toBe(12);
			const waited = refused.runData.Diff[0].executionTime / 1000;
			world.add('schedules overlap', { runs: line.runs, damage: line.damage, waited });
		});
	});

	test('n8n:S-05 design:R13 a job that runs twice: the worker that wakes moves nothing, and what it wrote is written over', async () => {
		await onLine({}, async (line) => {
			line.setRows(rowsOf(12, 'v1'));
			await line.run();
			line.setRows(rowsOf(12, 'v2'));
			// The request is held up when the worker stops, and is sent when it wakes.
			let paused: number | undefined;
			line.org.faults.add({
				effect: { kind: 'throttle', limit: 'requests', retryAfter: 1 },
				times: 1,
				row: ({ table }) => {
					if (table !== 'account') return false;
					if (paused === undefined) process.kill((paused = world.busy.pid), 'SIGSTOP');
					return true;
				},
			});
			const job = await line.call();
			let [returnedAt, begunAt] = [0, 0];
			const begun = () => world.workers.filter((worker) => worker.executions().includes(job));
			await until('the worker stands still', () => paused !== undefined);
			try {
				line.setRows(rowsOf(12, 'v3'));
				await world.queue.returnStalledJobs(() => begun().length === 2);
				returnedAt = Date.now();
				await until('the other worker runs the job', async () => {
					const row = await line.rowOf(job);
					begunAt = row?.startedAt ?? 0;
					return row?.state === 'completed';
				});
			} finally {
				process.kill(paused!, 'SIGCONT');
			}
			const before = commits(line);
			line.witness.expectOffers();
			await until(
				'the first worker has noticed',
				async () => (await line.rowOf(job))?.state === 'lost',
			);
			// It did write an old version over a new one, and knows that this is in doubt.
			const late = commits(line) - before;
			expect(late).toBeGreaterThan(0);
			const next = await line.run();
			expect(offered(next)).toHaveLength(late);
			expect(offered(await line.run())).toEqual([]);
			await line.settle();
			expect(line.damage).toEqual(unharmed);
			const waited = (begunAt - returnedAt) / 1000;
			world.add('a job run twice', { runs: line.runs + 1, damage: line.damage, waited });
		});
	});

	test('design:R3 design:R5 design:R13 a worker killed in the middle of a write: the other one finishes at once', async () => {
		await onLine({}, async (line) => {
			line.setRows(rowsOf(60, 'v1'));
			await dieAt(line, { when: 'midway', nth: 12 });
			const next = await line.run();
			expect(world.workerOf(next.id)).toBeDefined();
			const waited = await line.waited(next);
			expect(waited).toBeLessThan(5);
			// What the killed worker had confirmed is not sent again (design R5).
			expect(offered(next).length).toBeLessThan(60);
			expect(offered(await line.run())).toEqual([]);
			await line.settle();
			expect(line.damage).toEqual(unharmed);
			world.add('worker killed while it writes', {
				...{ runs: line.runs, killed: 1, damage: line.damage, waited },
			});
		});
	});

	test('design:R10 design:R13 a worker killed while it removes: only what left is removed, once', async () => {
		await onLine({}, async (line) => {
			const rows = rowsOf(40, 'v1');
			line.setRows(rows);
			await line.run();
			// Few enough leave for the guard, and they come back as leavers until they are gone (design R9).
			line.setRows(rows.slice(10));
			await dieAt(line, { when: 'after', nth: 2, operation: 'delete' });
			const next = await line.run();
			const waited = await line.waited(next);
			expect(offered(next).every((offer) => offer.startsWith('removed '))).toBe(true);
			expect(offered(await line.run())).toEqual([]);
			await line.settle();
			expect(line.damage).toEqual(unharmed);
			world.add('worker killed while it removes', {
				...{ runs: line.runs, killed: 1, damage: line.damage, waited },
			});
		});
	});
});
