import { setTimeout as sleep } from 'node:timers/promises';

import { hasEnded, processName } from './process';
import { LeaseLostError, type Store, type Sync } from './store';

/** Beats come every 10 s; a lease whose beat stood still for six of them has no holder (design R13). */
export const beatMs = 10_000;
export const standstillMs = 60_000;

export interface LeaseClock {
	/** Milliseconds that never jump. */
	monotonic(): number;
	sleep(ms: number): Promise<void>;
}

export const systemClock: LeaseClock = {
	monotonic: () => performance.now(),
	sleep: async (ms) => {
		await sleep(ms);
	},
};

export interface LeaseRequest {
	readonly store: Store;
	readonly sync: string;
	readonly run: string;
	readonly clock: LeaseClock;
	readonly signal?: AbortSignal;
	/** Whether a run of this very process still is live. */
	isLiveHere(run: string): boolean;
}

/**
 * Takes the lease of a sync. A free one at once; one of a dead process on this host at once; otherwise only
 * after its beat stood still, as this side's own clock tells. Undefined: another run is at work.
 */
export async function takeLease(request: LeaseRequest): Promise<Sync | undefined> {
	const { store, run, clock, signal } = request;
	let seen: { beat: number; run: string; since: number } | undefined;
	while (!signal?.aborted) {
		const sync = await store.find(request.sync);
		if (!sync) return undefined;
		const { lease } = sync;
		if (!lease || isOver(lease, request)) {
			if (await store.takeLease(sync, run, processName())) return await store.find(request.sync);
			continue;
		}
		if (request.isLiveHere(lease.run)) return undefined;
		const now = clock.monotonic();
		if (seen && (seen.run !== lease.run || seen.beat !== lease.beat)) return undefined;
		seen ??= { beat: lease.beat, run: lease.run, since: now };
		if (now - seen.since >= standstillMs) {
			if (await store.takeLease(sync, run, processName())) return await store.find(request.sync);
			continue;
		}
		await clock.sleep(Math.min(1_000, standstillMs));
	}
	return undefined;
}

function isOver(lease: { run: string; process: string }, { isLiveHere }: LeaseRequest): boolean {
	return hasEnded(lease.process) || (lease.process === processName() && !isLiveHere(lease.run));
}

/** Whether the write failed because the lease is gone; any other failure rejects. */
export async function isLostAfter(work: Promise<void>): Promise<boolean> {
	return await work.then(
		() => false,
		async (error: unknown) => error instanceof LeaseLostError || (await Promise.reject(error)),
	);
}
