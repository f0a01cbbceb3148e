import { eachInSlices } from './breathe';
import type { Census, DiffSettings, DiffState } from './census';
import { isDue } from './failures';
import { endedAbsences, isGraceOver, type Absence } from './grace';
import { foldKey, keyRecord } from './key';
import type { Member, OfferedRecord } from './member';

export interface Leavers {
	/** Members not in the segment, by folded key. */
	readonly members: ReadonlyMap<string, Member>;
	readonly offers: OfferedRecord[];
	/** Leavers whose destination record another live key holds: forgotten, never removed (design R10). */
	readonly superseded: Member[];
	/** Folded keys whose failure is over because the record left. */
	readonly resolved: string[];
	/** Of the offers, those no earlier run has offered: what the guard looks at. */
	newly: number;
	waiting: number;
	/** Missing for less than the grace period. */
	graced: number;
	/** Members found missing for the first time; null: an absence that is over. By folded key. */
	readonly absences: Map<string, Absence | null>;
	readonly withheld: number;
}

/** By folded key. */
type Gone = ReadonlyMap<string, Member>;

/** Members that are not in the segment any more, and what becomes of them (design R9, R10). */
export async function findLeavers(
	census: Census,
	state: DiffState,
	settings: DiffSettings,
): Promise<Leavers> {
	const complete = settings.input === 'complete';
	const gone = new Map<string, Member>();
	const members = complete ? await state.members.unvisited('all') : await removed(census, state);
	await eachInSlices(members, (member) =>
		gone.set(foldKey(member.key, settings.keyComparison), member),
	);
	// Design R8: a row whose key got lost may be one of the leavers.
	const withholds = complete && census.keyless > state.keyless;
	const leavers: Leavers = {
		members: gone,
		offers: [],
		superseded: [],
		resolved: resolvedKeys(gone, census, state, settings),
		newly: 0,
		waiting: 0,
		graced: 0,
		absences: new Map(),
		withheld: withholds ? newlyGone(gone, settings) : 0,
	};
	for (const folded of endedAbsences(state.absences ?? noAbsences, census, gone)) {
		leavers.absences.set(folded, null);
	}
	if (settings.leavers === 'send' && !withholds)
		await offerRemovals(leavers, census, state, settings);
	return leavers;
}

const noAbsences: ReadonlyMap<string, Absence> = new Map();

/** Leavers that would be sent now for the first time. */
function newlyGone(gone: Gone, settings: DiffSettings): number {
	if (settings.leavers !== 'send') return 0;
	return [...gone.values()].filter(({ leaving }) => !leaving).length;
}

/** A feed names what left, once: a removal without an outcome is due again (design R12). */
async function removed(census: Census, { members }: DiffState): Promise<Member[]> {
	const due = await members.unvisited('leaving');
	const named = await members.load([...census.removed]);
	return [...due, ...named.values()];
}

async function offerRemovals(
	leavers: Leavers,
	census: Census,
	state: DiffState,
	settings: DiffSettings,
): Promise<void> {
	const { members: gone } = leavers;
	const ids = [...gone.values()].flatMap(({ id }) => (id === undefined ? [] : [id]));
	const held: ReadonlySet<string | undefined> = await state.members.heldIds(ids, gone);
	await eachInSlices(gone, ([folded, member]) => {
		const failure = state.failures.get(folded);
		const isNew = !member.leaving && !state.absences?.has(folded);
		if (held.has(member.id)) {
			leavers.superseded.push(member);
		} else if (failure?.change === 'removed' && !isDue(failure, 0n, settings.now)) {
			leavers.waiting++;
		} else if (!census.removed.has(folded) && isInGrace(folded, member, state, settings)) {
			leavers.graced++;
			if (isNew) leavers.newly++;
			if (isNew) leavers.absences.set(folded, absenceNow(state, settings));
		} else {
			if (isNew) leavers.newly++;
			leavers.offers.push(removalOf(member, folded, settings));
		}
	});
}

function absenceNow({ comparisons = 0 }: DiffState, { now }: DiffSettings): Absence {
	return { since: now, comparison: comparisons };
}

/** A removal that was offered before is not put off again; what the source names as removed is not merely missing. */
function isInGrace(
	folded: string,
	member: Member,
	state: DiffState,
	settings: DiffSettings,
): boolean {
	if (!settings.grace || member.leaving) return false;
	const now = absenceNow(state, settings);
	const moment = { now: settings.now, comparison: now.comparison };
	return !isGraceOver(state.absences?.get(folded) ?? now, settings.grace, moment);
}

function removalOf(member: Member, folded: string, settings: DiffSettings): OfferedRecord {
	return {
		record: keyRecord(member.key, settings.keyFields),
		member,
		offer: {
			change: 'removed',
			key: member.key,
			folded,
			fingerprint: 0n,
			fields: new Map(),
			redelivered: member.fingerprint === undefined,
			...(member.id !== undefined && { id: member.id }),
		},
	};
}

/** A failed addition or change is over once its record left; a failed removal is not. */
function resolvedKeys(
	gone: Gone,
	census: Census,
	state: DiffState,
	settings: DiffSettings,
): string[] {
	const hasLeft = (folded: string) =>
		settings.input === 'complete' ? !census.isPresent(folded) : census.removed.has(folded);
	return [...state.failures]
		.filter(
			([folded, { change }]) => hasLeft(folded) && (change !== 'removed' || !gone.has(folded)),
		)
		.map(([folded]) => folded);
}
