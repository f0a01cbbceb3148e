import { eachInSlices } from '../../core/breathe';
import type { SyncRecord } from '../../core/record';
import type { RecordError, ResultStatus } from '../../core/results';
import type { IndexedResult, WriteRecord } from '../connector';
import { notAttempted, onlyCancelled } from '../outcomes';
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

/** A run's jobs on their way: what each record said, and rings that are to be closed. */
interface Work {
	readonly session: Session;
	readonly originals: ReadonlyMap<number, WriteRecord>;
	/** Jobs that add the links of a ring, once its rows are there. */
	readonly mends: Job[];
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
	const work: Work = { session, originals, mends: [] };
	for (let open = jobs; open.length > 0;) {
		const before = session.written;
		let stop: unknown;
		const sorted = await sortByParents(session, open).catch((error: unknown) => {
			stop = error;
			return undefined;
		});
		if (!sorted) {
			// What has no result when the run stops was not attempted: rows without their links must have one.
			yield halfWritten(open.filter(({ unlinked }) => unlinked));
			onlyCancelled(stop);
			yield notAttempted(open.filter(({ unlinked }) => !unlinked).map(({ index }) => index));
			return;
		}
		if (sorted.refused.length > 0) yield sorted.refused;
		const waiting = [...sorted.waiting, ...(yield* writeReady(work, sorted.ready))];
		const mends = work.mends.splice(0);
		if (session.signal?.aborted) {
			if (waiting.length > 0) yield notAttempted(waiting.map(({ job }) => job.index));
			if (mends.length > 0) yield halfWritten(mends);
			return;
		}
		const isStuck = session.written === before && mends.length === 0;
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

const halfWritten = (jobs: readonly Job[]): IndexedResult[] =>
	jobs.map(({ index, unlinked }) => ({
		index,
		result: {
			status: 'unknown',
			...(unlinked?.id !== undefined && { id: unlinked.id }),
			error: HALF,
		},
	}));

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
			ready.push(job);
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

/** The parts of a record that may name parents. What is removed or deleted sends no values. */
function referring({ target }: Session, { record }: Job): readonly SyncRecord[] {
	const { change, key, values, update } = record;
	return change === 'removed' || target.writeMode === 'delete' ? [key] : [key, values, update];
}

function* partsOf(session: Session, jobs: readonly Job[]): Generator<SyncRecord> {
	for (const job of jobs) yield* referring(session, job);
}

/** Writes slices at once and yields their results; returns the jobs whose parent the server did not find. */
async function* writeReady(
	work: Work,
	jobs: readonly Job[],
): AsyncGenerator<readonly IndexedResult[], readonly Waiting[]> {
	const { session } = work;
	const { signal } = session;
	const byIndex = new Map(jobs.map((job) => [job.index, job]));
	const orphans: Waiting[] = [];
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
			if (job && isOrphan(last)) orphans.push({ job, last });
			else known.push(...(job ? concluded(work, job, last) : [last]));
		}
		if (known.length > 0) yield known;
	}
	if (stop !== undefined) {
		if (orphans.length > 0) yield orphans.map(({ last }) => last);
		if (work.mends.length > 0) yield halfWritten(work.mends);
		throw stop;
	}
	const rest = jobs.slice(position).map((job) => job.index);
	if (rest.length > 0) yield notAttempted(rest);
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
	if (job.warning === undefined || !DONE.has(result.status)) return [last];
	const warnings = [...(result.warnings ?? []), job.warning];
	return [{ index, result: { ...result, warnings } }];
}

const DONE: ReadonlySet<ResultStatus> = new Set(['created', 'updated', 'unchanged']);

/** Refused because a row that a lookup points at by ID is not there (T-09). */
const isOrphan = ({ result }: IndexedResult): boolean =>
	result.status === 'rejected' && ORPHAN.has(result.error?.code ?? '');

const ORPHAN: ReadonlySet<string> = new Set(['0x80040217', '0x80060891']);
