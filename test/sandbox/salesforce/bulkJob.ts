import type { JobState } from './bulkStates';
import type { CsvFormat, DelimiterName, LineEndingName } from './csvFormat';
import { delimiters, lineEndings } from './csvFormat';
import type { Effect } from './effects';
import { makeId } from './ids';
import type { ApiRequest, Org, Session } from './org';
import { badRequest, notFound } from './refusal';
import { readBody } from './requestBody';
import { moment } from './values';

/** What a fault makes of a job. */
export type JobFate = Extract<Effect, { kind: 'jobStuck' | 'jobFailed' }>;

/** What the faults that strike the request that starts a job make of it. */
export const fateOf = ({ effects }: ApiRequest): JobFate | undefined =>
	effects.find(
		(effect): effect is JobFate => effect.kind === 'jobStuck' || effect.kind === 'jobFailed',
	);

/** What ingest and query jobs have in common. */
export interface Job {
	readonly id: string;
	readonly format: CsvFormat;
	/** Version of the API it was created with. */
	readonly version: number;
	readonly createdById: string;
	readonly createdAt: number;
	modifiedAt: number;
	state: JobState;
	/** Polls seen in the present state. */
	polls: number;
	processed: number;
	failed: number;
	errorMessage?: string;
}

// Results and jobs are gone after seven days (contract 6).
const LIFETIME_MS = 7 * 24 * 3_600_000;

/** The jobs of one kind, until they are deleted or expire by the organisation's clock. */
export class JobList<T extends Job> {
	readonly #jobs = new Map<string, T>();

	constructor(private readonly org: Org) {}

	add(job: T): T {
		this.#jobs.set(job.id, job);
		return job;
	}

	get all(): T[] {
		const expired = this.org.clock.now() - LIFETIME_MS;
		for (const job of this.#jobs.values()) {
			if (job.createdAt <= expired) this.#jobs.delete(job.id);
		}
		return [...this.#jobs.values()];
	}

	/** By an id of 15 or 18 characters; 404 when there is none. */
	find(id: string): T {
		const found = this.all.find((job) => job.id === id || job.id.slice(0, 15) === id);
		if (found === undefined) throw notFound();
		return found;
	}

	has(job: T): boolean {
		return this.#jobs.get(job.id) === job;
	}

	remove(job: T): void {
		this.#jobs.delete(job.id);
	}
}

/** Counts jobs of both kinds: they share one key prefix. */
class JobNumbers {
	last = 0;
}
const makeNumbers = () => new JobNumbers();

/** A job that has just been created. */
export function newJob(session: Session, format: CsvFormat, state: JobState): Job {
	const { org, userId, version } = session;
	const now = org.clock.now();
	const numbers = org.part(makeNumbers);
	numbers.last += 1;
	return {
		id: makeId('750', numbers.last),
		format,
		version,
		createdById: userId,
		createdAt: now,
		modifiedAt: now,
		state,
		polls: 0,
		processed: 0,
		failed: 0,
	};
}

/** The members every job shows from its creation on (4.4, step 1). */
export const jobMembers = (job: Job, object: string, operation: string) => ({
	id: job.id,
	operation,
	object,
	createdById: job.createdById,
	createdDate: moment(job.createdAt),
	systemModstamp: moment(job.modifiedAt),
	state: job.state,
	concurrencyMode: 'Parallel',
	contentType: 'CSV',
	apiVersion: job.version,
});

/** What a poll adds (4.4, step 4). */
export const jobTimes = (job: Job) => ({
	retries: 0,
	totalProcessingTime: job.modifiedAt - job.createdAt,
	apiActiveProcessingTime: job.modifiedAt - job.createdAt,
	apexProcessingTime: 0,
	...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
});

/** One page of a list of jobs, and where the next one is (S21). */
export function jobPage(session: Session, { url, query }: ApiRequest, jobs: readonly unknown[]) {
	const { jobPageSize } = session.org.settings;
	const from = Number(query.get('queryLocator') ?? 0);
	const end = from + jobPageSize;
	const done = end >= jobs.length;
	const [path] = url.split('?');
	return {
		done,
		nextRecordsUrl: done ? null : `${path}?queryLocator=${end}`,
		records: jobs.slice(from, end),
	};
}

export type JobRequest = Readonly<Record<string, unknown>>;

/** The JSON object a job request holds; a member nobody knows is refused. */
export function readJobRequest(request: ApiRequest, known: readonly string[]): JobRequest {
	const body = readBody(request);
	const unknown = Object.keys(body).find((name) => !known.includes(name));
	if (unknown === undefined) return body;
	throw badRequest('JSON_PARSER_ERROR', `Unrecognized field "${unknown}".`);
}

/** A text member; 400 when it is missing or of another type. */
export function requiredText(request: JobRequest, name: string): string {
	const value = request[name];
	if (typeof value === 'string' && value !== '') return value;
	throw badRequest('INVALIDJOB', `A job needs ${name}.`);
}

function oneOf<T extends string>(
	request: JobRequest,
	name: string,
	values: readonly T[],
): T | undefined {
	const value = request[name];
	if (value === undefined) return undefined;
	const found = values.find((each) => each === value);
	if (found !== undefined) return found;
	throw badRequest('INVALIDJOB', `${name} must be one of ${values.join(', ')}.`);
}

/** Delimiter and line ending of a job; contentType has one value only. */
export function readFormat(request: JobRequest): CsvFormat {
	oneOf(request, 'contentType', ['CSV']);
	const delimiterNames = Object.keys(delimiters) as DelimiterName[];
	const endingNames = Object.keys(lineEndings) as LineEndingName[];
	return {
		columnDelimiter: oneOf(request, 'columnDelimiter', delimiterNames) ?? 'COMMA',
		lineEnding: oneOf(request, 'lineEnding', endingNames) ?? 'LF',
	};
}
