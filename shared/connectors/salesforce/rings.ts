import type { RecordResult } from '../../core/results';
import { withoutFields } from '../../core/writeRecord';
import { lostLinks } from './orphans';
import type { Waiting } from './passes';
import type { Job } from './plan';
import type { Session } from './session';
import { comparable } from './soql';

/**
 * Waiting jobs, one of each ring of new rows that wait for each other without its links (sync T49); empty when
 * there is no ring, so that a job waits for a row that nobody brings.
 */
export function openRings(session: Session, waiting: readonly Waiting[]): Job[] {
	const { keyField, sobject } = session;
	if (!keyField || session.preview) return [];
	const textOf = (value: unknown) => comparable(keyField, value);
	const byKey = new Map(waiting.map((one) => [textOf(one.job.key?.value), one]));
	const parentOf = (one: Waiting): Waiting | undefined => {
		const own = lostLinks(session, one).find(
			({ object, by }) => object === sobject.name && sobject.field(by)?.name === keyField.name,
		);
		return own && byKey.get(textOf(own.value));
	};
	const opened = new Map<Waiting, Job>();
	const seen = new Set<Waiting>();
	for (const start of waiting) {
		const path = new Set<Waiting>();
		let at: Waiting | undefined = start;
		while (at && !seen.has(at) && !path.has(at)) {
			path.add(at);
			at = parentOf(at);
		}
		if (at && path.has(at)) opened.set(at, unlinked(session, at));
		for (const one of path) seen.add(one);
	}
	return opened.size === 0 ? [] : waiting.map((one) => opened.get(one) ?? one.job);
}

function unlinked(session: Session, one: Waiting): Job {
	const { job } = one;
	const mends = lostLinks(session, one).map(({ field }) => field);
	return { ...job, record: withoutFields(job.record, mends), original: job.record, mends };
}

/** The job that adds the links once all rows of the ring are there. */
export function mending({ mends = [], original, ...job }: Job, result: RecordResult): Job {
	const record = original ?? job.record;
	const update = Object.fromEntries(
		Object.entries({ ...record.values, ...record.update }).filter(([field]) =>
			mends.includes(field),
		),
	);
	return { ...job, record: { ...record, update }, unlinked: result };
}
