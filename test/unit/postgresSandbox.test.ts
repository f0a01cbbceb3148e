import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { freePorts } from '../n8n/ports';

const listens = async (port: number): Promise<boolean> =>
	await new Promise((answer) => {
		const socket = createConnection({ port, host: '127.0.0.1' });
		socket.once('error', () => answer(false));
		socket.once('connect', () => {
			socket.destroy();
			answer(true);
		});
	});

describe('the Postgres of the tests', () => {
	it('ends with its parent, also when that is killed (test-servers:TS-1)', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'crm-sync-orphan-'));
		chmodSync(folder, 0o755);
		const [port] = await freePorts(1);
		const databaseDir = path.join(folder, 'data');
		const settings = JSON.stringify({
			databaseDir,
			port,
			password: 'x',
		});
		const script = path.join(__dirname, '../sandbox/postgresServer.mjs');
		const code = `require('node:child_process')
			.fork(${JSON.stringify(script)}, [${JSON.stringify(settings)}])
			.once('message', ({ ready }) => console.log(ready ? 'ready' : 'failed'));`;
		const parent = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
		await once(parent.stdout, 'data');
		expect(await listens(port!)).toBe(true);
		parent.kill('SIGKILL');
		// Its files go last, after the server itself.
		while (existsSync(databaseDir)) await setImmediate();
		expect(await listens(port!)).toBe(false);
		rmSync(folder, { recursive: true, force: true });
	});
});
