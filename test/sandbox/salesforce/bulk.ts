import type { IngestJob } from './bulkIngest';
import { ingestJobs } from './bulkIngest';
import { createIngestJob, uploadContent } from './bulkCreate';
import { fateOf, jobMembers, jobPage, jobTimes, readJobRequest } from './bulkJob';
import { queryJobRoutes } from './bulkQuery';
import type { ResultKind } from './bulkResults';
import { resultFile } from './bulkResults';
import { checkDeletable, requestedState } from './bulkStates';
import { advance, begin } from './bulkWork';
import type { ApiRequest, ApiResponse, Route, Session } from './org';
import { json, noContent } from './org';

const optional = (name: string, value: string | undefined) =>
	value === undefined ? {} : { [name]: value };

const describeJob = (job: IngestJob) => ({
	...jobMembers(job, job.object.name, job.operation),
	...optional('externalIdFieldName', job.externalIdField),
	...optional('assignmentRuleId', job.assignmentRuleId),
	contentUrl: `services/data/v${job.version}.0/jobs/ingest/${job.id}/batches`,
	lineEnding: job.format.lineEnding,
	columnDelimiter: job.format.columnDelimiter,
});

const describeProgress = (job: IngestJob) => ({
	...describeJob(job),
	jobType: 'V2Ingest',
	numberRecordsProcessed: job.processed,
	numberRecordsFailed: job.failed,
	...jobTimes(job),
});

const findJob = (session: Session, request: ApiRequest): IngestJob =>
	ingestJobs(session.org).find(request.params[0] ?? '');

function changeState(session: Session, request: ApiRequest): ApiResponse {
	const job = findJob(session, request);
	job.state = requestedState(job.state, readJobRequest(request, ['state']).state);
	job.polls = 0;
	job.modifiedAt = session.org.clock.now();
	delete job.goal;
	if (job.state === 'UploadComplete') {
		job.fate = fateOf(request);
		begin(session.org, job);
	}
	return json(200, describeJob(job));
}

function poll(session: Session, request: ApiRequest): ApiResponse {
	const job = findJob(session, request);
	advance(session.org, job);
	return json(200, describeProgress(job));
}

function remove(session: Session, request: ApiRequest): ApiResponse {
	const job = findJob(session, request);
	checkDeletable(job.state);
	ingestJobs(session.org).remove(job);
	return noContent();
}

function results(session: Session, request: ApiRequest): ApiResponse {
	const { org } = session;
	const body = resultFile(org, findJob(session, request), request.params[1] as ResultKind);
	// Every request was counted when it came in (U15).
	if (!org.switches.bulkCountsUsage) org.usage.calls -= 1;
	return { status: 200, headers: { 'Content-Type': 'text/csv' }, body };
}

const JOB = '^/jobs/ingest/([^/]+)';

const ingestRoutes: readonly Route[] = [
	{
		method: 'POST',
		path: /^\/jobs\/ingest$/,
		handle: (session, request) => json(200, describeJob(createIngestJob(session, request))),
	},
	{
		method: 'GET',
		path: /^\/jobs\/ingest$/,
		handle: (session, request) =>
			json(200, jobPage(session, request, ingestJobs(session.org).all.map(describeJob))),
	},
	{ method: 'GET', path: new RegExp(`${JOB}$`), handle: poll },
	{ method: 'PATCH', path: new RegExp(`${JOB}$`), handle: changeState },
	{ method: 'DELETE', path: new RegExp(`${JOB}$`), handle: remove },
	{
		method: 'PUT',
		path: new RegExp(`${JOB}/batches$`),
		handle: (session, request) => {
			uploadContent(session, findJob(session, request), request);
			return { status: 201, headers: {}, body: '' };
		},
	},
	{
		method: 'GET',
		path: new RegExp(`${JOB}/(successfulResults|failedResults|unprocessedrecords)$`),
		handle: results,
	},
];

/** Bulk API 2.0 (salesforce contract 4.4 and 3.4). */
export const bulkRoutes: readonly Route[] = [...ingestRoutes, ...queryJobRoutes];
