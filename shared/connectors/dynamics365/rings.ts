import type { SyncRecord } from '../../core/record';
import { withoutFields } from '../../core/writeRecord';
import type { WriteRecord } from '../connector';
import { foldText, keyText } from './keyMatch';
import type { Job } from './plan';
import type { OpenLink } from './rowColumns';
import type { Session } from './session';

/** A job that waits, and the jobs it waits for; undefined for a row that nobody brings. */
interface Waiter {
	readonly job: Job;
	readonly links: readonly OpenLink[];
	readonly others: ReadonlyArray<Job | undefined>;
}

/**
 * New rows that wait for each other: one of each ring, to be written without its links first (sync C6, T49).
 * Rows that wait for something nobody brings are in no ring.
 */
export function openRings(session: Session, jobs: readonly Job[]): Job[] {
	const waiters = new Map(waitersOf(session, jobs).map((waiter) => [waiter.job, waiter]));
	const isLost = ({ others }: Waiter) => others.some((other) => !other || !waiters.has(other));
	for (let lost = [...waiters.values()].filter(isLost); lost.length > 0;) {
		for (const { job } of lost) waiters.delete(job);
		lost = [...waiters.values()].filter(isLost);
	}
	const opened = new Map<Job, Job>();
	const seen = new Set<Job>();
	for (const start of waiters.keys()) {
		const path = new Set<Job>();
		let at: Job | undefined = start;
		while (at && !seen.has(at) && !path.has(at)) {
			path.add(at);
			at = waiters.get(at)?.others[0];
		}
		const waiter = at && path.has(at) ? waiters.get(at) : undefined;
		if (waiter) opened.set(waiter.job, unlinked(waiter));
		for (const job of path) seen.add(job);
	}
	return [...opened.values()];
}

function waitersOf({ columns, table }: Session, jobs: readonly Job[]): Waiter[] {
	const links = jobs.map(({ record }) => columns.openLinks(linkable(record)));
	const indexes = new Map<string, Map<string, Job>>();
	const find = (own: SyncRecord): Job | undefined => {
		const fields = Object.keys(own).sort();
		const textOf = (part: SyncRecord) => foldText(keyText(part, fields, table.columns));
		const name = fields.join();
		const index =
			indexes.get(name) ??
			new Map(jobs.map((job) => [textOf({ ...job.record.values, ...job.record.key }), job]));
		indexes.set(name, index);
		return index.get(textOf(own));
	};
	return jobs.map((job, position) => ({
		job,
		links: links[position],
		others: links[position].map(({ own }) => own && find(own)),
	}));
}

/** A key is never left out. */
const linkable = ({ values, update }: WriteRecord): SyncRecord => ({ ...values, ...update });

function unlinked({ job, links }: Waiter): Job {
	const fields = links.map(({ field }) => field);
	return { ...job, record: withoutFields(job.record, fields), mends: fields };
}

/** The job that adds the links once all rows are there. */
export function mending(job: Job, original: WriteRecord, unlinkedResult: Job['unlinked']): Job {
	const { mends = [], ...rest } = job;
	const update = Object.fromEntries(
		Object.entries(linkable(original)).filter(([field]) => mends.includes(field)),
	);
	const record = { ...original, update, values: update };
	return { ...rest, round: 0, record, unlinked: unlinkedResult };
}

/** Waiting jobs without the lookups that point at what nobody brings (sync B20); empty when there are none. */
export function leftOut(session: Session, jobs: readonly Job[]): Job[] {
	let any = false;
	const freed = waitersOf(session, jobs).map(({ job, links, others }) => {
		const lost = links.filter((_, position) => !others[position]).map(({ field }) => field);
		if (lost.length === 0) return job;
		any = true;
		const warning = `Left out, because the row it points at does not exist: ${lost.join(', ')}`;
		return { ...job, record: withoutFields(job.record, lost), warning };
	});
	return any ? freed : [];
}
