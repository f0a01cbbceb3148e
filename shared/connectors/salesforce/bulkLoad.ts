import { writeCsv } from './bulkCsv';
import type { BulkGroup } from './bulkGroups';
import { changeState, createJob, uploadCsv, type BulkJob } from './bulkJob';
import { BULK } from './bulkLimits';
import { stopFor } from './errorClasses';
import type { Fault } from './errors';
import { LIMITS } from './limits';
import { writeHeaders } from './options';
import type { Sending } from './plan';
import type { Session } from './session';

/** A job that holds its data and has not been started. */
export interface LoadedJob {
	readonly job: BulkJob;
	/** The first step of the group that is not in it. */
	readonly until: number;
}

/**
 * Opens a job and fills it with steps from `from` on. Whatever goes wrong here has written nothing: a job that
 * would not take its data is aborted, never started, and replaced by another one.
 */
export async function loadJob(
	session: Session,
	group: BulkGroup,
	from: number,
): Promise<LoadedJob> {
	const { api, report, sobject } = session;
	const [{ kind }] = group.steps;
	for (let loads = 1; ; loads += 1) {
		const doing = `create a bulk job for the object "${sobject.name}"`;
		const job = await createJob(api, 'ingest', jobFor(session, group.steps[0]), doing);
		const { until, fault } = await fillJob(session, group, from, job.id);
		if (!fault) {
			report.job({ ...infoOf(job), records: until - from });
			return { job, until };
		}
		await changeState(api, job.id, 'Aborted');
		report.job({ ...infoOf(job), state: 'Aborted', records: until - from });
		if (loads < BULK.loads) continue;
		throw stopFor(fault, `take the data of bulk job ${job.id} (${kind} of ${sobject.name})`);
	}
}

/** A job as the summary of a run shows it. */
export const infoOf = ({ id, operation, object, state, failed }: BulkJob) => ({
	id,
	operation,
	object,
	state,
	failed,
});

/** The CSV lives no longer than this call: beside the caller's records it is the one big thing in memory. */
async function fillJob(
	{ api, options }: Session,
	{ columns, steps }: BulkGroup,
	from: number,
	id: string,
): Promise<{ readonly until: number; readonly fault?: Fault }> {
	const { jobRows = LIMITS.bulkJobRows, jobBytes = LIMITS.bulkJobBytes } = options;
	const most = { rows: Math.max(1, jobRows), bytes: Math.min(jobBytes, LIMITS.bulkMaxBytes) };
	const { text, until } = await writeCsv(columns, steps, from, most);
	return { until, fault: await uploadCsv(api, id, text) };
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
