import { isObject, parseJson } from '../json';
import type { WriteRecord } from '../connector';
import { CancelledError } from '../retry';
import { awaitJob, isEnded, jobOf, type BulkJob } from './bulkJob';
import { BULK } from './bulkLimits';
import { tooSlow } from './bulkOutcome';
import { classify, stopFor } from './errorClasses';
import { faultOf } from './errors';
import type { Session } from './session';

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

/** Started jobs that write to the object; whose they are the list does not tell in words we know. */
async function jobsAtWork({ api, sobject }: Session): Promise<readonly BulkJob[]> {
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
	const isOn = ({ object }: BulkJob) => object.toLowerCase() === sobject.name.toLowerCase();
	return found.filter((job) => isOn(job) && job.state !== 'Open' && !isEnded(job));
}

const NO_BULK: ReadonlySet<string> = new Set(['FEATURENOTENABLED', 'FEATURE_NOT_ENABLED']);

function pageOf(body: unknown) {
	const { records, nextRecordsUrl } = isObject(body) ? body : {};
	return {
		records: Array.isArray(records) ? records.flatMap((each) => jobOf(each) ?? []) : [],
		next: typeof nextRecordsUrl === 'string' ? nextRecordsUrl : undefined,
	};
}
