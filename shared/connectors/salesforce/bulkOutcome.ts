import { SyncError, type SyncErrorCode } from '../../core/errors';
import { counted } from '../../core/words';
import type { IndexedResult } from '../connector';
import type { BulkJob } from './bulkJob';
import { classify } from './errorClasses';
import { hintOf } from './errorHints';
import { bulkFault, type Fault } from './errors';
import type { Sending } from './plan';
import { resultOf, unknownResult, type Session } from './session';
import { OPTION } from './optionNames';

/** A step whose job was started, and of which nothing more is known; the job can still tell (S32). */
export function pendingResult(
	session: Session,
	step: Sending,
	{ id }: Pick<BulkJob, 'id'>,
	why: string,
): IndexedResult {
	const { result } = unknownResult(session, step);
	const error = result.error && {
		...result.error,
		message: `Bulk job ${id} ${why}, so it is not known whether this record was written`,
		hint: `The action Get Bulk Job Result with job ${id} tells what became of it, for seven days. ${result.error.hint ?? ''}`.trim(),
	};
	return resultOf(step, { ...result, requestId: id, ...(error && { error }) });
}

/** Why a job that Salesforce gave up ends the run; undefined when it was completed. */
export function stopOf(job: BulkJob): SyncError | undefined {
	if (job.state === 'JobComplete') return undefined;
	const name = `bulk job ${job.id} (${job.operation} of ${job.object})`;
	if (job.state === 'Aborted') {
		return new SyncError('unavailable', `Somebody aborted ${name} in Salesforce`, {
			hint: `${DONE_OF_IT} Run again: the rest is still due.`,
		});
	}
	const fault = bulkFault(job.errorMessage ?? 'Salesforce gave no reason');
	const code = codeOf(fault);
	const suffix = fault.code ? ` (${fault.code})` : '';
	return new SyncError(code, `Salesforce gave up ${name}: ${fault.message}${suffix}`, {
		hint: hintOf(fault) ?? HINTS[code],
	});
}

/** A job that failed for its header or settings: no row of it was written, and no other will be. */
export const isMisconfigured = (job: BulkJob): boolean =>
	job.state === 'Failed' &&
	job.processed === job.failed &&
	classify(bulkFault(job.errorMessage ?? '')) === 'mapping';

function codeOf(fault: Fault): SyncErrorCode {
	if (classify(fault) === 'mapping') return 'config';
	return /quota|limit exceeded/i.test(`${fault.code} ${fault.message}`) ? 'limit' : 'unavailable';
}

const DONE_OF_IT = 'What the job had written by then stays written.';

const HINTS: Readonly<Partial<Record<SyncErrorCode, string>>> = {
	limit: `${DONE_OF_IT} The organisation's Bulk batches of 24 hours are used up: run again later, the rest is still due.`,
	unavailable: `${DONE_OF_IT} Run again: the rest is still due. If it happens again, triggers or flows may take too long for a batch: lower ${OPTION.jobRows}, or choose Collections as the API.`,
};

type Named = Pick<BulkJob, 'id' | 'operation' | 'object'>;

/** Stops before the next job: the one before has not ended in time. */
export const tooSlow = (job: Named, maxWaitMs: number): SyncError =>
	new SyncError(
		'unavailable',
		`Salesforce has not finished bulk job ${job.id} (${job.operation} of ${job.object}) within ${counted(Math.round(maxWaitMs / 60_000), 'minute')}, so the run stops before it sends more`,
		{ hint: `${afterWait(job)} A longer wait is set by the option ${OPTION.maxWaitMs}.` },
	);

/** A job that only reads leaves nothing to look into. */
const afterWait = ({ id, operation }: Named): string =>
	operation.startsWith('query')
		? 'It only reads: nothing was written. Run again.'
		: `The job goes on without us: the action Get Bulk Job Result with job ${id} tells what became of its records.`;
