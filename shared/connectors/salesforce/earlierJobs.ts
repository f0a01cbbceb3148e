import { isObject, parseJson } from '../json';
import type { WriteRecord } from '../connector';
import { CancelledError } from '../retry';
import { NO_BULK, awaitJob, isAtWork, isEnded, jobOf, type BulkJob } from './bulkJob';
import { BULK } from './bulkLimits';
import { tooSlow } from './bulkOutcome';
import { classify, stopFor } from './errorClasses';
import { faultOf } from './errors';
import { longId } from './ids';
import type { Session } from './session';
import { readUser, type User } from './user';

/**
 * Waits for bulk jobs on the object which a run that broke off has left at work. They go on without it: what is
 * looked up now they may create a moment later, and what is written now they may write over (design R3, R11).
 */
export async function awaitEarlierJobs(
	session: Session,
	records: readonly WriteRecord[],
): Promise<void> {
	const { options, preview, onProgress } = session;
	if (preview || !records.some(({ redelivered }) => redelivered)) return;
	const { maxWaitMs = BULK.maxWaitMs } = options;
	for (const { id } of await jobsAtWork(session)) {
		onProgress?.(`Waiting for bulk job ${id}, which an earlier run has started`);
		const job = await awaitJob({ ...session, maxWaitMs }, 'ingest', id).catch((error: unknown) => {
			throw session.signal?.aborted ? new CancelledError('The run was cancelled') : error;
		});
		if (!isEnded(job)) throw tooSlow(job, maxWaitMs);
	}
}

/** What jobs of ours do; none empties the recycle bin. */
const OPERATIONS: ReadonlySet<string> = new Set(['insert', 'update', 'upsert', 'delete']);

/**
 * Started jobs that write to the object as we do, of the user of the credential. Where Salesforce does not say who
 * that is, or who started a job, it may be ours.
 */
async function jobsAtWork(session: Session): Promise<readonly BulkJob[]> {
	const { api, sobject } = session;
	const isLike = ({ object, operation }: BulkJob) =>
		object.toLowerCase() === sobject.name.toLowerCase() && OPERATIONS.has(operation);
	const atWork = (await allJobs(session)).filter((job) => isLike(job) && isAtWork(job));
	if (atWork.length === 0) return [];
	const own = await readUser(api).catch((): User => ({}));
	const isOwn = (id: string) => own.id === undefined || longId(id) === longId(own.id);
	return atWork.filter(({ createdById }) => createdById === undefined || isOwn(createdById));
}

async function allJobs({ api }: Session): Promise<readonly BulkJob[]> {
	const found: BulkJob[] = [];
	const seen = new Set<string>();
	let path: string | undefined = 'jobs/ingest?jobType=V2Ingest';
	// A list that leads in circles would never end.
	while (path !== undefined && !seen.has(path)) {
		seen.add(path);
		const answer = await api.exchange({ method: 'GET', path, repeatable: true });
		if (answer.status !== 200) {
			const fault = faultOf(answer);
			// Who may not use Bulk has no jobs.
			if (NO_BULK.has(fault.code) || classify(fault) === 'permission') return [];
			throw stopFor(fault, 'list the bulk jobs that are still at work');
		}
		const { records, next } = pageOf(parseJson(answer.body));
		found.push(...records);
		path = next;
	}
	return found;
}

function pageOf(body: unknown) {
	const { records, nextRecordsUrl } = isObject(body) ? body : {};
	return {
		records: Array.isArray(records) ? records.flatMap((each) => jobOf(each) ?? []) : [],
		next: typeof nextRecordsUrl === 'string' ? nextRecordsUrl : undefined,
	};
}
