import { SyncError } from '../../core/errors';
import { waitMs } from '../../core/retry';
import type { RecordResult } from '../../core/results';
import type { FoundRecord, IndexedResult } from '../connector';
import { CancelledError } from '../retry';
import { createIntake, linked, type Doubt, type Sorted } from './intake';
import type { Work } from './passes';
import { done, type Job, type Sending } from './plan';
import { planInsert } from './planInsert';
import { comparedParts } from './planSlice';
import { preRead } from './preRead';
import { collectionsRoute } from './route';
import { BulkUnsupportedError, type Session } from './session';

/** What sending steps came to, beside the results that were yielded. */
export interface Delivered {
	/** To be planned anew: Salesforce was not as it was read. */
	readonly again: readonly Job[];
	/** Why the run must stop, if it must. */
	readonly stop?: unknown;
}

const KINDS = ['create', 'upsert', 'update', 'delete'] as const;

/** Sends steps, kind by kind, and yields the results that are final. Never throws: what stops the run is returned. */
export async function* deliver(
	work: Work,
	steps: readonly Sending[],
	partly: Sorted['partly'],
): AsyncGenerator<readonly IndexedResult[], Delivered> {
	const { session } = work;
	const intake = createIntake(work, steps, partly);
	let stop: unknown;
	try {
		for (const kind of KINDS) {
			const own = steps.filter((step) => step.kind === kind);
			if (own.length === 0) continue;
			for await (const batch of send(work, own)) yield intake.take(batch);
		}
		const proven = await prove(work, intake.doubts);
		intake.doubts.length = 0;
		yield proven;
	} catch (error) {
		stop = error;
	}
	const isAborted = session.signal?.aborted === true && !(stop instanceof SyncError);
	const isCancelled = stop instanceof CancelledError || isAborted;
	yield [...intake.doubts.map(({ last }) => last), ...intake.rest(isCancelled)];
	return { again: intake.again, ...(stop !== undefined && !isCancelled && { stop }) };
}

/** An object that Bulk does not know goes by Collections, now and for the rest of the write (4.4). */
async function* send(
	work: Work,
	steps: readonly Sending[],
): AsyncGenerator<readonly IndexedResult[]> {
	let failure: unknown;
	try {
		yield* work.route.send(work.session, steps);
		return;
	} catch (error) {
		failure = error;
	}
	if (!(failure instanceof BulkUnsupportedError)) throw failure;
	work.route = collectionsRoute();
	yield* work.route.send(work.session, steps);
}

/**
 * Looks up creates that got no answer, where there is a field to do so. What is found was created; what is not
 * may still be on its way and is not repeated here: the next run looks again before it sends (design R11).
 */
async function prove(work: Work, doubts: readonly Doubt[]): Promise<readonly IndexedResult[]> {
	if (doubts.length === 0) return [];
	const { session } = work;
	const { clock, signal, parentIds } = session;
	await clock.sleep(waitMs(1, clock.random(), undefined), signal);
	const jobs = doubts.map(({ job }) => ({ ...job, record: { ...job.record, redelivered: true } }));
	const found = await preRead(session, jobs);
	await parentIds.find(jobs.flatMap((job) => comparedParts(session, job)));
	return doubts.flatMap(({ job, last }, index) => {
		const result = proof(session, jobs[index], found[index]);
		return linked(work, job, result ? { ...last, result } : last);
	});
}

/** What a look-up proves about a create without an answer. */
function proof(
	session: Session,
	job: Job,
	found: readonly FoundRecord[],
): RecordResult | undefined {
	if (session.target.writeMode !== 'insert') {
		return found.length === 1
			? done(job, { status: 'created', id: found[0].id }).result
			: undefined;
	}
	const step = planInsert(session, job, found);
	return step.kind === 'done' && step.result.status !== 'unknown' ? step.result : undefined;
}
