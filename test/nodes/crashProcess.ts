import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { build } from 'esbuild';

import {
	reportDescriptor,
	resumeDescriptor,
	type Report,
	type RunCommand,
	type RunOutcome,
} from './crashWire';

const root = path.join(__dirname, '../..');

/** The child's code and what it leaves behind, for one run of the test file. */
export interface Workshop {
	readonly script: string;
	/** A fresh user folder for n8n. */
	userFolder(): string;
	close(): void;
}

/** Compiles the child once: starting it again costs only loading n8n-core. */
export async function openWorkshop(): Promise<Workshop> {
	mkdirSync(path.join(root, '.work'), { recursive: true });
	const folder = mkdtempSync(path.join(root, '.work/crash-'));
	const script = path.join(folder, 'child.cjs');
	await build({
		entryPoints: [path.join(__dirname, 'crashChild.ts')],
		outfile: script,
		bundle: true,
		platform: 'node',
		target: 'node24',
		packages: 'external',
		logLevel: 'error',
		tsconfig: path.join(root, 'test/tsconfig.json'),
		plugins: [
			{
				name: 'environment',
				setup: ({ onResolve }) =>
					onResolve({ filter: /\/engineEnvironment$/ }, () => ({
						path: path.join(__dirname, 'crashEnvironment.ts'),
					})),
			},
		],
	});
	return {
		script,
		userFolder: () => mkdtempSync(path.join(folder, 'n8n-')),
		close: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** A process that runs workflows until it dies. */
export class CrashProcess {
	private readonly child: ChildProcess;
	private readonly ended: Promise<void>;
	private listener: (report: Report | 'dead') => void = () => undefined;
	private errors = '';

	/** `mode`: n8n's own mode; in `queue` nothing can be kept in a file. */
	constructor(script: string, userFolder: string, mode: 'regular' | 'queue') {
		const env = {
			PATH: process.env.PATH,
			N8N_USER_FOLDER: userFolder,
			N8N_ENCRYPTION_KEY: 'only for tests',
			N8N_LOG_LEVEL: 'silent',
			EXECUTIONS_MODE: mode,
			NODE_COMPILE_CACHE: path.join(path.dirname(script), 'compiled'),
		};
		this.child = spawn(process.execPath, [script], {
			env,
			stdio: ['pipe', 'ignore', 'pipe', 'pipe', 'pipe'],
		});
		// A command for a process that has just died goes nowhere; that it died is told below.
		this.child.stdin!.on('error', (error) => (this.errors += error.message));
		this.child.stderr!.on('data', (data) => (this.errors += String(data)));
		const reports = this.child.stdio[reportDescriptor] as Readable;
		createInterface({ input: reports }).on('line', (line) =>
			this.listener(JSON.parse(line) as Report),
		);
		this.ended = new Promise((resolve) => this.child.once('close', () => resolve()));
		void this.ended.then(() => this.listener('dead'));
	}

	/** Runs one workflow and passes on what the process says. Undefined: the process was killed on the way. */
	async run(command: RunCommand, hear: (report: Report) => void): Promise<RunOutcome | undefined> {
		const outcome = await new Promise<RunOutcome | 'dead'>((resolve) => {
			this.listener = (report) => {
				if (report !== 'dead') hear(report);
				if (report === 'dead' || report.kind === 'done') resolve(report);
			};
			this.child.stdin!.write(`${JSON.stringify(command)}\n`);
		});
		if (outcome !== 'dead') return outcome;
		if (this.child.signalCode === 'SIGKILL') return undefined;
		throw new Error(`The process ended by itself: ${this.errors}`);
	}

	/** After its failpoint was reached and something else than the process was struck. */
	resume(): void {
		(this.child.stdio[resumeDescriptor] as Writable).write('\n');
	}

	/** As the system would: at once, whatever it is doing. */
	kill(): void {
		this.child.kill('SIGKILL');
	}

	async close(): Promise<void> {
		this.kill();
		await this.ended;
	}
}
