import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startPostgres, type PostgresSandbox } from '../sandbox/postgres';
import { startRedis, type RedisSandbox } from '../sandbox/redis';
import type { PostgresAccess } from '../../shared/state/postgresAccess';
import { connect, type N8n } from './connect';
import { n8nFolder, workFolder } from './places';
import { startServer, type N8nServer } from './server';

/** A process that runs what the main process puts into the queue, one job at a time. */
export interface Worker {
	readonly name: string;
	readonly pid: number;
	/** Settles when the worker is gone, whoever ended it. */
	readonly ended: Promise<void>;
	/** Ids of the executions this worker has begun, as its log tells. */
	executions(): string[];
}

/** n8n on several processes: main and workers, joined by Redis and a database. */
export interface QueueMode {
	readonly n8n: N8n;
	/** Folder that the file nodes of every process may read. */
	readonly filesFolder: string;
	/** A database all processes reach, for what the nodes remember. */
	readonly state: PostgresAccess;
	readonly postgres: PostgresSandbox;
	startWorker(): Promise<Worker>;
	/**
	 * What Bull does when a worker is silent too long: its jobs go back to the queue, until they are begun again. n8n 2 has its workers fail
	 * such a job; earlier versions had it run again, and so does whoever puts it back by hand.
	 */
	returnStalledJobs(areBegun: () => boolean): Promise<void>;
	/** What the workers of n8n 2 do then: the jobs have failed, until somebody has noticed. */
	failStalledJobs(areEnded: () => Promise<boolean>): Promise<void>;
	close(): Promise<void>;
}

/** How long a job stays a worker's own when the worker is silent. */
const lockMs = 6_000;

function environment(
	redis: RedisSandbox,
	{ host, port, database, user, password }: PostgresAccess,
): NodeJS.ProcessEnv {
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: 'only for tests',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: host,
		DB_POSTGRESDB_PORT: String(port),
		DB_POSTGRESDB_DATABASE: database,
		DB_POSTGRESDB_USER: user,
		DB_POSTGRESDB_PASSWORD: password,
		QUEUE_BULL_REDIS_HOST: redis.host,
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		QUEUE_BULL_REDIS_PASSWORD: redis.password,
		QUEUE_WORKER_LOCK_DURATION: String(lockMs),
		QUEUE_WORKER_LOCK_RENEW_TIME: String(lockMs / 3),
		// The workers leave it to `sweepStalledJobs` to look for silent ones.
		QUEUE_WORKER_STALLED_INTERVAL: '3600000',
		// A worker begins nothing new after this, and is not missed.
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '1',
	};
}

/** Everything that was started, ended in reverse order, also when a later start failed. */
class Endings {
	private readonly steps: Array<() => unknown> = [];

	add(step: () => unknown): void {
		this.steps.unshift(step);
	}

	async run(): Promise<void> {
		for (const step of this.steps.splice(0)) await step();
	}
}

/** Starts Redis, Postgres and n8n's main process, with the pack installed; workers are started one by one. */
export async function startQueueMode(): Promise<QueueMode> {
	const endings = new Endings();
	try {
		return await startWith(endings);
	} catch (error) {
		await endings.run();
		throw error;
	}
}

async function startWith(endings: Endings): Promise<QueueMode> {
	mkdirSync(workFolder, { recursive: true });
	const folder = mkdtempSync(path.join(workFolder, 'n8n-queue-'));
	endings.add(() => rmSync(folder, { recursive: true, force: true }));
	const redis = await startRedis();
	endings.add(redis.close);
	const postgres = await startPostgres();
	endings.add(postgres.close);
	const [own, state] = [await postgres.newDatabase(), await postgres.newDatabase()];
	const shared = { filesFolder: path.join(folder, 'files'), env: environment(redis, own) };
	const userFolder = path.join(folder, 'main');
	const main = await startServer({ userFolder, ...shared });
	endings.add(async () => await kill(main));
	let workers = 0;
	return {
		n8n: await connect(main.url),
		filesFolder: shared.filesFolder,
		state,
		postgres,
		async startWorker() {
			const name = `worker ${(workers += 1)}`;
			const place = path.join(folder, name.replace(' ', '-'));
			// A machine of its own: its folder holds the pack, and nothing else of the main process.
			cpSync(path.join(userFolder, '.n8n/nodes'), path.join(place, '.n8n/nodes'), {
				recursive: true,
			});
			const command = ['worker', '--concurrency=1'];
			const server = await startServer({ userFolder: place, pack: false, command, ...shared });
			endings.add(async () => await kill(server));
			return { name, pid: server.pid, ended: server.ended, executions: () => begun(server) };
		},
		returnStalledJobs: async (areBegun) => await sweepStalledJobs(redis, 1, areBegun),
		failStalledJobs: async (areEnded) => await sweepStalledJobs(redis, 0, areEnded),
		close: async () => await endings.run(),
	};
}

/** By force: a worker that is paused or whose job never ends would not go otherwise. */
async function kill({ pid, ended, hasEnded }: N8nServer): Promise<void> {
	if (!hasEnded()) process.kill(pid, 'SIGKILL');
	await ended;
}

const begun = ({ logFile }: N8nServer): string[] =>
	[...readFileSync(logFile, 'utf8').matchAll(/Worker started execution (\d+)/g)].map(
		([, id]) => id!,
	);

interface BullQueue {
	readonly client: { del(key: string): Promise<number> };
	readonly isReady: () => Promise<unknown>;
	toKey(name: string): string;
	moveUnlockedJobsToWait(): Promise<unknown>;
	close(): Promise<void>;
}
type BullConstructor = new (name: string, options: unknown) => BullQueue;

async function sweepStalledJobs(
	{ host, port, password }: RedisSandbox,
	maxStalledCount: number,
	isDone: () => boolean | Promise<boolean>,
): Promise<void> {
	const fromN8n = createRequire(path.join(n8nFolder, 'node_modules/n8n/package.json'));
	const Bull = fromN8n('bull') as BullConstructor;
	const queue = new Bull('jobs', {
		redis: { host, port, password },
		settings: { maxStalledCount, stalledInterval: 1 },
	});
	const limit = Date.now() + 60_000;
	try {
		await queue.isReady();
		// The first look notes which jobs are held, a later one takes those whose holder has been silent since.
		while (!(await isDone())) {
			if (Date.now() > limit) throw new Error('In vain: waiting for what follows a stalled job');
			await queue.client.del(queue.toKey('stalled-check'));
			await queue.moveUnlockedJobsToWait();
			await sleep(500);
		}
	} finally {
		await queue.close();
	}
}
