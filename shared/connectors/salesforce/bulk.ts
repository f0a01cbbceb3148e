import { SyncError } from '../../core/errors';
import { count, counted } from '../../core/words';
import type { IndexedResult } from '../connector';
import { notAttempted, onlyCancelled } from '../outcomes';
import { collectResults, type Collected } from './bulkCollect';
import { groupForBulk, type BulkGroup } from './bulkGroups';
import { awaitJob, isAtWork, isEnded, startJob, type BulkJob, type Started } from './bulkJob';
import { BULK } from './bulkLimits';
import { infoOf, loadJob, orGiveUp, type LoadedJob } from './bulkLoad';
import { isMisconfigured, pendingResult, stopOf, tooSlow } from './bulkOutcome';
import { pairing, type Pairing } from './bulkPairing';
import { sendCollections } from './collections';
import { LIMITS } from './limits';
import type { Sending } from './plan';
import { PERHAPS_STARTED } from './report';
import type { Session } from './session';

/**
 * Sends steps of one kind by Bulk API 2.0, one job after another. What CSV cannot tell, what is too little to be
 * worth a job, and rows that are worth another try go by Collections afterwards.
 */
export async function* sendBulk(
	session: Session,
	steps: readonly Sending[],
): AsyncGenerator<readonly IndexedResult[]> {
	if (steps.length === 0) return;
	const { groups, aside } = await groupForBulk(session.sobject, steps);
	const jobs = groups.filter((group) => isWorthJob(session, group));
	let rest = [...aside, ...groups.filter((group) => !jobs.includes(group)).flatMap(stepsOf)];
	for (const group of jobs) {
		rest = [...rest, ...(yield* sendGroup(session, group))];
	}
	if (rest.length === 0) return;
	if (session.signal?.aborted) yield notAttempted(rest.map(({ job }) => job.index));
	else yield* sendCollections(session, rest);
}

const stepsOf = ({ steps }: BulkGroup): readonly Sending[] => steps;

const isWorthJob = ({ options }: Session, { steps }: BulkGroup): boolean =>
	options.api === 'bulk' || steps.length > LIMITS.collectionsUpTo;

/** Sends a group in as many jobs as it takes; returns the steps that are left to send. */
async function* sendGroup(
	session: Session,
	group: BulkGroup,
): AsyncGenerator<readonly IndexedResult[], readonly Sending[]> {
	const { steps } = group;
	let rest: readonly Sending[] = [];
	for (let from = 0; from < steps.length;) {
		const isOver = session.signal?.aborted;
		const begun = isOver ? undefined : await beginJob(session, group, from).catch(onlyCancelled);
		if (!begun) return [...rest, ...steps.slice(from)];
		const { job, doubt } = begun;
		const sent = { ...group, steps: steps.slice(from, begun.until) };
		from = begun.until;
		const { again, stop } = yield* followJob(session, { job, doubt }, sent);
		if (stop instanceof SyncError || (stop !== undefined && !session.signal?.aborted)) throw stop;
		rest = [...rest, ...again];
	}
	return rest;
}

/** A job of its own is not begun while an earlier one of this run goes on: it would wait no less. */
async function beginJob(session: Session, group: BulkGroup, from: number) {
	const slow = session.report.jobs.find(isAtWork);
	if (slow) throw tooSlow(slow, session.options.maxWaitMs ?? BULK.maxWaitMs);
	const loaded = await loadJob(session, group, from);
	const { job } = loaded;
	const { doubt } = await orGiveUp(session, job, startJob(session, job.id));
	if (doubt !== undefined) session.report.job({ ...job, state: PERHAPS_STARTED });
	return { ...loaded, doubt };
}

/** Waits for a started job, and yields what became of each of its steps. Never throws. */
async function* followJob(
	session: Session,
	{ job, doubt }: Pick<LoadedJob, 'job'> & Started,
	sent: BulkGroup,
): AsyncGenerator<readonly IndexedResult[], Collected> {
	const pairs = pairing(session.sobject, sent);
	let followed: Collected = { again: [], stop: doubt };
	try {
		if (doubt === undefined) followed = yield* hearJob(session, job.id, pairs);
	} catch (stop) {
		followed = { again: [], stop };
	}
	const left = followed.untouched ? [] : pairs.left();
	const why = doubt === undefined ? whyUnknown(session, followed) : NOT_ANSWERED;
	if (left.length > 0) yield left.map((step) => pendingResult(session, step, job, why));
	return followed;
}

async function* hearJob(
	session: Session,
	id: string,
	pairs: Pairing,
): AsyncGenerator<readonly IndexedResult[], Collected> {
	const { options, report } = session;
	const { maxWaitMs = BULK.maxWaitMs } = options;
	const records = pairs.left().length;
	const onPoll = (job: BulkJob) => {
		report.job({ ...infoOf(job), records });
		const progress = `${count(job.processed)} of ${counted(records, 'record')}`;
		session.onProgress?.(`Bulk job ${id}: ${job.state}, ${progress} processed`);
	};
	const job = await awaitJob({ ...session, maxWaitMs, onPoll }, 'ingest', id);
	if (!isEnded(job)) return { again: [] };
	if (isMisconfigured(job)) return { again: [], stop: stopOf(job), untouched: true };
	const collected = yield* collectResults(session, job, pairs);
	return { ...collected, stop: stopOf(job) ?? collected.stop };
}

const NOT_ANSWERED = 'may have been started: Salesforce did not answer';

function whyUnknown({ signal }: Session, { stop }: Collected): string {
	if (stop === undefined) return 'has not ended yet';
	if (signal?.aborted) return 'goes on in Salesforce although the run was cancelled';
	return 'was started, but its results could not be read';
}
