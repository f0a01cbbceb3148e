import { eachInSlices } from '../../core/breathe';
import type { SyncRecord } from '../../core/record';
import type { RecordError, RecordResult, ResultStatus } from '../../core/results';
import type { IndexedResult, WriteRecord } from '../connector';
import { notAttempted, onlyCancelled } from '../outcomes';
import { isObject } from '../json';
import { inParallel } from '../parallel';
import { LIMITS } from './limits';
import type { Job } from './plan';
import { leftOut, mending, openRings } from './rings';
import type { Session } from './session';
import { writeSlice } from './slice';

/** A job that waits for its parent, and its result should the parent never come. */
interface Waiting {
	readonly job: Job;
	readonly last: IndexedResult;
}

/** Jobs that can be written, and that wait for their parents. */
interface Sorted {
	readonly ready: readonly Job[];
	readonly waiting: readonly Waiting[];
}

/** A run's jobs on their way: what each record said, and rings that are to be closed. */
interface Work {
	readonly session: Session;
	readonly originals: ReadonlyMap<number, WriteRecord>;
	/** Jobs that add the links of a ring, once its rows are there. */
	readonly mends: Job[];
	/** Rows written so far, those whose answer was lost and that were found included. */
	written: number;
}

/**
 * Writes jobs in passes. A record whose parent is missing waits until all others are written, because one of
 * them may be the parent; it is tried again as long as a pass writes anything. Then rings of rows that wait for
 * each other are opened, and what still waits is rejected or written without the link (sync C6, B20).
 */
export async function* inPasses(
	session: Session,
	jobs: readonly Job[],
): AsyncGenerator<readonly IndexedResult[]> {
	const originals = new Map(jobs.map(({ index, record }) => [index, record]));
	const work: Work = { session, originals, mends: [], written: 0 };
	for (let open = jobs; open.length > 0;) {
		const before = work.written;
		let stop: unknown;
		const sorted = await sortByParents(session, open).catch((error: unknown) => {
			stop = error;
			return undefined;
		});
		if (!sorted) {
			// What has no result when the run stops was not attempted: rows without their links must have one.
			yield halfWritten(open);
			onlyCancelled(stop);
			yield untouched(open);
			return;
		}
		if (sorted.refused.length > 0) yield sorted.refused;
		const waiting = yield* writeReady(work, sorted);
		const mends = work.mends.splice(0);
		if (session.signal?.aborted) {
			yield leftBehind([...waiting.map(({ job }) => job), ...mends]);
			return;
		}
		const isStuck = work.written === before && mends.length === 0;
		const next = isStuck ? unblocked(session, waiting) : waiting.map(({ job }) => job);
		const kept = new Set(next.map(({ index }) => index));
		const lost = waiting.filter(({ job }) => !kept.has(job.index));
		if (lost.length > 0) yield lost.map(({ last }) => last);
		open = [...next, ...mends];
	}
}

/** What can go on although its parent is missing, and what waits for that; empty when nothing can. */
function unblocked(session: Session, waiting: readonly Waiting[]): readonly Job[] {
	const jobs = waiting.map(({ job }) => job);
	const rings = session.preview ? [] : openRings(session, jobs);
	if (rings.length > 0) {
		const opened = new Map(rings.map((job) => [job.index, job]));
		return jobs.map((job) => opened.get(job.index) ?? job);
	}
	return session.options.leaveParentsOut ? leftOut(session, jobs) : [];
}

/** Rows among these jobs that are there without their links. */
const halfWritten = (jobs: readonly Job[]): IndexedResult[] =>
	jobs.flatMap(({ index, unlinked }): IndexedResult[] =>
		unlinked ? [{ index, result: { status: 'unknown', ...idOf(unlinked), error: HALF } }] : [],
	);

const idOf = ({ id }: RecordResult) => (id === undefined ? {} : { id });

const untouched = (jobs: readonly Job[]): IndexedResult[] =>
	notAttempted(jobs.filter(({ unlinked }) => !unlinked).map(({ index }) => index));

/** What becomes of jobs that a cancelled run did not come to. */
const leftBehind = (jobs: readonly Job[]): IndexedResult[] => [
	...halfWritten(jobs),
	...untouched(jobs),
];

const HALF: RecordError = {
	code: 'halfWritten',
	category: 'transient',
	message: 'The row was written, but not its link to another row of this run',
	retryable: true,
	hint: 'The next run compares it with the row and completes it.',
};

/** Jobs that can be written now, that wait for a parent, and that can never be written as they are. */
async function sortByParents(session: Session, jobs: readonly Job[]) {
	const { columns, preview, table } = session;
	await columns.findParents(partsOf(session, jobs));
	const ready: Job[] = [];
	const waiting: Waiting[] = [];
	const refused: IndexedResult[] = [];
	await eachInSlices(jobs, (job) => {
		const problem = columns.problem(referring(session, job));
		if (!problem) {
			ready.push(byIds(session, job));
			return;
		}
		const { error, mayCome, searched = [] } = problem;
		// Only a write shows whether this very run brings the parent.
		if (preview && searched.includes(table.name)) {
			ready.push({ ...job, doubt: `Unless this run writes its parent: ${error.message}` });
			return;
		}
		const last: IndexedResult = { index: job.index, result: { status: 'rejected', error } };
		if (mayCome) waiting.push({ job, last });
		else refused.push(last);
	});
	return { ready, waiting, refused };
}

/** A job whose row can be looked up, once the rows its key names are found. */
function byIds({ columns }: Session, job: Job): Job {
	const { key, previousKey } = job.record;
	if (!Object.values(key).some(isObject)) return job;
	const renamed = previousKey && { previousKey: columns.byIds(previousKey) };
	return { ...job, record: { ...job.record, key: columns.byIds(key), ...renamed } };
}

/** The parts of a record that may name parents. What is removed or deleted sends no values. */
function referring({ target }: Session, { record }: Job): readonly SyncRecord[] {
	const { change, key, values, update } = record;
	return change === 'removed' || target.writeMode === 'delete' ? [key] : [key, values, update];
}

function* partsOf(session: Session, jobs: readonly Job[]): Generator<SyncRecord> {
	for (const job of jobs) yield* referring(session, job);
}

/** Writes slices at once and yields their results; returns the jobs that wait, those whose parent the server did not find included. */
async function* writeReady(
	work: Work,
	{ ready: jobs, waiting }: Sorted,
): AsyncGenerator<readonly IndexedResult[], readonly Waiting[]> {
	const { session } = work;
	const { signal } = session;
	const byIndex = new Map(jobs.map((job) => [job.index, job]));
	const left = new Map(byIndex);
	const orphans = [...waiting];
	let position = 0;
	let stop: unknown;
	const next = () => {
		if (stop !== undefined || signal?.aborted || position >= jobs.length) return undefined;
		const slice = jobs.slice(position, position + session.size.current);
		position += slice.length;
		return async () => await writeSlice(session, slice);
	};
	for await (const outcome of inParallel(LIMITS.parallelism, next)) {
		stop ??= outcome.stop;
		const known: IndexedResult[] = [];
		for (const last of outcome.results) {
			const job = byIndex.get(last.index);
			left.delete(last.index);
			if (!session.preview && WRITTEN.has(last.result.status)) work.written += 1;
			if (job && isOrphan(last)) orphans.push({ job, last });
			else known.push(...(job ? concluded(work, job, last) : [last]));
		}
		if (known.length > 0) yield known;
	}
	if (stop !== undefined) {
		yield orphans.slice(waiting.length).map(({ last }) => last);
		yield halfWritten([...work.mends, ...left.values(), ...waiting.map(({ job }) => job)]);
		throw stop;
	}
	yield leftBehind([...left.values()]);
	return orphans;
}

/** A record's result; none yet while a ring is open that its row is in. */
function concluded({ mends, originals }: Work, job: Job, last: IndexedResult): IndexedResult[] {
	const { index, result } = last;
	const original = originals.get(index);
	if (job.mends && original && DONE.has(result.status)) {
		mends.push(mending(job, original, result));
		return [];
	}
	if (job.unlinked && result.status === 'updated') return [{ index, result: job.unlinked }];
	if (result.status === 'notAttempted') return leftBehind([job]);
	if (job.warning === undefined || !DONE.has(result.status)) return [last];
	const warnings = [...(result.warnings ?? []), job.warning];
	return [{ index, result: { ...result, warnings } }];
}

const DONE: ReadonlySet<ResultStatus> = new Set(['created', 'updated', 'unchanged']);
const WRITTEN: ReadonlySet<ResultStatus> = new Set(['created', 'updated', 'deleted']);

/** Refused because a row that a lookup points at by ID is not there (T-09). */
const isOrphan = ({ result }: IndexedResult): boolean =>
	result.status === 'rejected' && ORPHAN.has(result.error?.code ?? '');

const ORPHAN: ReadonlySet<string> = new Set(['0x80040217', '0x80060891']);
