import type { IndexedResult } from '../connector';
import { notAttempted } from '../outcomes';
import { CancelledError } from '../retry';
import { deliver } from './deliver';
import { halfWritten, sorted } from './intake';
import { leftOut, mayComeYet } from './orphans';
import type { Job } from './plan';
import { planSlice } from './planSlice';
import { planned } from './planned';
import { sortedByParent } from './parentOrder';
import { openRings } from './rings';
import { routeFor, type Route } from './route';
import type { Session } from './session';

/** A job whose parent is not there, and its result should the parent never come. */
export interface Waiting {
	readonly job: Job;
	readonly last: IndexedResult;
}

/** What is under way in one pass over a write's jobs. */
export interface Work {
	readonly session: Session;
	route: Route;
	/** Records written so far. */
	written: number;
	readonly waiting: Waiting[];
	/** Jobs that complete rows written without a link to each other. */
	readonly mends: Job[];
}

/**
 * Writes jobs in passes. A record whose parent is missing waits until all others are written, because one of
 * them may be the parent; it is tried again as long as a pass writes anything (sync T15). Then rows that wait
 * for each other are written without their links and completed, and what still waits is rejected or written
 * without the link.
 */
export async function* inPasses(
	session: Session,
	jobs: readonly Job[],
): AsyncGenerator<readonly IndexedResult[]> {
	const route = routeFor(session, jobs.length);
	const work: Work = { session, route, written: 0, waiting: [], mends: [] };
	for (let open = jobs; open.length > 0;) {
		const before = work.written;
		yield* writeAll(work, open);
		const waiting = work.waiting.splice(0);
		const mends = work.mends.splice(0);
		const next = work.written === before ? unblocked(session, waiting) : freed(session, waiting);
		const kept = new Set([...next, ...mends].map(({ index }) => index));
		const lost = waiting.filter(({ job }) => !kept.has(job.index));
		if (lost.length > 0) yield lost.map(givenUp);
		open = [...next, ...mends];
	}
}

/** What may be tried again: its parent may be among what was just written, or is left out. */
function freed(session: Session, waiting: readonly Waiting[]): readonly Job[] {
	const hopeful = waiting.filter(({ job }) => mayComeYet(session, job));
	const hopeless = waiting.filter((one) => !hopeful.includes(one));
	return [
		...hopeful.map(({ job }) => job),
		...(session.options.leaveParentsOut ? leftOut(session, hopeless) : []),
	];
}

/** What can go on although its parent is missing; empty when nothing can. */
function unblocked(session: Session, waiting: readonly Waiting[]): readonly Job[] {
	const rings = openRings(session, waiting);
	if (rings.length > 0) return rings;
	return session.options.leaveParentsOut ? leftOut(session, waiting) : [];
}

/** One pass, slice by slice. A throw leaves what waits with the result it has. */
async function* writeAll(
	work: Work,
	jobs: readonly Job[],
): AsyncGenerator<readonly IndexedResult[]> {
	const { session, waiting, mends } = work;
	for (let at = 0; at < jobs.length;) {
		const slice = jobs.slice(at, at + work.route.slice);
		if (session.signal?.aborted) {
			yield untouched([...jobs.slice(at), ...mends.splice(0)]);
			return;
		}
		at += slice.length;
		const stop = yield* writeSlice(work, slice);
		if (stop === undefined) continue;
		yield [
			...waiting.splice(0).map(givenUp),
			...[...jobs.slice(at), ...mends.splice(0)].filter(({ unlinked }) => unlinked).map(half),
		];
		throw stop;
	}
}

/** The result of a job whose parent does not come. */
const givenUp = ({ job, last }: Waiting): IndexedResult =>
	job.unlinked ? { ...last, result: halfWritten(job, last.result) } : last;

const half = (job: Job): IndexedResult => ({ index: job.index, result: halfWritten(job) });

/** Jobs a cancel leaves: not attempted, but for those whose rows were written without their links. */
const untouched = (jobs: readonly Job[]): IndexedResult[] =>
	jobs.flatMap((job) => (job.unlinked ? [half(job)] : notAttempted([job.index])));

/** Plans and sends a slice; returns what stops the run, if something does. */
async function* writeSlice(
	work: Work,
	jobs: readonly Job[],
): AsyncGenerator<readonly IndexedResult[], unknown> {
	const { session } = work;
	let stop: unknown;
	const steps = await planSlice(session, jobs).catch((error: unknown) => {
		stop = error;
		return undefined;
	});
	if (!steps) {
		if (!(stop instanceof CancelledError)) {
			yield jobs.filter(({ unlinked }) => unlinked).map(half);
			return stop;
		}
		yield untouched(jobs);
		return undefined;
	}
	const { known, sending, partly } = sorted(steps);
	yield known;
	if (session.preview) {
		yield planned(work, sending);
		return undefined;
	}
	const { again, stop: reason } = yield* deliver(work, sortedByParent(session, sending), partly);
	if (reason !== undefined || again.length === 0) return reason;
	return yield* writeSlice(work, again);
}
