import type { Clock } from '../clock';
import type { ThrottleLimit } from './effects';
import { throttled } from './effects';
import type { ODataError } from './odataError';

/** Service protection limits, per user and per web server (contract 6). */
export interface Limits {
	requests: number;
	executionMs: number;
	concurrency: number;
	windowMs: number;
	/** Simulated execution time of one request, beside what it really took. */
	requestCostMs: number;
	/** Simulated web servers; the affinity cookie picks one. */
	servers: number;
}

export const DEFAULT_LIMITS: Limits = {
	requests: 6000,
	executionMs: 1_200_000,
	concurrency: 52,
	windowMs: 300_000,
	requestCostMs: 0,
	servers: 1,
};

interface Done {
	readonly at: number;
	readonly cost: number;
}

class WebServer {
	#done: Done[] = [];
	#cost = 0;
	#running = 0;
	#penalty = 0;

	constructor(
		private readonly limits: Limits,
		private readonly clock: Clock,
	) {}

	#forget(): void {
		const from = this.clock.now() - this.limits.windowMs;
		let old = 0;
		for (; old < this.#done.length && (this.#done[old]?.at ?? 0) <= from; old += 1) {
			this.#cost -= this.#done[old]?.cost ?? 0;
		}
		if (old > 0) this.#done = this.#done.slice(old);
	}

	/** Continuing to push makes the wait longer. */
	#wait(): number {
		this.#penalty += 1;
		const oldest = this.#done[0]?.at ?? this.clock.now();
		const free = (oldest + this.limits.windowMs - this.clock.now()) / 1000;
		return Math.max(1, Math.ceil(free)) + this.#penalty - 1;
	}

	/** Admits a request or gives the reason not to; concurrency bites at once, the others after the window is full. */
	enter(): ODataError | undefined {
		this.#forget();
		const { requests, executionMs, concurrency } = this.limits;
		let limit: [ThrottleLimit, number] | undefined;
		if (this.#running >= concurrency) limit = ['concurrency', concurrency];
		else if (this.#done.length >= requests) limit = ['requests', requests];
		else if (this.#cost >= executionMs) limit = ['time', executionMs];
		if (limit !== undefined) {
			const seconds = limit[0] === 'concurrency' ? 1 + this.#penalty++ : this.#wait();
			return throttled(limit[0], limit[1], seconds);
		}
		this.#penalty = 0;
		this.#running += 1;
		return undefined;
	}

	leave(tookMs: number): void {
		const cost = tookMs + this.limits.requestCostMs;
		this.#running -= 1;
		this.#cost += cost;
		this.#done.push({ at: this.clock.now(), cost });
	}

	headers(): Record<string, string> {
		const seconds = Math.max(0, this.limits.executionMs - this.#cost) / 1000;
		return {
			'x-ms-ratelimit-burst-remaining-xrm-requests': String(
				Math.max(0, this.limits.requests - this.#done.length - 1),
			),
			'x-ms-ratelimit-time-remaining-xrm-requests': seconds.toLocaleString('en-US', {
				minimumFractionDigits: 1,
				maximumFractionDigits: 1,
			}),
		};
	}
}

/** The web servers behind the organisation's name (S-32). */
export class Throttle {
	#servers: WebServer[] = [];
	#next = 0;

	constructor(
		readonly limits: Limits,
		private readonly clock: Clock,
	) {}

	/** The server a request lands on: that of its cookie, else the next in turn. */
	pick(cookie: string | undefined): { readonly index: number; readonly server: WebServer } {
		const pinned = /ARRAffinity=server(\d+)/.exec(cookie ?? '')?.[1];
		const count = Math.max(1, this.limits.servers);
		const index = (pinned === undefined ? this.#next++ : Number(pinned)) % count;
		this.#servers[index] ??= new WebServer(this.limits, this.clock);
		return { index, server: this.#servers[index] };
	}

	clear(): void {
		this.#servers = [];
		this.#next = 0;
	}
}
