import { spawn } from 'node:child_process';
import path from 'node:path';
import { nodeBin, root } from './paths.mjs';

const environment = (extra) => ({
	...process.env,
	PATH: `${nodeBin}${path.delimiter}${process.env.PATH}`,
	...extra,
});

/**
 * Runs a command with the pinned Node first on PATH and resolves to its exit code.
 * Ctrl-C reaches the whole terminal group, so the parent stays until its child has tidied up.
 */
export function run(command, args, { cwd = root, env = {}, quiet = false } = {}) {
	const output = quiet ? 'pipe' : 'inherit';
	const child = spawn(command, args, {
		cwd,
		env: environment(env),
		stdio: ['ignore', output, output],
	});
	const printed = [];
	child.stdout?.on('data', (chunk) => printed.push(chunk));
	child.stderr?.on('data', (chunk) => printed.push(chunk));
	const wait = () => undefined;
	const pass = () => child.kill('SIGTERM');
	process.on('SIGINT', wait);
	process.on('SIGTERM', pass);
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => {
			process.off('SIGINT', wait);
			process.off('SIGTERM', pass);
			if (code !== 0 && quiet) process.stderr.write(Buffer.concat(printed));
			resolve(code ?? 1);
		});
	});
}

/** Seconds since `start` (from performance.now()), as people read them. */
export const elapsed = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
