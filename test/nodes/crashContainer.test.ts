import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

import { hasEnded, processName } from '../../shared/state/process';

/** A process of its own in a new namespace of process numbers, as in a container with this host's name. */
const container = ['--pid', '--fork', '--mount-proc'];
const canContain =
	existsSync('/proc/self/ns/pid') && spawnSync('unshare', [...container, 'true']).status === 0;
const source = path.join(__dirname, '../../shared/state/process.ts');

/** What such a process calls itself, and whether it believes that the process of a name has ended. */
function inContainer(name: string): { name: string; ended: boolean } {
	const { outputFiles } = buildSync({
		entryPoints: [source],
		bundle: true,
		platform: 'node',
		format: 'cjs',
		write: false,
	});
	const text = outputFiles[0]!.text;
	const print = `console.log(JSON.stringify({ name: module.exports.processName(), ended: module.exports.hasEnded(${JSON.stringify(name)}) }));`;
	const { stdout, stderr } = spawnSync('unshare', [...container, process.execPath, '-'], {
		input: `${text}\n${print}`,
		encoding: 'utf8',
	});
	if (stdout === '') throw new Error(stderr);
	return JSON.parse(stdout) as { name: string; ended: boolean };
}

(canContain ? describe : describe.skip)('two containers with one host name (design:R13)', () => {
	test('do not take each other for dead, for neither sees the processes of the other', () => {
		const there = inContainer(processName());
		// This process runs, and has a number that is free there.
		expect(there.ended).toBe(false);
		expect(hasEnded(there.name)).toBe(false);
	});
});
