import { SyncError } from '../../core/errors';
import { waitMs } from '../../core/retry';
import type { IndexedResult } from '../connector';
import type { HttpResponse } from '../http';
import { parseJson } from '../json';
import { limiterFor } from '../limiter';
import { notAttempted } from '../outcomes';
import { CancelledError, OutcomeUnknownError } from '../retry';
import type { Api } from './api';
import { judgeTogether } from './allOrNone';
import { callsOf, requestOf, type Call } from './collectionCalls';
import { judgeCall, sortRows, type Verdicts } from './collectionRows';
import { isolate } from './isolate';
import type { Sending } from './plan';
import { unknownResult, type Session } from './session';

const KINDS = ['create', 'upsert', 'update', 'delete'] as const;

/** Sends steps by sObject Collections, one call at a time (salesforce 4.2, section 6). */
export async function* sendCollections(
	session: Session,
	steps: readonly Sending[],
): AsyncGenerator<readonly IndexedResult[]> {
	for (const kind of KINDS) {
		const own = steps.filter((step) => step.kind === kind);
		for (const call of callsOf(session, own)) {
			if (session.signal?.aborted) yield notAttempted(call.steps.map(({ job }) => job.index));
			else yield* sendCall(session, call, 0);
		}
	}
}

/**
 * Sends one call, and its rows again as far as that is worth it. `isPerhapsDone`: it was sent before, and no answer
 * tells that it was not carried out.
 */
export async function* sendCall(
	session: Session,
	call: Call,
	tries: number,
	isPerhapsDone = false,
): AsyncGenerator<readonly IndexedResult[]> {
	const { response, stop } = await answerTo(session, call, isPerhapsDone);
	const entries = response && entriesOf(response, call.steps.length);
	if (entries) {
		const { written, refused } = sortRows(call, entries);
		// Judging the others may take requests of its own, and these may fail.
		yield written;
		const judge = session.options.allOrNone ? judgeTogether : judgeCall;
		const verdicts = await judge(session, call, refused, tries);
		yield verdicts.known;
		if (verdicts.stop) throw verdicts.stop;
		yield* sendAgain(session, verdicts, tries);
	} else if (response && response.status >= 300) {
		yield* isolate(session, call, response);
	} else if (stop === undefined && mayRepeat(session, call) && tries === 0) {
		// An answer that is cut short: what was sent does no harm twice.
		yield* sendCall(session, call, tries + 1, true);
	} else {
		yield call.steps.map((step) => unknownResult(session, step));
		const reason = stop ?? silenceOf(session);
		if (reason !== undefined) throw reason;
	}
}

/** Calls in a row, per run, that nobody answered. */
const silences = new WeakMap<Api, number>();

/** One call without an answer may be bad luck; another one, and more records would only be doubtful too. */
const SILENT_CALLS = 2;

function silenceOf({ api, sobject }: Session): SyncError | undefined {
	const count = (silences.get(api) ?? 0) + 1;
	silences.set(api, count);
	if (count < SILENT_CALLS) return undefined;
	return new SyncError(
		'unavailable',
		`Salesforce did not answer ${count} calls in a row that wrote to the object "${sobject.name}"`,
		{
			hint: 'Check the status of the instance (status.salesforce.com), then run again: what was not sent is still due.',
		},
	);
}

const mayRepeat = ({ signal }: Session, { steps }: Call): boolean =>
	steps[0].kind !== 'create' && signal?.aborted !== true;

interface Answer {
	/** None: sent, and nobody knows what became of it. */
	readonly response?: HttpResponse;
	/** Why nothing more is to be sent. */
	readonly stop?: SyncError;
}

/** Parallel calls on one object lock each other's rows, so all runs of this process take turns (section 6). */
async function answerTo(session: Session, call: Call, isRepeated: boolean): Promise<Answer> {
	const { api, sobject, clock, signal, lost } = session;
	const turn = limiterFor(`collections ${api.scope} ${sobject.name}`, 1, clock);
	const leave = await turn.enter(signal).catch(() => undefined);
	if (!leave) return unanswered(new CancelledError('The run was cancelled'), isRepeated);
	const request = requestOf(session, call);
	const lose = () => call.steps.forEach(({ job }) => lost.add(job.index));
	if (isRepeated) lose();
	let isPerhapsDone = isRepeated;
	const onLost = () => {
		isPerhapsDone = true;
		lose();
	};
	try {
		const response = await api.exchange({ ...request, onLost });
		// A failure of Salesforce itself may have come after the commit (section 5).
		if (response.status >= 500 && !request.repeatable) return {};
		silences.delete(api);
		return { response };
	} catch (error) {
		// What may not be repeated failed before it was carried out, or its outcome is unknown by name.
		return unanswered(error, isPerhapsDone);
	} finally {
		leave();
	}
}

/** Repeated in vain, until a cancel, or until a limit was met: what the tries came to is not known. */
function unanswered(error: unknown, isPerhapsDone: boolean): Answer {
	if (error instanceof OutcomeUnknownError) return {};
	if (isPerhapsDone && error instanceof CancelledError) return {};
	if (isPerhapsDone && error instanceof SyncError) return { stop: error };
	throw error;
}

/** One entry per record, in their order; undefined for any other answer. */
function entriesOf({ status, body }: HttpResponse, count: number): readonly unknown[] | undefined {
	const parsed = status === 200 || status === 201 ? parseJson(body) : undefined;
	return Array.isArray(parsed) && parsed.length === count ? parsed : undefined;
}

/** Sizes of the calls in which rows are tried again, smaller each time (section 5). */
const SMALLER = [50, 10, 1] as const;

async function* sendAgain(
	session: Session,
	{ again, changed }: Verdicts,
	tries: number,
): AsyncGenerator<readonly IndexedResult[]> {
	for (const call of callsOf(session, changed)) yield* sendCall(session, call, tries);
	if (again.length === 0) return;
	const { clock, signal, options } = session;
	await clock.sleep(waitMs(tries + 1, clock.random(), undefined), signal);
	const most = options.allOrNone ? Infinity : SMALLER[Math.min(tries, SMALLER.length - 1)];
	for (const call of callsOf(session, again, most)) {
		yield* sendCall(session, call, tries + 1);
	}
}
