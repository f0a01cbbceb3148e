import { SyncError } from '../../core/errors';
import type { RecordError } from '../../core/results';
import type { IndexedResult } from '../connector';
import { CancelledError } from '../retry';
import { sendBulk } from './bulk';
import { planSending } from './planned';
import { planJob, type Job, type Sending, type Step } from './plan';
import { preRead } from './preRead';
import { prove } from './prove';
import { sendBatch, type Sent } from './sendBatch';
import type { Outcomes, Session } from './session';
import { sendUpserts } from './upsert';

/** What a slice came to: results, and why the run must stop, if it must. */
export interface SliceOutcome {
	readonly results: readonly IndexedResult[];
	readonly stop?: unknown;
}

/** Writes a slice of jobs. Never rejects: what is known when something breaks is returned with the reason. */
export async function writeSlice(session: Session, jobs: readonly Job[]): Promise<SliceOutcome> {
	const outcomes: Outcomes = new Map();
	const stop = await writeJobs(session, jobs, outcomes).catch((error: unknown) => error);
	const cancelled = stop instanceof CancelledError || (stop && session.signal?.aborted);
	if (cancelled && !(stop instanceof SyncError)) {
		for (const { index } of jobs) {
			if (!outcomes.has(index)) outcomes.set(index, { status: 'notAttempted' });
		}
		return { results: resultsOf(outcomes) };
	}
	return { results: resultsOf(outcomes), ...(stop ? { stop } : {}) };
}

const resultsOf = (outcomes: Outcomes): IndexedResult[] =>
	[...outcomes].map(([index, result]) => ({ index, result })).sort((a, b) => a.index - b.index);

async function writeJobs(
	session: Session,
	jobs: readonly Job[],
	outcomes: Outcomes,
): Promise<void> {
	const steps = await planAll(session, await sendUpserts(session, jobs, outcomes));
	const sending: Sending[] = [];
	for (const step of steps.map((one) => claim(session, one))) {
		if (step.kind === 'done') outcomes.set(step.job.index, step.result);
		else sending.push(step);
	}
	if (session.preview) {
		planSending(session, sending, outcomes);
		return;
	}
	// Slices that only read may grow like those that were written well.
	if (sending.length === 0) session.size.succeeded();
	const sent = await sendAll(session, sending, outcomes);
	const unproven = await prove(session, sent.unknown, outcomes);
	const next = [...sent.again, ...unproven].map((job) => ({ ...job, round: job.round + 1 }));
	if (next.length > 0) await writeJobs(session, next, outcomes);
}

async function planAll(session: Session, jobs: readonly Job[]): Promise<Step[]> {
	const { target, preview, table } = session;
	// A removal goes by the remembered id, or by policy not at all: nothing to look up then, unless to tell what it
	// would do, or where an id alone does not lead to its row.
	const direct = ({ record }: Job) =>
		record.change === 'removed' &&
		(target.removedRecords === 'skip' || (record.id !== undefined && !preview && !table.elastic));
	const found = await preRead(
		session,
		jobs.filter((job) => !direct(job)),
	);
	let next = 0;
	return jobs.map((job) => {
		if (!direct(job)) return planJob(job, found[next++], session);
		const id = job.record.id;
		return planJob(job, id ? { exact: { id, record: {} } } : {}, session);
	});
}

/** Two records for one row: the second is refused, because a bulk update would drop it silently (T-04). */
function claim(session: Session, step: Step): Step {
	if (step.kind !== 'update' && step.kind !== 'delete') return step;
	const holder = session.claims.get(step.id);
	if (holder === undefined || holder === step.job.index) {
		session.claims.set(step.id, step.job.index);
		return step;
	}
	return {
		kind: 'done',
		job: step.job,
		result: { status: 'rejected', id: step.id, error: CLAIMED },
	};
}

const CLAIMED: RecordError = {
	code: 'duplicateKey',
	category: 'duplicate',
	message: 'Another record of the input leads to the same record in Dynamics 365',
	retryable: false,
	hint: 'Keep one record per key.',
};

async function sendAll(
	session: Session,
	sending: readonly Sending[],
	outcomes: Outcomes,
): Promise<Sent> {
	const again: Job[] = [];
	const unknown: Sending[] = [];
	for (const kind of ['create', 'update', 'delete'] as const) {
		const steps = sending.filter((step) => step.kind === kind);
		if (steps.length === 0) continue;
		// Bulk messages know no versions (4.5).
		const isVersioned = kind !== 'create' && session.target.checkVersion;
		const sent = await (isVersioned ? sendBatch : sendBulk)(session, steps, outcomes);
		again.push(...sent.again);
		unknown.push(...sent.unknown);
	}
	return { again, unknown };
}
