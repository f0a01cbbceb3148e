import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { freePorts } from '../n8n/ports';

/** A Redis server of its own, which keeps nothing. */
export interface RedisSandbox {
	readonly host: string;
	readonly port: number;
	readonly password: string;
	close(): Promise<void>;
}

const program = 'redis-server';

/** The server program of this machine: the first one on PATH. */
export function findRedis(): string | undefined {
	return (process.env.PATH ?? '')
		.split(path.delimiter)
		.map((folder) => path.join(folder, program))
		.find((file) => existsSync(file));
}

/** Ends the server as soon as nobody holds the other end of its input: however the parent ends, that closes. */
const endWithParent = '"$@" & exec >/dev/null; cat; kill $!; wait $!';

/** Starts Redis on a free port of 127.0.0.1. It ends with this process, however that ends (test-servers:TS-1). */
export async function startRedis(): Promise<RedisSandbox> {
	const file = findRedis();
	if (file === undefined)
		throw new Error(`Install "${program}" (Debian: apt-get install ${program})`);
	const [port] = await freePorts(1);
	const [host, password] = ['127.0.0.1', 'sandbox-secret'];
	const settings = Object.entries({
		...{ bind: host, port: String(port), requirepass: password },
		...{ save: '', appendonly: 'no' },
	}).flatMap(([name, value]) => [`--${name}`, value]);
	const server = spawn('sh', ['-c', endWithParent, 'sh', file, ...settings], {
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	const ended = once(server, 'exit');
	const log: string[] = [];
	const lines = createInterface({ input: server.stdout });
	const ready = new Promise<true>((resolve) =>
		lines.on('line', (line) => {
			log.push(line);
			if (line.includes('Ready to accept connections')) resolve(true);
		}),
	);
	const close = async () => {
		server.stdin.end();
		await ended;
	};
	// Where the port is taken or a setting refused, the server ends and the shell still waits.
	const failed = new Promise<false>((resolve) => server.stdout.once('end', () => resolve(false)));
	if (await Promise.race([ready, failed])) return { host, port: port!, password, close };
	await close();
	throw new Error(`Redis did not start:\n${log.join('\n')}`);
}
