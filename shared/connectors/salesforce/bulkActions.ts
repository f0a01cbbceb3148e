import { setImmediate } from 'node:timers/promises';
import { SyncError } from '../../core/errors';
import type { RecordResult } from '../../core/results';
import type { Api } from './api';
import { changeState, isEnded, readJob, type BulkJob } from './bulkJob';
import { infoOf } from './bulkLoad';
import { fetchResults, type ResultFile } from './bulkResults';
import { recordError, stopFor } from './errorClasses';
import { bulkFault, faultOf } from './errors';
import { successOf } from './collectionRows';
import { isId } from './ids';
import type { Sending } from './plan';
import type { BulkJobInfo } from './report';

/** One row of a job: what became of it, and its cells as Salesforce returns them. */
export interface BulkRow {
	readonly result: RecordResult;
	readonly record: Readonly<Record<string, string>>;
}

/** A job and its rows; none as long as it has not ended. */
export interface BulkResult {
	readonly job: BulkJobInfo;
	readonly ended: boolean;
	/** Why Salesforce gave it up, in its own words. */
	readonly message?: string;
	readonly rows: readonly BulkRow[];
	/** Rows the job counted that stand in no file, although the files were fetched again. */
	readonly missing: number;
}

/** What became of a job, whoever started it: also of one a run did not wait for (S32). */
export async function bulkResult(api: Api, jobId: string): Promise<BulkResult> {
	const job = await readJob(api, 'ingest', checkedId(jobId));
	const told = { job: toInfo(job), ended: isEnded(job), ...messageOf(job) };
	if (!isEnded(job)) return { ...told, rows: [], missing: 0 };
	const rows: BulkRow[] = [];
	for (const file of Object.keys(READINGS) as ResultFile[]) {
		for await (const row of readFile(api, job, file)) rows.push(row);
	}
	const processed = rows.filter(({ result }) => result.status !== 'notAttempted').length;
	return { ...told, rows, missing: Math.max(0, job.processed - processed) };
}

/** Aborts a job that has not ended; what it had written by then stays written. */
export async function abortJob(api: Api, jobId: string): Promise<BulkJobInfo> {
	const id = checkedId(jobId);
	const answer = await changeState(api, id, 'Aborted');
	const job = await readJob(api, 'ingest', id);
	if (isEnded(job)) return toInfo(job);
	if (answer && answer.status >= 300) throw stopFor(faultOf(answer), `abort bulk job ${id}`);
	throw new SyncError(
		'unavailable',
		`Salesforce does not answer when asked to abort bulk job ${id}`,
		{
			hint: 'Try again, or abort it in Setup → Bulk Data Load Jobs.',
		},
	);
}

const toInfo = (job: BulkJob): BulkJobInfo => ({ ...infoOf(job), records: job.processed });

const messageOf = ({ errorMessage }: BulkJob) =>
	errorMessage === undefined ? {} : { message: errorMessage };

function checkedId(jobId: string): string {
	const id = jobId.trim();
	if (isId(id) && id.startsWith('750')) return id;
	throw new SyncError('config', 'The job id is not the id of a Salesforce bulk job', {
		hint: 'Enter an id of 15 or 18 characters that begins with 750, as the summary of a run and Setup → Bulk Data Load Jobs show it.',
	});
}

const KINDS: Readonly<Record<string, Sending['kind']>> = {
	insert: 'create',
	update: 'update',
	upsert: 'upsert',
	delete: 'delete',
	hardDelete: 'delete',
};

const READINGS: Readonly<
	Record<ResultFile, (kind: Sending['kind'], row: BulkRow['record']) => RecordResult>
> = {
	successfulResults: (kind, row) =>
		successOf({ kind }, { id: row.sf__Id, created: row.sf__Created.toLowerCase() === 'true' }),
	failedResults: (_, row) => ({
		status: 'rejected',
		error: recordError(bulkFault(row.sf__Error)),
	}),
	unprocessedrecords: () => ({ status: 'notAttempted' }),
};

async function* readFile(api: Api, job: BulkJob, file: ResultFile): AsyncGenerator<BulkRow> {
	const { header, rows } = await fetchResults(api, job, file);
	const kind = KINDS[job.operation] ?? 'update';
	let seen = 0;
	for (const cells of rows) {
		const cell = Object.fromEntries(header.map((name, at) => [name, cells[at]]));
		const result = { ...READINGS[file](kind, cell), requestId: job.id };
		const record = Object.entries(cell).filter(([name]) => !name.startsWith('sf__'));
		yield { result, record: Object.fromEntries(record) };
		if (++seen % SLICE === 0) await setImmediate();
	}
}

const SLICE = 500;
