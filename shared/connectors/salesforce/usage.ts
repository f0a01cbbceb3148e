import { SyncError } from '../../core/errors';
import { count } from '../../core/words';
import { LIMITS } from './limits';
import { OPTION } from './optionNames';

/** How much of the organisation's daily API requests is used, as the answers of this run told. */
export interface Usage {
	/** Requests of this run, repeated ones included. */
	readonly calls: number;
	/** Of the organisation, by all who use it; undefined until an answer said so. */
	readonly used?: number;
	readonly limit?: number;
	/** Called before each request: throws SyncError `limit` when it may not be sent any more, unless it `concludes`. */
	admit(concludes?: boolean): void;
	/** Called with the headers of each answer. */
	observe(headers: Readonly<Record<string, string>>): void;
}

/** Where a run stops by itself. */
export interface UsageBounds {
	/** Percent of the daily requests (4.11). */
	readonly stopAtUsage?: number;
	readonly maxCalls?: number;
}

/** Only the organisation's own count: `per-app-api-usage` may follow it (T15). */
const ORG_USAGE = /(?:^|[;,])\s*api-usage=(\d+)\/(\d+)/;

/** Keeps the highest figures of a run: the header goes down as well as up (salesforce:T15). */
export function createUsage({
	stopAtUsage = LIMITS.stopAtUsage,
	maxCalls = Infinity,
}: UsageBounds = {}): Usage {
	let calls = 0;
	let seen: { readonly used: number; readonly limit: number } | undefined;
	return {
		get calls() {
			return calls;
		},
		get used() {
			return seen?.used;
		},
		get limit() {
			return seen?.limit;
		},
		admit(concludes) {
			if (!concludes && calls >= maxCalls) throw tooManyCalls(maxCalls);
			if (!concludes && seen && seen.used >= (seen.limit * stopAtUsage) / 100) {
				throw usedUp(seen.used, seen.limit, stopAtUsage);
			}
			calls += 1;
		},
		observe(headers) {
			const [, used, limit] = ORG_USAGE.exec(headers['sforce-limit-info'] ?? '') ?? [];
			if (used === undefined || !(Number(limit) > 0)) return;
			seen = { used: Math.max(seen?.used ?? 0, Number(used)), limit: Number(limit) };
		},
	};
}

const LATER = 'What was written stays written, the rest is still due.';

const tooManyCalls = (maxCalls: number): SyncError =>
	new SyncError(
		'limit',
		`The run has sent ${count(maxCalls)} requests to Salesforce, as many as the option ${OPTION.maxCalls} allows`,
		{ hint: `Raise the option or run again. ${LATER}` },
	);

const usedUp = (used: number, limit: number, stopAtUsage: number): SyncError =>
	new SyncError(
		'limit',
		`The Salesforce organisation has used ${count(used)} of its ${count(limit)} API requests of 24 hours; the run stops at ${stopAtUsage} %`,
		{
			hint: `Run again later, or raise the option ${OPTION.stopAtUsage}. ${LATER} Who uses the requests stands in Setup → Company Information.`,
		},
	);
