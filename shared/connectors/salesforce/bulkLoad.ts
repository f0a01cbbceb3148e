import { writeCsv } from './bulkCsv';
import type { BulkGroup } from './bulkGroups';
import { changeState, createJob, uploadCsv, type BulkJob } from './bulkJob';
import { BULK } from './bulkLimits';
import { stopFor } from './errorClasses';
import { LIMITS } from './limits';
import { jobRowsOf, writeHeaders } from './options';
import type { Sending } from './plan';
import type { BulkJobInfo } from './report';
import type { Session } from './session';

/** A job that holds its data and has not been started. */
export interface LoadedJob {
	readonly job: BulkJobInfo;
	/** The first step of the group that is not in it. */
	readonly until: number;
}

/**
 * Opens a job and fills it with steps from `from` on. Whatever goes wrong here has written nothing: a job that
 * would not take its data is given up, and replaced by another one. The CSV lives no longer than this call: beside
 * the caller's records it is the one big thing in memory.
 */
export async function loadJob(
	session: Session,
	{ columns, steps }: BulkGroup,
	from: number,
): Promise<LoadedJob> {
	const { api, report, sobject } = session;
	const { text, until } = await writeCsv(columns, steps, from, sizeOf(session));
	for (let loads = 1; ; loads += 1) {
		const doing = `create a bulk job for the object "${sobject.name}"`;
		const created = await createJob(api, 'ingest', jobFor(session, steps[0]), doing);
		const job = { ...infoOf(created), records: until - from };
		report.job(job);
		const fault = await orGiveUp(session, job, uploadCsv(api, job.id, text));
		if (!fault) return { job, until };
		await giveUp(session, job);
		if (loads < BULK.loads) continue;
		throw stopFor(
			fault,
			`take the data of bulk job ${job.id} (${steps[0].kind} of ${sobject.name})`,
		);
	}
}

/** What work on a job comes to; a job that it fails to start is given up. */
export async function orGiveUp<T>(
	session: Session,
	job: BulkJobInfo,
	work: Promise<T>,
): Promise<T> {
	return await work.catch(async (error: unknown) => {
		await giveUp(session, job);
		return await Promise.reject(error);
	});
}

/**
 * Aborts a job that was not started: it would never run, but lie open for a week. Where that fails nothing is
 * lost, and the report shows it as open.
 */
async function giveUp({ api, report }: Session, job: BulkJobInfo): Promise<void> {
	const answer = await changeState(api, job.id, 'Aborted').catch(() => undefined);
	if (answer && answer.status < 300) report.job({ ...job, state: 'Aborted' });
}

/** A job as the summary of a run shows it. */
export const infoOf = ({ id, operation, object, state, failed }: BulkJob) => ({
	id,
	operation,
	object,
	state,
	failed,
});

function sizeOf({ options }: Session) {
	const { jobBytes = LIMITS.bulkJobBytes } = options;
	return { rows: jobRowsOf(options), bytes: Math.min(jobBytes, LIMITS.bulkMaxBytes) };
}

function jobFor({ sobject, options }: Session, { kind, key }: Sending) {
	const { 'Sforce-Auto-Assign': rule } = writeHeaders(options);
	return {
		object: sobject.name,
		operation: kind === 'create' ? 'insert' : kind,
		...(kind === 'upsert' && { externalIdFieldName: key?.field }),
		// Without a rule a job runs none, so to switch assignment off there is nothing to say (4.7, U3).
		...(rule !== undefined && rule !== 'FALSE' && { assignmentRuleId: rule }),
	};
}
