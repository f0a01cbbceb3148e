import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** What a process tree takes, by the part each of its processes plays. Read from Linux. */
export interface Usage {
	/** Processor seconds since their start, those of processes that have ended included. */
	readonly cpu: Readonly<Record<Part, number>>;
	/** The largest memory a worker has had since `forgetPeaks`, in MB. */
	readonly workerPeakMB: number;
}

const parts = {
	worker: /bin\/n8n worker/,
	main: /bin\/n8n start/,
	standIn: /sandboxServer\.js/,
	databases: /postgres|redis-server/i,
} as const;

type Part = keyof typeof parts;
const partNames = Object.keys(parts) as Part[];

interface Process {
	readonly pid: number;
	readonly parent: number;
	readonly command: string;
	readonly cpu: number;
	readonly peakMB: number;
}

const ticksPerSecond = 100;

/** The processes below this one, as long as they live. */
export function usage(): Usage {
	const found = processes();
	const cpu = { worker: 0, main: 0, standIn: 0, databases: 0 };
	let workerPeakMB = 0;
	for (const one of found.values()) {
		const part = partOf(one, found);
		if (part === undefined) continue;
		cpu[part] += one.cpu;
		if (parts.worker.test(one.command)) workerPeakMB = Math.max(workerPeakMB, one.peakMB);
	}
	return { cpu, workerPeakMB };
}

/** From here on the peaks are counted anew. */
export function forgetPeaks(): void {
	for (const one of processes().values())
		if (parts.worker.test(one.command)) writeFileSync(`/proc/${one.pid}/clear_refs`, '5');
}

/** What n8n starts beside itself, such as its task runners, counts as n8n's. Undefined: not ours. */
function partOf(one: Process, found: ReadonlyMap<number, Process>): Part | undefined {
	let part: Part | undefined;
	for (let at: Process | undefined = one; at; at = found.get(at.parent)) {
		const { command } = at;
		part ??= partNames.find((name) => parts[name].test(command));
		if (at.parent === process.pid) return part;
	}
	return undefined;
}

function processes(): Map<number, Process> {
	const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	const found = pids.flatMap((pid) => processOf(Number(pid)) ?? []);
	return new Map(found.map((one) => [one.pid, one]));
}

function processOf(pid: number): Process | undefined {
	const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
	try {
		// The second field is a name in parentheses, which may hold anything.
		const fields = read('stat')
			.replace(/^.*\) /s, '')
			.split(' ');
		const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
		const peak = /^VmHWM:\s+(\d+) kB$/m.exec(read('status'))?.[1] ?? 0;
		return {
			pid,
			parent: Number(fields[1]),
			command: read('cmdline').replaceAll('\0', ' '),
			cpu: ticks / ticksPerSecond,
			peakMB: Number(peak) / 1024,
		};
	} catch (error) {
		// It has ended between the list and here.
		const { code = '' } = error as NodeJS.ErrnoException;
		if (['ENOENT', 'ESRCH'].includes(code)) return undefined;
		throw error;
	}
}
