import type { Job, JobFate } from './bulkJob';
import {
	JobList,
	fateOf,
	jobMembers,
	jobPage,
	jobTimes,
	newJob,
	readFormat,
	readJobRequest,
	requiredText,
} from './bulkJob';
import { checkDeletable, polled, requestedState, wrongState } from './bulkStates';
import { bulkUsage } from './bulkUsage';
import { writeCsv } from './csvWriter';
import { isCompound } from './fields';
import type { Row } from './model';
import type { ApiRequest, ApiResponse, Org, Route, Session } from './org';
import { json, noContent } from './org';
import { Refusal, badRequest, notFound } from './refusal';
import type { SoqlResult } from './soql';
import { runSoql } from './soql';
import type { Column } from './soqlColumns';
import { columnValue } from './soqlColumns';
import { answerValue } from './values';

/** A job that reads. */
interface QueryJob extends Job {
	readonly operation: 'query' | 'queryAll';
	readonly query: string;
	readonly fate?: JobFate;
	/** Object and columns from the start, the rows as they were when the job completed. */
	result: SoqlResult;
}

// Query jobs exist from this version on (3.4).
const FIRST_VERSION = 47;
// Rows of a result page when the client asks for no number: many query pages, and not everything.
const PAGES_AT_ONCE = 20;

const makeJobs = (org: Org) => new JobList<QueryJob>(org);

function jobsOf({ org, version }: Session): JobList<QueryJob> {
	if (version < FIRST_VERSION) throw notFound();
	return org.part(makeJobs);
}

const describeJob = (job: QueryJob) => ({
	...jobMembers(job, job.result.object.name, job.operation),
	lineEnding: job.format.lineEnding,
	columnDelimiter: job.format.columnDelimiter,
});

const describeProgress = (job: QueryJob) => ({
	...describeJob(job),
	jobType: 'V2Query',
	numberRecordsProcessed: job.processed,
	isPkChunkingSupported: true,
	...jobTimes(job),
});

const findJob = (session: Session, request: ApiRequest): QueryJob =>
	jobsOf(session).find(request.params[0] ?? '');

/** Runs the query of a job; what is no query, and COUNT(), which has no columns, is refused. */
function run(session: Session, query: string, operation: QueryJob['operation']): SoqlResult {
	const result = runSoql(session, query, operation === 'queryAll');
	if (result.columns.some(({ field }) => isCompound(field))) {
		throw badRequest('API_ERROR', 'Selecting compound data not supported in Bulk Query');
	}
	if (result.columns.length > 0) return result;
	throw badRequest('INVALIDJOB', 'Aggregate queries are not supported by the Bulk API.');
}

/** A query job starts by itself: its first state is UploadComplete. */
function create(session: Session, request: ApiRequest): ApiResponse {
	const jobs = jobsOf(session);
	const members = ['operation', 'query', 'contentType', 'columnDelimiter', 'lineEnding'];
	const wanted = readJobRequest(request, members);
	const operation = requiredText(wanted, 'operation');
	if (operation !== 'query' && operation !== 'queryAll') {
		throw badRequest('INVALIDOPERATION', 'operation must be one of query, queryAll.');
	}
	const query = requiredText(wanted, 'query');
	const result = { ...run(session, query, operation), rows: [] };
	const format = readFormat(wanted);
	bulkUsage(session.org).takeQueryJob();
	const job = jobs.add({
		...newJob(session, format, 'UploadComplete'),
		operation,
		query,
		fate: fateOf(request),
		result,
	});
	return json(200, describeJob(job));
}

function advance(session: Session, job: QueryJob): void {
	const { org } = session;
	const { state, polls } = polled(job, org.settings.bulkPolls);
	if (state === job.state && polls === job.polls) return;
	const isOver = state === 'JobComplete';
	job.modifiedAt = org.clock.now();
	job.polls = polls;
	job.state = isOver && job.fate?.kind === 'jobStuck' ? 'InProgress' : state;
	if (job.state !== 'JobComplete') return;
	if (job.fate?.kind === 'jobFailed') {
		job.state = 'Failed';
		job.errorMessage = job.fate.message ?? 'InternalServerError : The query was retried too often.';
		return;
	}
	job.result = run(session, job.query, job.operation);
	job.processed = job.result.rows.length;
}

function poll(session: Session, request: ApiRequest): ApiResponse {
	const job = findJob(session, request);
	advance(session, job);
	return json(200, describeProgress(job));
}

function abort(session: Session, request: ApiRequest): ApiResponse {
	const job = findJob(session, request);
	const { state } = readJobRequest(request, ['state']);
	job.state = requestedState(job.state, state);
	job.modifiedAt = session.org.clock.now();
	return json(200, describeJob(job));
}

function remove(session: Session, request: ApiRequest): ApiResponse {
	const job = findJob(session, request);
	checkDeletable(job.state);
	jobsOf(session).remove(job);
	return noContent();
}

const locatorOf = (job: Job, offset: number): string =>
	Buffer.from(`${job.id}:${offset}`).toString('base64url');

/** Where a page begins: at the start, or where the last one ended. */
function readOffset(job: QueryJob, locator: string | null): number {
	if (locator === null) return 0;
	const [id, offset] = Buffer.from(locator, 'base64url').toString().split(':');
	if (id === job.id && /^\d+$/.test(offset ?? '')) return Number(offset);
	throw badRequest('INVALID_QUERY_LOCATOR', 'invalid query locator');
}

function readMaxRecords(org: Org, text: string | null): number {
	if (text === null) return org.settings.pageSize * PAGES_AT_ONCE;
	if (/^[1-9]\d*$/.test(text)) return Number(text);
	throw badRequest('INVALID_QUERY_PARAMETER', `maxRecords must be a positive number: ${text}`);
}

/** A value as CSV: nothing for null, and moments in zone Z rather than as +0000. */
function cell(org: Org, row: Row, column: Column): string {
	const value = answerValue(column.field, columnValue(org, row, column), org.switches);
	if (value === null) return '';
	return column.field.type === 'datetime' ? String(value).replace('+0000', 'Z') : String(value);
}

/** One page of CSV; the locator of the last one is literally `null` (S11). */
function results(session: Session, request: ApiRequest): ApiResponse {
	const { org, version } = session;
	const job = findJob(session, request);
	if (version !== job.version) {
		const message = `The results of this job must be read with API version ${job.version}.0.`;
		throw new Refusal(409, 'INVALID_VERSION', message);
	}
	if (job.state !== 'JobComplete') {
		throw wrongState(`Results are not available while the job is in state ${job.state}.`);
	}
	const start = readOffset(job, request.query.get('locator'));
	const end = start + readMaxRecords(org, request.query.get('maxRecords'));
	const { columns, rows } = job.result;
	const lines = rows.slice(start, end).map((row) => columns.map((each) => cell(org, row, each)));
	if (!org.switches.bulkCountsUsage) org.usage.calls -= 1;
	return {
		status: 200,
		headers: {
			'Content-Type': 'text/csv',
			'Sforce-Locator': end < rows.length ? locatorOf(job, end) : 'null',
			'Sforce-NumberOfRecords': String(lines.length),
		},
		body: writeCsv(
			[columns.map(({ name }) => name), ...lines],
			job.format,
			org.switches.resultQuoting,
		),
	};
}

const JOB = '^/jobs/query/([^/]+)';

/** Query jobs (salesforce contract 3.4). */
export const queryJobRoutes: readonly Route[] = [
	{ method: 'POST', path: /^\/jobs\/query$/, handle: create },
	{
		method: 'GET',
		path: /^\/jobs\/query$/,
		handle: (session, request) =>
			json(200, jobPage(session, request, jobsOf(session).all.map(describeJob))),
	},
	{ method: 'GET', path: new RegExp(`${JOB}$`), handle: poll },
	{ method: 'PATCH', path: new RegExp(`${JOB}$`), handle: abort },
	{ method: 'DELETE', path: new RegExp(`${JOB}$`), handle: remove },
	{ method: 'GET', path: new RegExp(`${JOB}/results$`), handle: results },
];
