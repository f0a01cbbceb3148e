import type { RecordResult, ResultStatus } from '../../core/results';
import type { IndexedResult } from '../connector';
import type { Work } from './passes';
import { missingError } from './keyErrors';
import { HALF_WRITTEN, type Done, type Job, type Sending, type Step } from './plan';
import { isOrphan } from './references';
import { mending } from './rings';
import { unknownResult, type Session } from './session';

/** A create that got no answer, and its result unless it can be found. */
export interface Doubt {
	readonly job: Job;
	readonly last: IndexedResult;
}

/** Takes in what sending yields, and tells which results are final. */
export interface Intake {
	take(batch: readonly IndexedResult[]): readonly IndexedResult[];
	/** Results of jobs nobody answered, when the sending is over. */
	rest(isCancelled: boolean): readonly IndexedResult[];
	readonly doubts: Doubt[];
	readonly again: readonly Job[];
}

interface Entry {
	readonly step: Sending;
	/** Steps without an answer: a job may stand for several records. */
	left: number;
	readonly parts: RecordResult[];
	/** What was known of its other records before anything was sent. */
	readonly known: readonly RecordResult[];
}

/** What planning a slice came to. */
export interface Sorted {
	/** Results of jobs nothing is sent for. */
	readonly known: readonly IndexedResult[];
	readonly sending: readonly Sending[];
	/** Known results of jobs that stand for several records and send some of them, by index. */
	readonly partly: ReadonlyMap<number, readonly RecordResult[]>;
}

/** Tells jobs whose result is known from those that send something: each has one result, whatever it stands for. */
export function sorted(steps: readonly Step[]): Sorted {
	const sending = steps.filter((step) => step.kind !== 'done');
	const results = new Map<number, RecordResult[]>();
	for (const { job, result } of steps.filter((step): step is Done => step.kind === 'done')) {
		const others = results.get(job.index);
		if (others) others.push(result);
		else results.set(job.index, [result]);
	}
	const sent = new Set(sending.map(({ job }) => job.index));
	const known: IndexedResult[] = [];
	const partly = new Map<number, readonly RecordResult[]>();
	for (const [index, parts] of results) {
		if (sent.has(index)) partly.set(index, parts);
		else known.push({ index, result: merged(parts) });
	}
	return { known, sending, partly };
}

/** An intake for what is sent, beside the known results of the same jobs. */
export function createIntake(
	work: Work,
	steps: readonly Sending[],
	partly: Sorted['partly'],
): Intake {
	const open = new Map<number, Entry>();
	for (const step of steps) {
		const { index } = step.job;
		const entry = open.get(index) ?? { step, left: 0, parts: [], known: partly.get(index) ?? [] };
		entry.left += 1;
		open.set(step.job.index, entry);
	}
	const doubts: Doubt[] = [];
	const again: Job[] = [];
	const conclude = ({ step, parts, known }: Entry): IndexedResult[] => {
		const last = { index: step.job.index, result: merged([...parts, ...known]) };
		return concluded({ ...work, doubts, again }, step, last);
	};
	return {
		doubts,
		again,
		take: (batch) =>
			batch.flatMap(({ index, result }) => {
				const entry = open.get(index);
				if (!entry) return [];
				// Another insert of this run that got no answer is not proven by this record (design R11).
				if (result.status === 'created' && result.id !== undefined) {
					work.session.claims.set(result.id, index);
				}
				entry.parts.push(result);
				entry.left -= 1;
				if (entry.left > 0) return [];
				open.delete(index);
				if (WRITTEN.has(result.status)) work.written += 1;
				return conclude(entry);
			}),
		rest: (isCancelled) =>
			[...open.values()].flatMap(({ step, parts }) =>
				unanswered(work.session, step, parts.length > 0, isCancelled),
			),
	};
}

const WRITTEN: ReadonlySet<ResultStatus> = new Set(['created', 'updated', 'deleted']);

const WORST: readonly ResultStatus[] = [
	'unknown',
	'rejected',
	'notAttempted',
	'skipped',
	'created',
	'updated',
	'deleted',
];

/** The result of a job that stands for several records: the worst of them decides. */
function merged(parts: readonly RecordResult[]): RecordResult {
	const [first] = parts;
	if (parts.length === 1) return first;
	const status = WORST.find((each) => parts.some((part) => part.status === each));
	const worst = parts.find((part) => part.status === status) ?? first;
	const note = `Stands for ${parts.length} records of Salesforce`;
	return { ...worst, warnings: [...(worst.warnings ?? []), note] };
}

interface Taking extends Work {
	readonly doubts: Doubt[];
	readonly again: Job[];
}

/** A job's result; none yet while it waits for something. */
function concluded(taking: Taking, step: Sending, last: IndexedResult): IndexedResult[] {
	const { job } = step;
	const { result } = last;
	if (result.reason === 'notFound' && job.record.change !== 'removed') {
		return missing(taking, job, last);
	}
	if (result.status === 'rejected' && isOrphan(result.error)) {
		taking.waiting.push({ job, last: orphaned(last) });
		return [];
	}
	if (result.status === 'unknown' && step.kind === 'create' && job.key) {
		taking.doubts.push({ job, last });
		return [];
	}
	if (result.status === 'rejected' && isLost(taking.session, step)) {
		return [refusedLater(taking.session, step, result)];
	}
	if (job.unlinked) return [{ ...last, result: completed(job, result) }];
	return linked(taking, job, last);
}

/** Whether a row may have been written by a try that got no answer. */
const isLost = ({ lost }: Session, { job }: Sending): boolean => lost.has(job.index);

/**
 * Told as rejected, a record that is there after all would never be removed, and one that was changed would keep its
 * values when the source takes them back (design R3, R6).
 */
function refusedLater(session: Session, step: Sending, { error }: RecordResult): IndexedResult {
	const { index, result } = unknownResult(session, step);
	const refusal = `; sent again, it was refused: ${error?.message ?? 'no reason was given'}`;
	return {
		index,
		result: {
			...result,
			...(result.error && {
				error: { ...result.error, message: `${result.error.message}${refusal}` },
			}),
		},
	};
}

/** A row that was written without its links has no result yet: they are sent once the others are there. */
export function linked(
	{ mends }: Pick<Work, 'mends'>,
	job: Job,
	last: IndexedResult,
): IndexedResult[] {
	if (!job.mends || !WRITTEN.has(last.result.status)) return [last];
	mends.push(mending(job, last.result));
	return [];
}

/** The record to update is not there. Where the mode creates, it is planned anew, once, and sent whole. */
function missing({ session, again }: Taking, job: Job, last: IndexedResult): IndexedResult[] {
	const { target, options, sobject } = session;
	const reject = (error: RecordResult['error']): IndexedResult[] => [
		{ ...last, result: { status: 'rejected', error } },
	];
	if (target.writeMode === 'update') {
		return options.notFound === 'reject' ? reject(missingError(sobject.name, job)) : [last];
	}
	if (job.round > 0) return reject(missingError(sobject.name, job));
	again.push({ ...job, round: job.round + 1 });
	return [];
}

function orphaned({ index, result }: IndexedResult): IndexedResult {
	const { error } = result;
	if (!error) return { index, result };
	const hint =
		'The record a lookup points at is not in Salesforce: write it first, for example by a Salesforce Write node before this one. The next run tries again.';
	return { index, result: { ...result, error: { ...error, retryable: true, hint } } };
}

/** What a job came to whose row was written first and its links after it; they may have been left out. */
const completed = (job: Job, result: RecordResult): RecordResult =>
	job.unlinked && result.status === 'updated'
		? { ...job.unlinked, ...(result.warnings && { warnings: result.warnings }) }
		: halfWritten(job, result);

/** What is known of a job whose sending ended early. */
function unanswered(
	session: Session,
	step: Sending,
	isPartly: boolean,
	isCancelled: boolean,
): IndexedResult[] {
	const { job } = step;
	const { index } = job;
	if (isLost(session, step)) return [unknownResult(session, step)];
	if (isPartly || job.unlinked) return [{ index, result: halfWritten(job) }];
	// On a stop nothing is said: what has no result was not attempted.
	return isCancelled ? [{ index, result: { status: 'notAttempted' } }] : [];
}

/**
 * The result of a job whose record was written in part, and of what became of the rest. Told as rejected it would
 * be inserted once more, and as a record that is not there it would never be removed (design R6, R11).
 */
export const halfWritten = (
	{ unlinked }: Job,
	{ error }: Partial<RecordResult> = {},
): RecordResult => ({
	status: 'unknown',
	...(unlinked?.id !== undefined && { id: unlinked.id }),
	error: error
		? {
				...HALF_WRITTEN,
				hint: error.hint ?? HALF_WRITTEN.hint,
				message: `${HALF_WRITTEN.message}: ${error.message}`,
			}
		: HALF_WRITTEN,
});
