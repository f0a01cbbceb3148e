import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { Pool } from '../../shared/state/pg';
import type { PostgresAccess } from '../../shared/state/postgresAccess';
import { freePorts } from '../n8n/ports';
import type { Certificate } from './certificate';

/** A table that others wait for: a statement of theirs can be met in the middle of its transaction. */
export interface TableLock {
	/** Resolves once a session of our stores waits for a lock. */
	isWanted(): Promise<void>;
	release(): Promise<void>;
}

/** A Postgres server of its own, with the rights of its administrator. */
export interface PostgresSandbox {
	/** The administrator in the database `postgres`. */
	readonly admin: PostgresAccess;
	/** A new, empty database. */
	newDatabase(): Promise<PostgresAccess>;
	/** Runs a statement, as the administrator unless told otherwise; several ones without values. */
	query(access: PostgresAccess, sql: string): Promise<Array<Record<string, unknown>>>;
	/** Ends the sessions of our stores, as an administrator or a restart would. Returns how many. */
	cut(): Promise<number>;
	/** Keeps everybody else out of a table. */
	lock(access: PostgresAccess, table: string): Promise<TableLock>;
	close(): Promise<void>;
}

const password = 'sandbox secret';

/** Starts a server on a free port of 127.0.0.1. It ends with this process, however that ends (test-servers:TS-1). With a certificate it also speaks TLS. */
export async function startPostgres(certificate?: Certificate): Promise<PostgresSandbox> {
	const folder = mkdtempSync(path.join(tmpdir(), 'crm-sync-postgres-'));
	// Started by root, the server runs as another user, who has to get in.
	chmodSync(folder, 0o755);
	const [port] = await freePorts(1);
	const settings = { databaseDir: path.join(folder, 'data'), port, password, certificate };
	const server = fork(path.join(__dirname, 'postgresServer.mjs'), [JSON.stringify(settings)], {
		execArgv: [],
	});
	const gone = once(server, 'exit').then(() => [{ failure: 'its process ended' }]);
	const [answer] = (await Promise.race([once(server, 'message'), gone])) as [
		{ readonly failure?: string },
	];
	if (answer.failure !== undefined) {
		await stop(server, folder);
		throw new Error(`Postgres did not start: ${answer.failure}`);
	}
	const admin: PostgresAccess = {
		host: '127.0.0.1',
		port: port!,
		database: 'postgres',
		user: 'postgres',
		password,
		tls: 'off',
	};
	return sandboxOf(admin, async () => await stop(server, folder));
}

function sandboxOf(admin: PostgresAccess, close: () => Promise<void>): PostgresSandbox {
	let databases = 0;
	const query: PostgresSandbox['query'] = async ({ tls: _, ...access }, sql) => {
		const pool = quietPool(access);
		try {
			const result = await pool.query<Record<string, unknown>>(sql);
			return [result].flat().at(-1)?.rows ?? [];
		} finally {
			await pool.end();
		}
	};
	return {
		admin,
		query,
		close,
		async newDatabase() {
			const database = `state_${++databases}`;
			await query(admin, `CREATE DATABASE ${database}`);
			return { ...admin, database };
		},
		async cut() {
			const ended = await query(admin, `SELECT pg_terminate_backend(pid) ${ours}`);
			return ended.length;
		},
		async lock({ tls: _, ...access }, table) {
			const pool = quietPool(access);
			const holder = await pool.connect();
			await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
			return {
				async isWanted() {
					const waiting = `SELECT 1 ${ours} AND wait_event_type = 'Lock'`;
					while ((await query(admin, waiting)).length === 0) await setImmediate();
				},
				async release() {
					await holder.query('ROLLBACK');
					holder.release();
					await pool.end();
				},
			};
		},
	};
}

const ours = "FROM pg_stat_activity WHERE application_name = 'n8n-nodes-crm-sync'";

/** One connection, whose end is no news. */
function quietPool(access: Omit<PostgresAccess, 'tls'>): Pool {
	const pool = new Pool({ ...access, max: 1 });
	pool.on('error', () => undefined);
	return pool;
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
	if (server.exitCode === null && server.signalCode === null) {
		const ended = once(server, 'exit');
		if (server.connected) server.disconnect();
		await ended;
	}
	rmSync(folder, { recursive: true, force: true });
}

/** The server for all tests of a file: started before them, ended after the last. */
export function usePostgres(certificate?: Certificate): PostgresSandbox {
	let running: PostgresSandbox | undefined;
	beforeAll(async () => {
		running = await startPostgres(certificate);
	});
	afterAll(async () => await running?.close());
	return new Proxy({} as PostgresSandbox, {
		get: (_, name) => {
			if (!running) throw new Error('The server runs only while tests do');
			return Reflect.get(running, name) as unknown;
		},
	});
}
