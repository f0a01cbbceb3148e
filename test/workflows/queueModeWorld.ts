/** n8n in queue mode with the credential for the state, the workers that live, and the table of what happened. */
import { startQueueMode, type QueueMode, type Worker } from '../n8n/queue';
import type { StoredCredential } from '../n8n/workflow';
import { findRedis } from '../sandbox/redis';
import type { Damage } from '../nodes/crashWitness';

/** What the table tells of a scenario. */
export interface Outcome {
	readonly runs: number;
	readonly killed?: number;
	readonly damage: Damage;
	/** Seconds a run waited for the lease of another. */
	readonly waited?: number;
}

/** The tests run where Redis is, and where nothing may be skipped (there they fail without it). */
export function describeQueueMode(title: string, tests: () => void): void {
	const isRequired = process.env.CRMSYNC_REQUIRE_ALL === '1';
	if (findRedis() !== undefined || isRequired) {
		describe(title, tests);
		return;
	}
	process.stdout.write(`Skipped, because redis-server is not installed: ${title}\n`);
	describe.skip(title, tests);
}

export class QueueWorld {
	readonly workers: Worker[] = [];
	private readonly lines: string[][] = [];

	private constructor(
		readonly queue: QueueMode,
		/** n8n's Postgres credential for the state. */
		readonly state: StoredCredential,
	) {}

	static async open(): Promise<QueueWorld> {
		const queue = await startQueueMode();
		const { host, port, database, user, password } = queue.state;
		const data = { host, port, database, user, password, ssl: 'disable' };
		const state = await queue.n8n.createCredential('postgres', 'State', data);
		const world = new QueueWorld(queue, state);
		await world.fill();
		return world;
	}

	/** Statements on the database of the state. */
	readonly query = async (sql: string): Promise<Array<Record<string, unknown>>> =>
		await this.queue.postgres.query(this.queue.state, sql);

	/** Two workers, as many as were killed started anew. */
	async fill(): Promise<void> {
		const missing = 2 - this.workers.length;
		const started = Array.from({ length: missing }, async () => await this.queue.startWorker());
		this.workers.push(...(await Promise.all(started)));
	}

	/** The worker that began the execution; undefined: the main process ran it. */
	workerOf(execution: string): Worker | undefined {
		return this.workers.find((worker) => worker.executions().includes(execution));
	}

	/** The worker that began something last. */
	get busy(): Worker {
		const last = ({ executions }: Worker) => Math.max(0, ...executions().map(Number));
		return [...this.workers].sort((a, b) => last(b) - last(a))[0]!;
	}

	/** As the system would when memory runs out: at once, whatever it is doing. */
	kill(worker: Worker): void {
		process.kill(worker.pid, 'SIGKILL');
		this.workers.splice(this.workers.indexOf(worker), 1);
	}

	add(scenario: string, { runs, killed = 0, damage, waited }: Outcome): void {
		const { lost, doubled, removed } = damage;
		const counts = [runs, killed, lost.length, doubled.length, removed.length].map(String);
		this.lines.push([scenario, ...counts, waited === undefined ? '' : waited.toFixed(1)]);
	}

	print(): void {
		const head = ['queue mode', 'runs', 'killed', 'lost', 'doubled', 'wrongly removed', 'wait (s)'];
		const rows = [head, ...this.lines];
		const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
		const text = rows.map(([name, ...cells]) =>
			[
				name!.padEnd(widths[0]!),
				...cells.map((cell, index) => cell.padStart(widths[index + 1]!)),
			].join('  '),
		);
		process.stdout.write(`${text.join('\n')}\n`);
	}
}
