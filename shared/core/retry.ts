/** How often and how long to try again: named so that every connector waits alike (design section 6). */
export const RETRY = {
	/** Tries after the first one, for answers that are worth repeating. */
	maxRetries: 5,
	firstDelayMs: 500,
	/** Cap of one jittered wait; a longer Retry-After of the system is honoured in full. */
	maxDelayMs: 30_000,
	/** A request waits this long for throttling to end, then the run stops (dataverse section 6). */
	waitBudgetMs: 15 * 60_000,
} as const;

/** The gateway answered in place of the system: whether the request was carried out is not known. */
export const isGatewayStatus = (status: number): boolean =>
	status === 408 || (status >= 502 && status <= 504);

/** Milliseconds a Retry-After header asks for, given as seconds or as an HTTP date. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
	const text = header?.trim();
	if (!text) return undefined;
	if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
	const date = Date.parse(text);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Full jitter: a random wait below a doubling, capped ceiling, so that workers do not return together. */
export function backoffMs(attempt: number, random: number): number {
	const ceiling = Math.min(RETRY.maxDelayMs, RETRY.firstDelayMs * 2 ** attempt);
	return Math.floor(random * ceiling);
}

/** The wait before try number `attempt + 1`: never earlier than the system asked for. */
export const waitMs = (attempt: number, random: number, asked: number | undefined): number =>
	asked === undefined ? backoffMs(attempt, random) : asked + backoffMs(0, random);
