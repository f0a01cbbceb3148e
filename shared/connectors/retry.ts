import { SyncError } from '../core/errors';
import { RETRY, backoffMs, isGatewayStatus, retryAfterMs, waitMs } from '../core/retry';
import type { Clock } from './clock';
import { ConnectionError, type HttpClient, type HttpRequest, type HttpResponse } from './http';
import type { Limiter } from './limiter';

/** A write was sent and no answer says whether it was carried out. Whoever sent it looks the records up. */
export class OutcomeUnknownError extends Error {
	readonly name = 'OutcomeUnknownError';
}

/** The run was cancelled; the request was not sent. */
export class CancelledError extends Error {
	readonly name = 'CancelledError';
}

/** How one request may be treated. */
export interface SendOptions {
	/** Sending it twice does no harm: reads, and nothing else unless the caller proved it. */
	readonly repeatable: boolean;
	/** It changes something although it is repeatable: on cancel it is left to finish, like all that is not. */
	readonly changes?: boolean;
	readonly signal?: AbortSignal;
	onRequest?(): void;
	/** A try went without an answer: it may have been carried out, whatever becomes of the next one. */
	onLost?(): void;
}

/** Sends with pacing and retry; resolves with any answer that is final. */
export type PacedSend = (request: HttpRequest, options: SendOptions) => Promise<HttpResponse>;

/** What a system adds to the shared rules. */
export interface Pacing {
	/** Its name in messages. */
	readonly system: string;
	readonly limiter: Limiter;
	readonly clock: Clock;
	/** True when a 429 complains about the number of requests at once. */
	tooManyAtOnce(response: HttpResponse): boolean;
	/** What a 429 says in the system's own words. */
	reasonOf?(response: HttpResponse): string;
	/** Called with every answer, for hints in its headers. */
	observe?(response: HttpResponse): void;
}

type Answer = { readonly kind: 'answer'; readonly response: HttpResponse };
type Attempt =
	Answer | { readonly kind: 'failed'; readonly sent: boolean; readonly cause: unknown };

/** Wraps a client with the shared limiter, throttling pauses, jittered retries and the cancel signal. */
export function pacedSend(http: HttpClient, pacing: Pacing): PacedSend {
	return async (request, options) => {
		let throttledMs = 0;
		let throttles = 0;
		for (let attempt = 0; ;) {
			const outcome = await attemptOnce(http, pacing, request, options);
			const asked = askedWait(outcome, pacing.clock.now());
			if (outcome.kind === 'answer' && outcome.response.status === 429) {
				throttledMs += slowDown(pacing, outcome.response, throttles++, asked);
				stopWhenOverBudget(pacing, outcome.response, throttledMs, asked);
				continue;
			}
			const lastTry = attempt >= RETRY.maxRetries;
			if (isFinal(outcome, options, lastTry)) return outcome.response;
			if (mayHaveArrived(outcome)) options.onLost?.();
			if (!mayRepeat(outcome, options)) throw new OutcomeUnknownError(lastWords(outcome));
			if (lastTry) throw unavailable(pacing.system, outcome);
			await sleep(pacing.clock, waitMs(attempt++, pacing.clock.random(), asked), options.signal);
		}
	};
}

async function attemptOnce(
	http: HttpClient,
	pacing: Pacing,
	request: HttpRequest,
	options: SendOptions,
): Promise<Attempt> {
	const leave = await enter(pacing.limiter, options.signal);
	try {
		options.onRequest?.();
		// A write under way is left to finish on cancel: cut off, its outcome would be unknown.
		const signal = options.repeatable && !options.changes ? options.signal : undefined;
		const response = await http({ ...request, signal });
		pacing.observe?.(response);
		return { kind: 'answer', response };
	} catch (error) {
		return failedAttempt(error);
	} finally {
		leave();
	}
}

/** Only a broken connection is worth another look; a refused credential, for one, is not. */
function failedAttempt(error: unknown): Attempt {
	if (!(error instanceof ConnectionError)) throw error;
	return { kind: 'failed', sent: error.sent, cause: error };
}

/**
 * A 500 is final for a write: the system itself answered, and its transaction is rolled back.
 * A read that keeps failing with 500 is handed back too, because its body says why.
 */
function isFinal(outcome: Attempt, options: SendOptions, lastTry: boolean): outcome is Answer {
	if (outcome.kind !== 'answer' || isGatewayStatus(outcome.response.status)) return false;
	return outcome.response.status !== 500 || !options.repeatable || lastTry;
}

function mayRepeat(outcome: Attempt, options: SendOptions): boolean {
	return options.repeatable || (outcome.kind === 'failed' && !outcome.sent);
}

const mayHaveArrived = (outcome: Attempt): boolean => outcome.kind === 'answer' || outcome.sent;

/** Pauses every worker of the credential, not only this one (dataverse section 6). Returns the wait. */
function slowDown(
	pacing: Pacing,
	response: HttpResponse,
	throttles: number,
	asked: number | undefined,
): number {
	if (pacing.tooManyAtOnce(response)) pacing.limiter.narrow();
	const random = pacing.clock.random();
	const pauseMs = asked === undefined ? 1000 + backoffMs(throttles, random) : asked;
	pacing.limiter.pause(pauseMs);
	return pauseMs;
}

function stopWhenOverBudget(
	{ system, reasonOf }: Pacing,
	response: HttpResponse,
	waited: number,
	asked: number | undefined,
): void {
	if (waited <= RETRY.waitBudgetMs) return;
	const reason = reasonOf ? `: ${reasonOf(response)}` : '';
	throw new SyncError(
		'limit',
		`${system} keeps refusing requests as too many (HTTP 429); gave up after the wait budget of ${RETRY.waitBudgetMs / 60_000} minutes${reason}`,
		{
			hint: 'Run again later: what was written stays written, the rest is still due.',
			retryAfterMs: asked,
		},
	);
}

function askedWait(outcome: Attempt, now: number): number | undefined {
	return outcome.kind === 'answer'
		? retryAfterMs(outcome.response.headers['retry-after'], now)
		: undefined;
}

function lastWords(outcome: Attempt): string {
	if (outcome.kind === 'answer') return `HTTP ${outcome.response.status} from a gateway`;
	return outcome.cause instanceof Error ? outcome.cause.message : 'the connection broke';
}

function unavailable(system: string, outcome: Attempt): SyncError {
	const cause = outcome.kind === 'failed' ? outcome.cause : undefined;
	return new SyncError(
		'unavailable',
		`${system} does not answer (${lastWords(outcome)}), also after ${RETRY.maxRetries} more tries`,
		{ hint: 'Check the environment URL and the service status, then run again.', cause },
	);
}

async function enter(limiter: Limiter, signal?: AbortSignal): Promise<() => void> {
	try {
		return await limiter.enter(signal);
	} catch (error) {
		throw signal?.aborted ? new CancelledError('The run was cancelled', { cause: error }) : error;
	}
}

async function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
	try {
		await clock.sleep(ms, signal);
	} catch (error) {
		throw signal?.aborted ? new CancelledError('The run was cancelled', { cause: error }) : error;
	}
}
