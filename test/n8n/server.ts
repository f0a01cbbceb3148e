import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverEnvironment } from './environment';
import { installPack } from './pack';
import { n8nFolder, nodeBin } from './places';
import { freePorts } from './ports';

/** How to start a server; only the folder that keeps its data is needed. */
export interface ServerOptions {
	userFolder: string;
	/** Folder n8n's file nodes may read and write. Default: `files` in the user folder. */
	filesFolder?: string;
	port?: number;
	/** Repository or folder of the pack to install; `false` starts n8n without one. */
	pack?: string | false;
	/** What n8n is to be: its command and flags. Default: `start`, the editor and everything else. */
	command?: readonly string[];
	env?: NodeJS.ProcessEnv;
}

/** A running n8n of our own. */
export interface N8nServer {
	url: string;
	pid: number;
	filesFolder: string;
	logFile: string;
	/** Settles when the server is gone, whoever ended it. */
	ended: Promise<void>;
	hasEnded(): boolean;
	stop(): Promise<void>;
}

const startLimit = 120_000;

const logEnd = (file: string) => readFileSync(file, 'utf8').split('\n').slice(-30).join('\n');

/** Whether a process of that id exists. */
export function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		// EPERM: it exists and belongs to somebody else.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Whether n8n answers there and has its database ready. */
export async function isReady(url: string): Promise<boolean> {
	try {
		return (await fetch(`${url}/healthz/readiness`)).ok;
	} catch (error) {
		// Nobody listens yet. By name: under jest the class is another realm's.
		if ((error as Error).name === 'TypeError') return false;
		throw error;
	}
}

async function waitUntilReady(url: string, child: ChildProcess, logFile: string) {
	const limit = Date.now() + startLimit;
	while (!(await isReady(url))) {
		if (child.exitCode !== null) {
			throw new Error(`n8n ended with exit code ${child.exitCode}:\n${logEnd(logFile)}`);
		}
		if (Date.now() > limit) {
			child.kill('SIGKILL');
			throw new Error(`n8n was not ready after ${startLimit / 1000} s:\n${logEnd(logFile)}`);
		}
		await sleep(100);
	}
}

function launch(
	command: readonly string[],
	environment: NodeJS.ProcessEnv,
	logFile: string,
): ChildProcess {
	const log = openSync(logFile, 'w');
	const endWithParent = path.join(n8nFolder, 'endWithParent.cjs');
	const n8n = path.join(n8nFolder, 'node_modules/n8n/bin/n8n');
	const child = spawn(path.join(nodeBin, 'node'), ['--require', endWithParent, n8n, ...command], {
		cwd: n8nFolder,
		env: environment,
		stdio: ['ignore', log, log, 'ipc'],
	});
	closeSync(log);
	// The server must not keep a finished test run or demo alive.
	child.unref();
	child.channel?.unref();
	return child;
}

const isGone = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

async function stop(child: ChildProcess): Promise<void> {
	if (isGone(child)) return;
	child.kill('SIGTERM');
	for (let waited = 0; waited < 10_000; waited += 50) {
		if (isGone(child)) return;
		await sleep(50);
	}
	child.kill('SIGKILL');
}

/** Starts the pinned n8n on its own data and ports, with our pack installed as n8n itself would. */
export async function startServer(options: ServerOptions): Promise<N8nServer> {
	const { userFolder, filesFolder = path.join(userFolder, 'files') } = options;
	mkdirSync(filesFolder, { recursive: true });
	if (options.pack !== false) await installPack(userFolder, options.pack);
	const [free, brokerPort] = await freePorts(2);
	const port = options.port ?? free;
	const place = { userFolder, filesFolder, port, brokerPort };
	const logFile = path.join(userFolder, 'n8n.log');
	const env = { ...serverEnvironment(place), ...options.env };
	const child = launch(options.command ?? ['start'], env, logFile);
	const url = `http://127.0.0.1:${port}`;
	await waitUntilReady(url, child, logFile);
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const life = { ended, hasEnded: () => isGone(child), stop: async () => await stop(child) };
	return { url, pid: child.pid!, filesFolder, logFile, ...life };
}
