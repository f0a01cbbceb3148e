import { retryAfterMs, waitMs } from '../../core/retry';
import { SyncError } from '../../core/errors';
import type { RecordError } from '../../core/results';
import type { HttpResponse } from '../http';
import { OutcomeUnknownError } from '../retry';
import { stopFor } from './api';
import type { BatchPart } from './batch';
import { classify, recordError, type FaultClass } from './errorClasses';
import { faultOf, isLost, requestIdOf, type Fault } from './errors';
import { isCreatedUnseen, ownIdOf } from './elastic';
import { LIMITS } from './limits';
import { optionHint } from './options';
import { rowSegment } from './partition';
import { STATUS, type Job, type Sending } from './plan';
import { settle, settleUnknown, type Outcomes, type Session } from './session';

/** What is left after sending: to be planned anew, or without a known outcome. */
export interface Sent {
	readonly again: readonly Job[];
	readonly unknown: readonly Sending[];
}

type Verdict = 'settled' | 'again' | 'unknown' | 'retry' | { readonly denied: Fault };

/** Sends steps as one `$batch` that goes on after errors: one answer per record (dataverse 4.4). */
export async function sendBatch(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
	tries = 0,
): Promise<Sent> {
	const { api, headers } = session;
	const sent = await api
		.batch(
			steps.map((step) => partOf(session, step)),
			false,
			// Parts carry them too; which of the two counts for the caller is written nowhere (4.4).
			headers,
		)
		.catch((error: unknown) => unanswered(error));
	if (!sent) return allUnknown(steps, outcomes);
	const { parts } = sent;
	if (!parts) return await refusedWhole(session, steps, outcomes, faultOf(sent.response));
	const verdicts = steps.map((step, index) => judge(session, step, outcomes, parts[index]));
	stopIfAllDenied(session, steps, outcomes, verdicts);
	const having = (wanted: Verdict) => steps.filter((_, index) => verdicts[index] === wanted);
	const retry = having('retry');
	const unknown = having('unknown');
	// The server bore that many, whatever it thinks of single rows: bad rows keep no run small (4.9).
	if (retry.length + unknown.length === 0) session.size.succeeded();
	const rest =
		retry.length === 0 ? NOTHING : await sendAgain(session, retry, outcomes, { parts, tries });
	return {
		again: [...having('again').map((step) => step.job), ...rest.again],
		unknown: [...unknown, ...rest.unknown],
	};
}

const NOTHING: Sent = { again: [], unknown: [] };

function unanswered(error: unknown): undefined {
	if (!(error instanceof OutcomeUnknownError)) throw error;
	return undefined;
}

function allUnknown(steps: readonly Sending[], outcomes: Outcomes): Sent {
	for (const step of steps) settleUnknown(outcomes, step);
	return { again: [], unknown: steps };
}

/** Rows are always addressed by GUID; a bare PATCH would create (T-05), hence If-Match. */
function partOf({ api, table, headers }: Session, step: Sending): BatchPart {
	if (step.kind === 'create') {
		const url = api.url(table.entitySet);
		return { method: 'POST', url, headers, body: JSON.stringify(step.body) };
	}
	const url = api.url(`${table.entitySet}(${rowSegment(table, step)})`);
	const guarded = { ...headers, 'If-Match': step.version ?? '*' };
	if (step.kind === 'update')
		return { method: 'PATCH', url, headers: guarded, body: JSON.stringify(step.body) };
	return { method: 'DELETE', url, headers: step.version === undefined ? headers : guarded };
}

/** Settles one record by its part of the answer, or says what remains to be done about it. */
function judge(
	session: Session,
	step: Sending,
	outcomes: Outcomes,
	part: HttpResponse | undefined,
): Verdict {
	if (!part || [408, 502, 503, 504].includes(part.status)) {
		settleUnknown(outcomes, step);
		return 'unknown';
	}
	if (part.status < 300) {
		settle(outcomes, step, successOf(step, part));
		session.written += 1;
		return 'settled';
	}
	const fault = faultOf(part);
	const kind = classify(fault);
	const verdict = judgeFault(session, step, outcomes, { fault, kind });
	if (verdict !== undefined) return verdict;
	settle(outcomes, step, {
		status: 'rejected',
		...(step.kind === 'create' ? {} : { id: step.id }),
		error: refusal(session, fault),
		...(requestIdOf(part) ? { requestId: requestIdOf(part) } : {}),
	});
	return WHOLE_ROLE.has(fault.code) || kind === 'config' ? { denied: fault } : 'settled';
}

/** Faults that are not simply a rejection; undefined for those that are. */
function judgeFault(
	session: Session,
	step: Sending,
	outcomes: Outcomes,
	{ fault, kind }: { readonly fault: Fault; readonly kind: FaultClass },
): Verdict | undefined {
	if (kind === 'throttle' || kind === 'transient' || kind === 'size') {
		settle(outcomes, step, { status: 'rejected', error: recordError(fault) });
		return 'retry';
	}
	if (step.kind !== 'create' && step.version && (kind === 'conflict' || kind === 'race')) {
		settle(outcomes, step, { status: 'rejected', id: step.id, error: CHANGED_MEANWHILE });
		return step.job.round < LIMITS.conflictTries ? 'again' : 'settled';
	}
	const removal = step.kind === 'delete' || step.job.record.change === 'removed';
	const { writeMode } = session.target;
	if (kind === 'notFound' && step.kind !== 'create' && concernsRow(fault, step.id)) {
		if (writeMode === 'upsert' && !removal && step.job.round === 0) return 'again';
		settle(outcomes, step, { status: 'skipped', reason: removal ? 'gone' : 'notFound' });
		return 'settled';
	}
	const raced = (kind === 'duplicate' && fault.code !== DUPLICATE_RULE) || kind === 'race';
	if (raced && step.kind === 'create' && isCreatedUnseen(session, step.job)) {
		settle(outcomes, step, { status: 'created', id: ownIdOf(session.table, step.job) });
		return 'settled';
	}
	if (raced && step.kind === 'create' && writeMode === 'upsert' && step.job.round === 0) {
		settle(outcomes, step, { status: 'rejected', error: recordError(fault) });
		return 'again';
	}
	return undefined;
}

/** A duplicate detection rule found another row: looking the key up again changes nothing. */
const DUPLICATE_RULE = '0x80040333';

const CHANGED_MEANWHILE: RecordError = {
	code: 'changedMeanwhile',
	category: 'conflict',
	message: 'Somebody changed this row again and again while it was compared and written',
	retryable: true,
	hint: 'The next run compares it anew. If it happens often, run when the row is at rest, or switch Check Version off.',
};

/** The error of one record; what an option needs is named before what the table needs. */
function refusal({ options }: Session, fault: Fault): RecordError {
	const error = recordError(fault);
	const hint = optionHint(options, fault) ?? error.hint;
	return hint === undefined ? error : { ...error, hint };
}

const stop = ({ table, options }: Session, fault: Fault) =>
	stopFor(fault, `write to the table "${table.name}"`, optionHint(options, fault));

/** "Not found" may also mean a record that a lookup points at, and a code may be missing (T-09, T-26). */
const concernsRow = ({ code, message }: Fault, id: string): boolean =>
	message.toLowerCase().includes(id.toLowerCase()) || (code === '' && !SOME_ID.test(message));

const SOME_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

function successOf(step: Sending, part: HttpResponse) {
	if (step.kind !== 'create') return { status: STATUS[step.kind], id: step.id };
	const id = /\(([0-9a-f-]{36})\)\s*$/i.exec(part.headers['odata-entityid'] ?? '')?.[1];
	return { status: 'created', ...(id ? { id: id.toLowerCase() } : {}) } as const;
}

/** Codes that speak about the role or the user, not about one row. */
const WHOLE_ROLE: ReadonlySet<string> = new Set([
	'0x80040220',
	'0x80040231',
	'0x80042f09',
	'0x80072560',
	'0x8004a110',
]);

/** A missing privilege hits every row: the run stops, and its records stay due without a failure. */
function stopIfAllDenied(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
	verdicts: readonly Verdict[],
): void {
	const denied = verdicts.flatMap((verdict) =>
		typeof verdict === 'object' ? [verdict.denied] : [],
	);
	if (denied.length < steps.length || (steps.length === 1 && session.written > 0)) return;
	for (const step of steps) outcomes.delete(step.job.index);
	throw stop(session, denied[0]);
}

/** The envelope was refused: too big is halved; otherwise one record's text may be to blame, found by halving too. */
async function refusedWhole(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
	fault: Fault,
): Promise<Sent> {
	if (fault.status === 401)
		throw new SyncError('auth', 'Dynamics 365 refused the token (HTTP 401)');
	if (isLost(fault)) return allUnknown(steps, outcomes);
	const kind = classify(fault);
	const aboutContent = kind === 'size' || fault.status === 400;
	if (kind === 'privilege' || kind === 'config' || (!fault.spoken && !aboutContent)) {
		throw stop(session, fault);
	}
	if (steps.length === 1) {
		settle(outcomes, steps[0], { status: 'rejected', error: recordError(fault) });
		return NOTHING;
	}
	session.size.tooBig();
	const middle = Math.ceil(steps.length / 2);
	const first = await sendBatch(session, steps.slice(0, middle), outcomes);
	const second = await sendBatch(session, steps.slice(middle), outcomes);
	return {
		again: [...first.again, ...second.again],
		unknown: [...first.unknown, ...second.unknown],
	};
}

/** Throttled or momentarily failed parts, sent once more by themselves after the wait they asked for. */
async function sendAgain(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
	past: { readonly parts: readonly HttpResponse[]; readonly tries: number },
): Promise<Sent> {
	if (past.tries >= LIMITS.transientTries) return NOTHING;
	const asked = past.parts.flatMap((part) =>
		part.status === 429
			? (retryAfterMs(part.headers['retry-after'], session.clock.now()) ?? [])
			: [],
	);
	const longest = asked.length > 0 ? Math.max(...asked) : undefined;
	session.limiter.pause(waitMs(past.tries, session.clock.random(), longest));
	return await sendBatch(session, steps, outcomes, past.tries + 1);
}
