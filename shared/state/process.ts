import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** This process, told apart from a later one with the same number on the same host. */
const instance = randomUUID();
const place = placeOf();
const startedAt = statOf(process.pid).started;

/** A text that identifies this process in a lease: place, process number, start time, instance. */
export function processName(): string {
	return JSON.stringify([place, process.pid, startedAt, instance]);
}

/** Whether the process surely has ended. False when that cannot be known, as for another place (design R13). */
export function hasEnded(name: string): boolean {
	const [where, pid, started, id] = JSON.parse(name) as [string, number, string, string];
	if (where !== place || id === instance) return false;
	if (pid === process.pid || !isRunning(pid)) return true;
	const now = statOf(pid);
	return now.state === 'Z' || (started !== '' && now.started !== '' && now.started !== started);
}

/**
 * Where a process number means one process: a host, and on Linux one start of its system and one namespace of
 * numbers, because containers may share a host name and see only their own processes (pid_namespaces(7)).
 */
function placeOf(): string {
	if (process.platform !== 'linux') return hostname();
	try {
		// Another namespace's /proc would tell of other processes.
		if (readlinkSync('/proc/self') !== String(process.pid)) return instance;
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		return [hostname(), boot, readlinkSync('/proc/self/ns/pid')].join(' ');
	} catch {
		// Nobody can look for this process, so it never counts as ended.
		return instance;
	}
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

/** State (Z: ended, but nobody has reaped it) and start time in clock ticks since boot (proc(5), fields 3 and 22); empty where the system does not tell. */
function statOf(pid: number): { readonly state: string; readonly started: string } {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return { state: fields[0] ?? '', started: fields[19] ?? '' };
	} catch {
		return { state: '', started: '' };
	}
}
