import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { PostgresAccess, PostgresPlace } from '../../shared/state/postgresAccess';
import { startPostgres, type PostgresSandbox } from '../sandbox/postgres';

/** Ends the server with whoever holds its standard input, however that one ends (test-servers:TS-1). */
const guarded = '"$@" & server=$!; read -r _; kill -QUIT $server 2>&-; wait $server';
const tries = 200;

/** The database server of a test file, and its sudden death. */
export class CrashDatabase {
	private places = 0;
	private restarted: ChildProcess | undefined;

	private constructor(
		private readonly server: PostgresSandbox,
		private readonly folder: string,
		private readonly program: string,
	) {}

	static async start(): Promise<CrashDatabase> {
		const server = await startPostgres();
		const [row] = await server.query(
			server.admin,
			`SELECT current_setting('data_directory') AS folder, setting AS programs
			FROM pg_config WHERE name = 'BINDIR'`,
		);
		const program = path.join(String(row?.programs), 'postgres');
		return new CrashDatabase(server, String(row?.folder), program);
	}

	get access(): PostgresAccess {
		return this.server.admin;
	}

	/** A place without tables. */
	newPlace(): PostgresPlace {
		return { schema: 'public', prefix: `c${(this.places += 1)}_` };
	}

	/** Runs statements as the administrator. */
	async query(sql: string): Promise<void> {
		await this.server.query(this.access, sql);
	}

	/** As the system would when memory runs out: no process of the server tidies up. */
	async kill(): Promise<void> {
		const [pid] = readFileSync(path.join(this.folder, 'postmaster.pid'), 'utf8').split('\n');
		process.kill(Number(pid), 'SIGKILL');
		await this.collect();
	}

	/** Starts again on the same data, once the last process of the dead server is gone. */
	async restart(): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			const said = await this.tryStart();
			if (said === undefined) return;
			await this.collect();
			if (attempt === tries) throw new Error(`Postgres did not start again: ${said}`);
			await sleep(25);
		}
	}

	async close(): Promise<void> {
		await this.collect();
		await this.server.close();
	}

	/** Undefined: it is ready; else what it says. */
	private async tryStart(): Promise<string | undefined> {
		const options = readFileSync(path.join(this.folder, 'postmaster.opts'), 'utf8');
		const given = [...options.matchAll(/"([^"]*)"/gu)].map(([, option]) => option!);
		const { uid, gid } = statSync(this.folder);
		const server = spawn('sh', ['-c', guarded, 'sh', this.program, ...given], {
			uid,
			gid,
			stdio: ['pipe', 'ignore', 'pipe'],
		});
		server.stdin.on('error', () => undefined);
		this.restarted = server;
		let said = '';
		return await new Promise((resolve) => {
			server.stderr.on('data', (data) => {
				said += String(data);
				if (said.includes('ready to accept connections')) resolve(undefined);
				if (/(lock file|shared memory block) /u.test(said)) resolve(said);
			});
			server.once('close', () => resolve(said));
		});
	}

	private async collect(): Promise<void> {
		const { restarted } = this;
		if (!restarted || restarted.exitCode !== null) return;
		const ended = once(restarted, 'exit');
		restarted.stdin?.end();
		await ended;
	}
}
