import { eachInSlices } from './breathe';
import { takeCensus, type Census, type DiffSettings, type InvalidRow, type Row } from './census';
import { isDue, type Failure } from './failures';
import type { FieldFingerprints, Fingerprinter } from './fingerprint';
import type { Key } from './key';
import { findLeavers } from './leavers';
import type { Member, Members, OfferedRecord } from './member';

export interface DiffCounts {
	readonly read: number;
	readonly unchanged: number;
	readonly held: number;
	/** Rows without a usable key. */
	readonly keyless: number;
	/** Changes that wait: parked, or in a back-off. */
	readonly waiting: number;
	/** Members not in the segment. */
	readonly left: number;
	readonly members: number;
}

export interface Comparison {
	/** Added, then changed, then removed (design R10). */
	readonly offers: readonly OfferedRecord[];
	readonly invalid: readonly InvalidRow[];
	readonly counts: DiffCounts;
	/** Leavers of this run that no earlier run has offered: what the guard looks at. */
	readonly newlyLeaving: number;
	/** Folded keys whose failure or kept record is over: the row reads as accepted again, or left. */
	readonly resolved: readonly string[];
	/** Members that were leaving and are back as they were. */
	readonly returned: readonly Member[];
	/** Leavers whose destination record another live key holds: forgotten, never removed (design R10). */
	readonly superseded: readonly Member[];
}

export interface DiffState {
	readonly members: Members;
	/** By folded key. */
	readonly failures: ReadonlyMap<string, Failure>;
	/** Rows without key in the last run. More of them than last time withhold all removals (design R8). */
	readonly keyless: number;
}

interface Candidate extends Key {
	readonly row: Row;
	readonly fingerprint: bigint;
}

/** Compares the rows with what the destination accepted. Changes nothing: offers and transitions are returned. */
export async function diff(
	rows: readonly Row[],
	state: DiffState,
	settings: DiffSettings,
	fingerprints: Fingerprinter,
): Promise<Comparison> {
	const census = await takeCensus(rows, settings);
	const isOpen = (folded: string) => state.failures.has(folded) || census.replayed.has(folded);
	const visited = await visitAll(census, state.members, fingerprints, isOpen);
	const { candidates, resolved } = visited;
	const known = await state.members.load(candidates.map(({ folded }) => folded));

	const upserts: OfferedRecord[] = [];
	const returned: Member[] = [];
	let waiting = 0;
	await eachInSlices(candidates, (candidate) => {
		const failure = state.failures.get(candidate.folded);
		const member = known.get(candidate.folded);
		if (member?.fingerprint === candidate.fingerprint) {
			returned.push({ ...member, leaving: false });
			if (isOpen(candidate.folded)) resolved.push(candidate.folded);
		} else if (failure && !isDue(failure, candidate.fingerprint, settings.now)) {
			waiting++;
		} else {
			upserts.push(offerOf(candidate, member, fingerprints));
		}
	});
	const leaving = await findLeavers(census, state, settings);
	return {
		offers: [...inOrder(upserts), ...leaving.offers],
		invalid: census.invalid,
		counts: {
			read: rows.filter(({ index }) => index !== undefined).length,
			unchanged: visited.same + returned.length,
			held: census.held.size,
			keyless: census.keyless,
			waiting: waiting + leaving.waiting,
			left: leaving.left,
			members: state.members.size,
		},
		newlyLeaving: leaving.newly,
		resolved: [...resolved, ...leaving.resolved],
		returned,
		superseded: leaving.superseded,
	};
}

/** Marks what is present and sorts out, by fingerprint alone, the records that need a closer look. */
async function visitAll(
	census: Census,
	members: Members,
	fingerprints: Fingerprinter,
	isOpen: (folded: string) => boolean,
) {
	const candidates: Candidate[] = [];
	const resolved: string[] = [];
	let same = 0;
	await eachInSlices(census.unique, ([folded, { row, key }]) => {
		const fingerprint = fingerprints.record(row.record, key.text);
		if (members.visit(folded, fingerprint) === 'same') {
			same++;
			if (isOpen(folded)) resolved.push(folded);
		} else {
			candidates.push({ ...key, row, fingerprint });
		}
	});
	await eachInSlices(census.held, (folded) => void members.visit(folded));
	return { candidates, same, resolved };
}

function offerOf(
	{ text, folded, row, fingerprint }: Candidate,
	member: Member | undefined,
	fingerprints: Fingerprinter,
): OfferedRecord {
	const fields = fingerprints.fields(row.record);
	const dirty = member !== undefined && member.fingerprint === undefined;
	// A member in doubt since its first offer or its removal may not exist: it goes out as new.
	const added = member === undefined || (dirty && member.doubt !== 'changed');
	const changedFields = added || dirty ? undefined : changedOf(fields, member);
	return {
		record: row.record,
		...(row.index !== undefined && { row: row.index }),
		...(changedFields && { changedFields }),
		offer: {
			change: added ? 'added' : 'changed',
			key: text,
			folded,
			fingerprint,
			fields,
			redelivered: dirty,
			...(member?.id !== undefined && { id: member.id }),
			...(member && member.key !== text && { previousKey: member.key }),
		},
	};
}

/** Names of the fields that differ; undefined (all) when the record differs and no field does. */
function changedOf(fields: FieldFingerprints, member: Member): string[] | undefined {
	const changed = [...fields]
		.filter(([name, fingerprint]) => member.fields.get(name) !== fingerprint)
		.map(([name]) => name);
	return changed.length > 0 ? changed : undefined;
}

function inOrder(upserts: readonly OfferedRecord[]): OfferedRecord[] {
	const of = (change: string) => upserts.filter(({ offer }) => offer.change === change);
	return [...of('added'), ...of('changed')];
}
