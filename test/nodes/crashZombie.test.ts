import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { hasEnded, processName } from '../../shared/state/process';

/** State and start time of a process, as proc(5) numbers its fields from 3 on. */
function statOf(pid: number): { readonly state: string; readonly started: string } {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return { state: fields[0]!, started: fields[19]! };
}

const onLinux = existsSync('/proc/self/stat') ? test : test.skip;

onLinux(
	'design:R13 a killed process counts as ended also before its parent has collected it, as in a container without init',
	async () => {
		// The shell becomes a process that never asks what became of its child.
		const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		try {
			const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
			const pid = Number(printed.toString());
			const [host] = JSON.parse(processName()) as [string];
			const { started } = statOf(pid);
			const name = JSON.stringify([host, pid, started, 'another instance']);
			expect(hasEnded(name)).toBe(false);

			// As long as it still is a shell it may collect its child after all.
			while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await sleep(10);
			process.kill(pid, 'SIGKILL');
			while (statOf(pid).state !== 'Z') await sleep(10);
			// The system still knows the number, so a signal tells nothing.
			expect(process.kill(pid, 0)).toBe(true);
			expect(hasEnded(name)).toBe(true);
		} finally {
			parent.kill('SIGKILL');
		}
	},
);
