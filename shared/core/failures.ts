import { createHash } from 'node:crypto';

import type { Change, SyncRecord } from './record';
import type { RecordError, RecordResult } from './results';

/** The ledger entry of a record the destination did not take. */
export interface Failure {
	readonly key: string;
	readonly change: Change;
	/** Fingerprint of the version that failed: another one is tried at once. */
	readonly fingerprint: bigint;
	/**
	 * `notFound`: update only, and the destination has no such record; waits, but is no failure. `unknown`: sent
	 * without an answer, and cannot be repeated safely.
	 */
	readonly kind: 'rejected' | 'notFound' | 'unknown';
	readonly code: string;
	readonly message: string;
	/** Class, code and normalised text: the same error again means the same signature. */
	readonly signature: string;
	/** Runs in a row that ended with this signature. */
	readonly attempts: number;
	readonly firstRun: string;
	readonly lastRun: string;
	/** Milliseconds since the epoch before which the unchanged row is not offered. */
	readonly dueAt?: number;
	readonly parked: boolean;
}

export interface RunMoment {
	readonly run: string;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Runs with the same error after which a record is parked (design R7). */
	readonly parkAfter: number;
}

type Cause = Pick<RecordError, 'code' | 'category' | 'message'>;

const hour = 3_600_000;
/** A parked record is tried again after a day, so that a repaired destination is noticed. */
const parkedBackOffMs = 24 * hour;
const notFoundBackOffMs = hour;
const messageLength = 500;

/** The ledger after a refusal or an unknown outcome. Attempts rise once per run; transient errors never count. */
export function recordFailure(
	previous: Failure | undefined,
	failed: Pick<Failure, 'key' | 'change' | 'fingerprint' | 'kind'>,
	result: RecordResult,
	moment: RunMoment,
): Failure {
	const error: Cause = result.error ?? unexplained(result);
	const signature = signatureOf(error);
	const same = previous?.signature === signature ? previous : undefined;
	if (same?.lastRun === moment.run) return same;
	const counts = failed.kind !== 'notFound' && error.category !== 'transient';
	const attempts = (same?.attempts ?? 0) + 1;
	// A writer that cannot repeat safely says so with a final `unknown` (design R11).
	const parked = (counts && attempts >= moment.parkAfter) || failed.kind === 'unknown';
	const wait = parked ? parkedBackOffMs : notFoundWait(failed.kind, attempts);
	return {
		...failed,
		code: error.code,
		message: error.message.slice(0, messageLength),
		signature,
		attempts: counts || failed.kind === 'notFound' ? attempts : (previous?.attempts ?? 0),
		firstRun: previous?.firstRun ?? moment.run,
		lastRun: moment.run,
		...(wait > 0 && { dueAt: moment.now + wait }),
		parked,
	};
}

/** Whether a row with this fingerprint may be offered: it changed, or its waiting time is over. */
export function isDue(failure: Failure, fingerprint: bigint, now: number): boolean {
	return failure.fingerprint !== fingerprint || now >= (failure.dueAt ?? 0);
}

/** The message with the record's own values masked, so that the ledger keeps no customer data (design section 8). */
export function maskValues(message: string, record: SyncRecord): string {
	const values = Object.values(record)
		.map((value) => (typeof value === 'number' ? String(value) : value))
		.filter((value): value is string => typeof value === 'string' && value.trim().length >= 3)
		.sort((a, b) => b.length - a.length);
	return values.reduce((text, value) => text.split(value).join('•••'), message);
}

function notFoundWait(kind: Failure['kind'], attempts: number): number {
	return kind === 'notFound'
		? Math.min(notFoundBackOffMs * 2 ** (attempts - 1), parkedBackOffMs)
		: 0;
}

function signatureOf(error: Cause): string {
	const text = error.message
		.toLowerCase()
		.replace(/'[^']*'|"[^"]*"|•••/g, '?')
		.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, '#');
	return createHash('sha1')
		.update(`${error.category}|${error.code}|${text}`)
		.digest('hex')
		.slice(0, 16);
}

function unexplained(result: RecordResult): Cause {
	const message =
		result.reason === 'notFound'
			? 'The destination has no record with this key'
			: 'The destination gave no reason';
	return { code: result.reason ?? result.status, category: 'data', message };
}
