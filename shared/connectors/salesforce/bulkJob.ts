import { SyncError } from '../../core/errors';
import { waitMs } from '../../core/retry';
import type { Clock } from '../clock';
import type { HttpResponse } from '../http';
import { isObject, parseJson } from '../json';
import { OutcomeUnknownError } from '../retry';
import type { Api } from './api';
import { BULK } from './bulkLimits';
import { classify, stopFor } from './errorClasses';
import { faultOf, type Fault } from './errors';
import { BulkUnsupportedError } from './session';

/** A Bulk job, as Salesforce tells of it (salesforce 4.4). */
export interface BulkJob {
	readonly id: string;
	readonly object: string;
	readonly operation: string;
	/** The user who created it. */
	readonly createdById?: string;
	/** `Open`, `UploadComplete`, `InProgress`, `JobComplete`, `Failed` or `Aborted`. */
	readonly state: string;
	/** Rows Salesforce has gone through, those that failed included. */
	readonly processed: number;
	readonly failed: number;
	readonly errorMessage?: string;
}

/** `ingest` for writing, `query` for reading. */
export type BulkKind = 'ingest' | 'query';

const TERMINAL: ReadonlySet<string> = new Set(['JobComplete', 'Failed', 'Aborted']);

/** Whether nothing happens to a job any more; only then are there results. */
export const isEnded = ({ state }: Pick<BulkJob, 'state'>): boolean => TERMINAL.has(state);

/** Whether it was started, as far as is known, and goes on. */
export const isAtWork = (job: Pick<BulkJob, 'state'>): boolean =>
	job.state !== 'Open' && !isEnded(job);

/** Where a job is found. The id comes from a person or from Salesforce, so it is encoded. */
export const jobPath = (kind: BulkKind, id: string): string =>
	`jobs/${kind}/${encodeURIComponent(id)}`;

const FORMAT = { contentType: 'CSV', columnDelimiter: 'COMMA', lineEnding: 'LF' } as const;

/** The organisation or the user has no Bulk API at all. */
export const NO_BULK: ReadonlySet<string> = new Set(['FEATURENOTENABLED', 'FEATURE_NOT_ENABLED']);

/** Creates a job. Creating one again does no harm: a job without data never runs. */
export async function createJob(
	api: Api,
	kind: BulkKind,
	request: Readonly<Record<string, unknown>>,
	doing: string,
): Promise<BulkJob> {
	const json = { ...request, ...FORMAT };
	const answer = await api.exchange({
		method: 'POST',
		path: `jobs/${kind}`,
		json,
		repeatable: true,
	});
	const job = answer.status < 300 ? jobOf(parseJson(answer.body)) : undefined;
	if (job) return job;
	const fault = faultOf(answer);
	if (/not supported by the Bulk API/i.test(fault.message) || NO_BULK.has(fault.code)) {
		throw new BulkUnsupportedError(fault.message);
	}
	throw stopFor(fault, doing);
}

/** What a job has come to by now. A job that is not there stops the run. */
export async function readJob(api: Api, kind: BulkKind, id: string): Promise<BulkJob> {
	const answer = await api.exchange({
		method: 'GET',
		path: jobPath(kind, id),
		repeatable: true,
		concludes: kind === 'ingest',
	});
	const job = answer.status === 200 ? jobOf(parseJson(answer.body)) : undefined;
	if (job) return job;
	if (answer.status !== 404) throw stopFor(faultOf(answer), `tell of bulk job ${id}`);
	throw new SyncError('config', `Salesforce knows no bulk job "${id}"`, {
		hint: 'Check its id and the organisation of the credential. Salesforce keeps jobs and their results for seven days.',
	});
}

/**
 * Uploads the data of a job, which takes one upload (salesforce:T17). Undefined: it is there. Repeating does no
 * harm, because nothing runs before the job is started.
 */
export async function uploadCsv(api: Api, id: string, csv: string): Promise<Fault | undefined> {
	const answer = await api.exchange({
		method: 'PUT',
		path: `${jobPath('ingest', id)}/batches`,
		body: csv,
		contentType: 'text/csv; charset=UTF-8',
		repeatable: true,
	});
	return answer.status < 300 ? undefined : faultOf(answer);
}

/** Asks for another state of a job. Undefined: nobody answered whether it has it. */
export async function changeState(
	api: Api,
	id: string,
	state: 'UploadComplete' | 'Aborted',
): Promise<HttpResponse | undefined> {
	return await api
		.exchange({
			method: 'PATCH',
			path: jobPath('ingest', id),
			json: { state },
			repeatable: false,
			concludes: state === 'Aborted',
			tidies: state === 'Aborted',
		})
		.catch((error: unknown) => {
			if (!(error instanceof OutcomeUnknownError)) throw error;
			return undefined;
		});
}

/** Whether a job was started: surely, or `doubt` is why nobody knows. */
export interface Started {
	readonly doubt?: unknown;
}

/** Starts a job whose data is there. Throws when it surely did not start. */
export async function startJob(waiting: Waiting, id: string): Promise<Started> {
	const answer = await changeState(waiting.api, id, 'UploadComplete');
	if (answer && answer.status < 300) return {};
	const { refusal, ...started } = await makeSure(waiting, id, answer);
	if (refusal) throw refusal;
	return started;
}

/** Without a good answer the job itself is asked whether it runs: no job is loaded twice (design R11). */
async function makeSure(
	{ api, clock, signal }: Waiting,
	id: string,
	first: HttpResponse | undefined,
): Promise<Started & { readonly refusal?: SyncError }> {
	try {
		let answer = first;
		for (let tries = 1; ; tries += 1) {
			if ((await readJob(api, 'ingest', id)).state !== 'Open') return {};
			const fault = answer && faultOf(answer);
			const isPassing = !fault || classify(fault) === 'transientRequest';
			if (!isPassing || tries >= BULK.starts) return { refusal: notStarted(id, fault) };
			await clock.sleep(waitMs(tries, clock.random(), undefined), signal);
			answer = await changeState(api, id, 'UploadComplete');
			if (answer && answer.status < 300) return {};
		}
	} catch (doubt) {
		return { doubt };
	}
}

function notStarted(id: string, fault: Fault | undefined): SyncError {
	if (fault) return stopFor(fault, `start bulk job ${id}`);
	return new SyncError(
		'unavailable',
		`Salesforce does not answer when asked to start bulk job ${id}`,
		{ hint: 'Nothing of the job was written. Run again: its records are still due.' },
	);
}

/** What waiting for a job needs. */
export interface Waiting {
	readonly api: Api;
	readonly clock: Clock;
	readonly signal?: AbortSignal;
	readonly maxWaitMs?: number;
	onPoll?(job: BulkJob): void;
}

/**
 * Looks at a job again and again until it has ended, or the wait is over: then it goes on without us. A
 * Salesforce that does not answer for a while does not end the wait.
 */
export async function awaitJob(waiting: Waiting, kind: BulkKind, id: string): Promise<BulkJob> {
	const { api, clock, signal, maxWaitMs = BULK.maxWaitMs } = waiting;
	const until = clock.now() + maxWaitMs;
	for (let wait: number = BULK.firstPollMs; ; wait *= BULK.pollFactor) {
		const rest = Math.max(0, until - clock.now());
		await clock.sleep(Math.min(wait, BULK.lastPollMs, rest), signal);
		const isLast = clock.now() >= until;
		const job = await readJob(api, kind, id).catch((error: unknown) => laterUnless(isLast, error));
		if (job) waiting.onPoll?.(job);
		if (job && (isLast || isEnded(job))) return job;
	}
}

function laterUnless(isLast: boolean, error: unknown): undefined {
	if (isLast || !(error instanceof SyncError) || error.code !== 'unavailable') throw error;
	return undefined;
}

/** A job from an answer; undefined: it is none. */
export function jobOf(body: unknown): BulkJob | undefined {
	if (!isObject(body) || typeof body.id !== 'string') return undefined;
	const { id, object, operation, createdById, state, errorMessage } = body;
	return {
		id,
		object: String(object ?? ''),
		operation: String(operation ?? ''),
		...(typeof createdById === 'string' && { createdById }),
		state: String(state),
		processed: Number(body.numberRecordsProcessed ?? 0),
		failed: Number(body.numberRecordsFailed ?? 0),
		...(typeof errorMessage === 'string' && errorMessage !== '' && { errorMessage }),
	};
}
