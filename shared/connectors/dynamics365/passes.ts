import { eachInSlices } from '../../core/breathe';
import type { SyncRecord } from '../../core/record';
import type { IndexedResult } from '../connector';
import { inParallel } from '../parallel';
import { CancelledError } from '../retry';
import { LIMITS } from './limits';
import type { Job } from './plan';
import type { Session } from './session';
import { writeSlice } from './slice';

/** A job that waits for its parent, and its result should the parent never come. */
interface Waiting {
	readonly job: Job;
	readonly last: IndexedResult;
}

/**
 * Writes jobs in passes. A record whose parent is missing waits until all others are written, because one of
 * them may be the parent; it is tried again as long as a pass writes anything, then it is rejected (sync C6).
 */
export async function* inPasses(
	session: Session,
	jobs: readonly Job[],
): AsyncGenerator<readonly IndexedResult[]> {
	for (let open = jobs; open.length > 0;) {
		const before = session.written;
		const sorted = await sortByParents(session, open).catch(onlyCancelled);
		if (!sorted) {
			yield notAttempted(open.map(({ index }) => index));
			return;
		}
		if (sorted.refused.length > 0) yield sorted.refused;
		const waiting = [...sorted.waiting, ...(yield* writeReady(session, sorted.ready))];
		if (session.signal?.aborted) {
			if (waiting.length > 0) yield notAttempted(waiting.map(({ job }) => job.index));
			return;
		}
		if (session.written === before) {
			if (waiting.length > 0) yield waiting.map(({ last }) => last);
			return;
		}
		open = waiting.map(({ job }) => job);
	}
}

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
	session: Session,
	jobs: readonly Job[],
): AsyncGenerator<readonly IndexedResult[], readonly Waiting[]> {
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
			const job = isOrphan(last) ? byIndex.get(last.index) : undefined;
			if (job) orphans.push({ job, last });
			else known.push(last);
		}
		if (known.length > 0) yield known;
	}
	if (stop !== undefined) {
		if (orphans.length > 0) yield orphans.map(({ last }) => last);
		throw stop;
	}
	const rest = jobs.slice(position).map((job) => job.index);
	if (rest.length > 0) yield notAttempted(rest);
	return orphans;
}

/** Refused because a row that a lookup points at by ID is not there (T-09). */
const isOrphan = ({ result }: IndexedResult): boolean =>
	result.status === 'rejected' && ORPHAN.has(result.error?.code ?? '');

const ORPHAN: ReadonlySet<string> = new Set(['0x80040217', '0x80060891']);

/** Records no request was sent for. */
export const notAttempted = (indexes: readonly number[]): IndexedResult[] =>
	indexes.map((index) => ({ index, result: { status: 'notAttempted' } }));

/** What a cancel leaves: nothing. Any other failure goes on. */
export function onlyCancelled(error: unknown): undefined {
	if (!(error instanceof CancelledError)) throw error;
	return undefined;
}
