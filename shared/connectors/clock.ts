import { setTimeout as timer } from 'node:timers/promises';

/** Time and chance, injected so that tests need not wait. */
export interface Clock {
	now(): number;
	/** Rejects when the signal is aborted. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** From 0 up to, not including, 1. */
	random(): number;
}

/** The real clock. */
export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms, signal) => {
		await timer(ms, undefined, { signal });
	},
	random: () => Math.random(),
};
