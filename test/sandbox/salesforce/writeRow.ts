import type { RowOutcome, RowWrite } from './model';
import type { Session } from './org';
import { RowRefusal } from './refusal';
import { applyTask } from './rowOperations';
import { fold } from './store';
import { readValue } from './values';

const failed = (refusal: RowRefusal): RowOutcome => ({ success: false, errors: refusal.errors });

function writeOne(session: Session, write: RowWrite, size: number): RowOutcome {
	if (write.refused !== undefined) return { success: false, errors: [write.refused] };
	const object = session.org.schema.named(write.object);
	try {
		return session.org.store.transaction(() => applyTask({ session, object, write, size }));
	} catch (error) {
		if (error instanceof RowRefusal) return failed(error);
		throw error;
	}
}

/** Writes one record by every rule of the platform; what is refused changes nothing. */
export const writeRow = (session: Session, write: RowWrite): RowOutcome =>
	writeOne(session, write, 1);

function keyText({ org }: Session, write: RowWrite): string | undefined {
	if (write.operation !== 'upsert') return undefined;
	const object = org.schema.named(write.object);
	const name = write.externalIdField?.toLowerCase() ?? '';
	const field = object.fields.get(name);
	if (field === undefined || name === 'id') return undefined;
	const key = Object.keys(write.values).find((each) => each.toLowerCase() === name);
	const value = key === undefined ? null : readValue(org.switches, field, write.values[key]);
	return value === undefined || value === null ? undefined : `${object.name} ${fold(field, value)}`;
}

/** Positions of records whose external id another record of the same call has too: all of them, or by U19 all but the first. */
function repeated(session: Session, writes: readonly RowWrite[]): Set<number> {
	const first = new Map<string, number>();
	const found = new Set<number>();
	const all = session.org.switches.dupKeyInCall === 'all';
	writes.forEach((write, at) => {
		const key = keyText(session, write);
		const before = key === undefined ? undefined : first.get(key);
		if (before !== undefined) {
			found.add(at);
			if (all) found.add(before);
		} else if (key !== undefined) first.set(key, at);
	});
	return found;
}

const specifiedTwice = ({ externalIdField = '' }: RowWrite): RowOutcome =>
	failed(new RowRefusal('DUPLICATE_VALUE', 'Duplicate external id specified', [externalIdField]));

const ROLLED_BACK: RowOutcome = failed(
	new RowRefusal(
		'ALL_OR_NONE_OPERATION_ROLLED_BACK',
		'Record rolled back because not all records were valid and the request was using AllOrNone header',
	),
);

/**
 * Writes the records of one call or trigger chunk (200 at most), in order: each on its own, or with
 * `allOrNone` all or nothing. The same external id twice is refused here (S15).
 */
export function writeRows(
	session: Session,
	writes: readonly RowWrite[],
	options: { readonly allOrNone?: boolean } = {},
): RowOutcome[] {
	const twice = repeated(session, writes);
	const work = () =>
		writes.map((write, at) =>
			twice.has(at) ? specifiedTwice(write) : writeOne(session, write, writes.length),
		);
	const allGood = (outcomes: readonly RowOutcome[]) => outcomes.every(({ success }) => success);
	if (options.allOrNone !== true) return session.org.store.transaction(work);
	const outcomes = session.org.store.attempt(work, allGood);
	if (allGood(outcomes)) return outcomes;
	return outcomes.map((outcome) => (outcome.success ? ROLLED_BACK : outcome));
}
