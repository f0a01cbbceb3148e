import type { Clock } from '../clock';

/** Work that happens later by the injected clock: key indexes, bulk deletes. */
export interface Jobs {
	after(ms: number, work: () => void): void;
	/** Runs everything whose time has come; called before each request. */
	runDue(): void;
	clear(): void;
}

/** An empty list of jobs. */
export function createJobs(clock: Clock): Jobs {
	let jobs: Array<{ readonly due: number; readonly work: () => void }> = [];
	return {
		after(ms, work) {
			jobs.push({ due: clock.now() + ms, work });
			jobs.sort((a, b) => a.due - b.due);
		},
		runDue() {
			while (jobs[0] !== undefined && jobs[0].due <= clock.now()) jobs.shift()?.work();
		},
		clear() {
			jobs = [];
		},
	};
}
