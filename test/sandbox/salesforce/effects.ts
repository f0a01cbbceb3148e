import type { ApiResponse } from './org';
import { Refusal, RowRefusal } from './refusal';

/** What a fault does (salesforce:S25). Effects marked row strike single written rows. */
export type Effect =
	/** Answer without doing anything, or after having done it. */
	| {
			kind: 'respond';
			status: number;
			body?: string;
			headers?: Record<string, string>;
			afterCommit?: boolean;
	  }
	/** A gateway's HTML, its content type with or without a charset (J14). */
	| { kind: 'gateway'; status?: 502 | 504; charset?: boolean; afterCommit?: boolean }
	/** 500 or 503 of Salesforce itself, in JSON. */
	| { kind: 'unavailable'; status: 500 | 503; afterCommit?: boolean }
	/** Close the socket. */
	| { kind: 'reset'; when: 'beforeCommit' | 'afterCommit' }
	/** Do it, and answer late. */
	| { kind: 'slow'; ms: number }
	/** Do it, and send only the first part of the answer (default: half); `abort` drops the connection there. */
	| { kind: 'truncate'; keep?: number; abort?: boolean }
	/** 401 for this request; the two other reasons are what no refresh cures (1.6). */
	| { kind: 'session'; reason?: 'expired' | 'highAssurance' | 'agent' }
	/** 401 until a new token is fetched. */
	| { kind: 'revokedToken' }
	/** 403 of the daily quota, or of long requests in parallel. */
	| { kind: 'quota'; limit: 'total' | 'concurrent' }
	/** 429. */
	| { kind: 'throttle'; retryAfter?: number }
	/** 420, or 401 by U16, from here on: the organisation is suspended. */
	| { kind: 'expired' }
	/** The token endpoint leaves `instance_url` out. */
	| { kind: 'noInstanceUrl' }
	/** The token endpoint answers 400 `invalid_grant`. */
	| { kind: 'invalidGrant'; description?: string }
	/** UNABLE_TO_LOCK_ROW for this row, or for every nth one (row). */
	| { kind: 'lockRow'; every?: number }
	/** An Apex limit, for all rows of a call or trigger chunk with more than so many (row). */
	| { kind: 'apexLimit'; limit: 'cpu' | 'soql' | 'heap'; above: number }
	/** Any other row error (row). */
	| { kind: 'rowError'; statusCode: string; message: string; fields?: readonly string[] }
	/** On the request that starts a bulk job: it stays InProgress for ever, the first rows written. */
	| { kind: 'jobStuck'; afterRows?: number }
	/** On the request that starts a bulk job: it ends Failed, the first rows written. */
	| { kind: 'jobFailed'; message?: string; afterRows?: number };

const sessionTexts = {
	expired: 'Session expired or invalid',
	highAssurance: 'This session is not valid for use with the REST API',
	agent: 'Connected app is not attached to Agent',
} as const;

/** 401 `INVALID_SESSION_ID`, with one of its texts (1.6). */
export const invalidSession = (reason: keyof typeof sessionTexts = 'expired'): Refusal =>
	new Refusal(401, 'INVALID_SESSION_ID', sessionTexts[reason]);

const quotaTexts = {
	total: 'TotalRequests Limit exceeded.',
	concurrent: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
} as const;

/** 403 `REQUEST_LIMIT_EXCEEDED`, whose text tells the daily quota from concurrency (T14). */
export const quotaExceeded = (limit: keyof typeof quotaTexts): Refusal =>
	new Refusal(403, 'REQUEST_LIMIT_EXCEEDED', quotaTexts[limit]);

/** What a suspended or expired organisation answers, by U16. */
export const orgExpired = (status: 420 | 401): Refusal =>
	status === 401
		? invalidSession()
		: new Refusal(420, 'ORG_EXPIRED', 'The organization is suspended or has expired.');

const unavailable = {
	500: new Refusal(500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred.'),
	503: new Refusal(503, 'SERVER_UNAVAILABLE', 'The server is temporarily unavailable.'),
} as const;

/** The refusal an effect stands for, or undefined for effects on the connection, the token or a row. */
export function effectRefusal(effect: Effect): Refusal | undefined {
	switch (effect.kind) {
		case 'session':
			return invalidSession(effect.reason);
		case 'quota':
			return quotaExceeded(effect.limit);
		case 'unavailable':
			return unavailable[effect.status];
		case 'throttle':
			return new Refusal(429, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests.', {
				headers: { 'Retry-After': String(effect.retryAfter ?? 1) },
			});
		default:
			return undefined;
	}
}

/** An answer that an effect writes word for word, before or after the work. */
export function effectAnswer(effect: Effect): ApiResponse | undefined {
	if (effect.kind === 'respond') {
		return {
			status: effect.status,
			headers: effect.headers ?? { 'Content-Type': 'application/json' },
			body: effect.body ?? '',
		};
	}
	if (effect.kind !== 'gateway') return undefined;
	const status = effect.status ?? 502;
	return {
		status,
		headers: { 'Content-Type': effect.charset === true ? 'text/html; charset=utf-8' : 'text/html' },
		body: `<html><head><title>${status}</title></head><body><h1>${status} Gateway</h1></body></html>`,
	};
}

const apexTexts = {
	cpu: 'Apex CPU time limit exceeded',
	soql: 'Too many SOQL queries: 101',
	heap: 'Apex heap size too large: 6291460',
} as const;

/** The error an effect gives a row in a call or chunk of `size` rows, if any. */
export function rowEffect(effect: Effect, object: string, size: number): RowRefusal | undefined {
	if (effect.kind === 'rowError') {
		return new RowRefusal(effect.statusCode, effect.message, effect.fields);
	}
	if (effect.kind === 'lockRow') {
		return new RowRefusal('UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record');
	}
	if (effect.kind === 'apexLimit' && size > effect.above) {
		return new RowRefusal(
			'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
			`${object}Trigger: System.LimitException: ${apexTexts[effect.limit]}`,
		);
	}
	return undefined;
}
