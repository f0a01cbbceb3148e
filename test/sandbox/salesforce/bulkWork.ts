import type { Goal, IngestJob } from './bulkIngest';
import { fail, ingestJobs, openContent, writeChunk } from './bulkIngest';
import { polled } from './bulkStates';
import { bulkUsage } from './bulkUsage';
import type { Org, Session } from './org';

/** Rows of a batch, and rows a trigger sees at once (salesforce contract 4.4, S23). */
const BATCH_ROWS = 10_000;
const CHUNK_ROWS = 200;

const sessionOf = (org: Org, job: IngestJob): Session => ({
	org,
	userId: job.createdById,
	version: job.version,
});

/** Processes rows up to `end`, batch by batch from the daily allocation; false when that has failed the job. */
function work(session: Session, job: IngestJob, end: number): boolean {
	while (job.outcomes.length < end) {
		const done = job.outcomes.length;
		if (done % BATCH_ROWS === 0 && !bulkUsage(session.org).takeBatch()) {
			fail(job, 'ExceededQuota : ApiBatchItems Limit exceeded.');
			return false;
		}
		writeChunk(session, job, Math.min(end, done + CHUNK_ROWS));
	}
	return true;
}

function arrive(job: IngestJob, { state, message }: Goal): void {
	delete job.goal;
	if (state === 'Failed') fail(job, message ?? '');
	else if (state !== undefined) job.state = state;
}

/** One slice on the way to the goal of a job; the next ones follow when other requests had their turn. */
function workOff(org: Org, job: IngestJob): void {
	const { goal } = job;
	// A job that was aborted has no goal and keeps what it has written; a reset organisation has no jobs any more.
	if (goal === undefined || !ingestJobs(org).has(job)) return;
	const end = Math.min(goal.rows, job.outcomes.length + org.settings.bulkSliceRows);
	const isAlive = work(sessionOf(org, job), job, end);
	job.modifiedAt = org.clock.now();
	if (!isAlive) delete job.goal;
	else if (end >= goal.rows) arrive(job, goal);
	else setImmediate(() => workOff(org, job));
}

/** How many rows are done once `share` of the job is. */
function rowsDone(rowCount: number, share: number): number {
	return share === 1 ? rowCount : Math.floor((share * rowCount) / CHUNK_ROWS) * CHUNK_ROWS;
}

function goalOf({ content, fate }: IngestJob, share: number): Goal {
	const rows = rowsDone(content?.table.rowCount ?? 0, share);
	const isLast = share === 1;
	if (fate?.kind === 'jobStuck') return { rows: Math.min(rows, fate.afterRows ?? 0) };
	if (fate?.kind !== 'jobFailed') return isLast ? { rows, state: 'JobComplete' } : { rows };
	const { afterRows = 0, message = 'InternalServerError : The job was retried too often.' } = fate;
	const reached = { rows: Math.min(rows, afterRows) };
	return isLast ? { ...reached, state: 'Failed', message } : reached;
}

/** One poll: the job goes on its way as far as polls and faults let it (S20, S25). */
export function advance(org: Org, job: IngestJob): void {
	// Rows that an earlier poll set going are still being written.
	if (job.goal !== undefined) return;
	const step = polled(job, org.settings.bulkPolls);
	if (step.state === job.state && step.polls === job.polls) return;
	const { fate } = job;
	const isStuck = fate?.kind === 'jobStuck';
	const isOver = step.state === 'JobComplete';
	job.state = isOver ? 'InProgress' : step.state;
	job.polls = isStuck && isOver ? 0 : step.polls;
	job.modifiedAt = org.clock.now();
	// One that is stuck from its start on has not even looked at its data.
	if (job.state === 'UploadComplete' || (isStuck && fate.afterRows === undefined)) return;
	if (!openContent(sessionOf(org, job), job)) return;
	job.goal = goalOf(job, step.share);
	workOff(org, job);
}

/** A job that waits for no polls works from its start on, like any where nobody looks. */
export function begin(org: Org, job: IngestJob): void {
	if (org.settings.bulkPolls > 0) return;
	setImmediate(() => {
		if (job.state === 'UploadComplete' && ingestJobs(org).has(job)) advance(org, job);
	});
}
