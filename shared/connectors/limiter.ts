import type { Clock } from './clock';

/**
 * Paces all requests of one (org, credential): at most `width` at once, and none while a pause is on.
 * Shared by every run in the process, because the system counts per user, not per run.
 */
export interface Limiter {
	/** Resolves when a slot is free and no pause is on; the returned function frees the slot. */
	enter(signal?: AbortSignal): Promise<() => void>;
	/** No request starts before this many milliseconds have passed. */
	pause(ms: number): void;
	/** Fewer requests at once, after the system complained about their number. */
	narrow(): void;
	/** The parallelism the system recommends; ours never exceeds its own cap. */
	recommend(width: number): void;
	readonly width: number;
}

/** One more request at once after this many in a row without a complaint. */
const WIDEN_AFTER = 20;

/** Seats for requests: how many run at once, and who waits. */
function createSeats(cap: number) {
	let ceiling = cap;
	let width = cap;
	let active = 0;
	let calm = 0;
	const waiting: Array<() => void> = [];
	const wake = () => {
		while (active < width && waiting.length > 0) {
			active += 1;
			waiting.shift()?.();
		}
	};
	return {
		take: async () =>
			await new Promise<void>((resolve) => {
				waiting.push(resolve);
				wake();
			}),
		free() {
			active -= 1;
			calm += 1;
			if (calm >= WIDEN_AFTER && width < ceiling) {
				width += 1;
				calm = 0;
			}
			wake();
		},
		narrow() {
			width = Math.max(1, Math.floor(width / 2));
			calm = 0;
		},
		recommend(recommended: number) {
			ceiling = Math.max(1, Math.min(cap, recommended));
			width = Math.min(width, ceiling);
		},
		width: () => width,
	};
}

/** A limiter of its own; use {@link limiterFor} to share one. */
export function createLimiter(cap: number, clock: Clock): Limiter {
	const seats = createSeats(cap);
	let pausedUntil = 0;
	/** Looked at again after each wait: another request may have lengthened the pause. */
	const pauseOver = async (signal?: AbortSignal) => {
		for (let rest = pausedUntil - clock.now(); rest > 0; rest = pausedUntil - clock.now()) {
			await clock.sleep(rest, signal);
		}
		signal?.throwIfAborted();
	};
	return {
		async enter(signal) {
			await seats.take();
			let entered = false;
			try {
				await pauseOver(signal);
				entered = true;
			} finally {
				if (!entered) seats.free();
			}
			return seats.free;
		},
		pause(ms) {
			pausedUntil = Math.max(pausedUntil, clock.now() + ms);
		},
		narrow: seats.narrow,
		recommend: seats.recommend,
		get width() {
			return seats.width();
		},
	};
}

const limiters = new Map<string, Limiter>();

/** The one limiter of a scope (org and credential) in this process. */
export function limiterFor(scope: string, cap: number, clock: Clock): Limiter {
	const known = limiters.get(scope);
	if (known) return known;
	const limiter = createLimiter(cap, clock);
	limiters.set(scope, limiter);
	return limiter;
}
