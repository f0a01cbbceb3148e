import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** This process, told apart from a later one with the same number on the same host. */
const instance = randomUUID();
const startedAt = startOf(process.pid);

/** A text that identifies this process in a lease: host, process number, start time, instance. */
export function processName(): string {
	return JSON.stringify([hostname(), process.pid, startedAt, instance]);
}

/** Whether the process surely has ended. False when that cannot be known, as for another host (design R13). */
export function hasEnded(name: string): boolean {
	const [host, pid, started, id] = JSON.parse(name) as [string, number, string, string];
	if (host !== hostname() || id === instance) return false;
	if (pid === process.pid || !isRunning(pid)) return true;
	const now = startOf(pid);
	return started !== '' && now !== '' && now !== started;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it runs, as another user.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Start time in clock ticks since boot (proc(5), field 22); empty where the system does not tell. */
function startOf(pid: number): string {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
	} catch {
		return '';
	}
}
