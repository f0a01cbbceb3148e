import type { Census, DiffSettings } from './census';
import type { DiffState } from './diff';
import { isDue } from './failures';
import { foldKey, keyRecord } from './key';
import type { Member, OfferedRecord } from './member';

export interface Leavers {
	readonly offers: OfferedRecord[];
	/** Leavers whose destination record another live key holds: forgotten, never removed (design R10). */
	readonly superseded: Member[];
	/** Folded keys whose failure is over because the record left. */
	readonly resolved: string[];
	/** Members not in the segment. */
	readonly left: number;
	/** Of the offers, those no earlier run has offered: what the guard looks at. */
	newly: number;
	waiting: number;
}

/** Members that are not in the segment any more, and what becomes of them (design R9, R10). */
export async function findLeavers(
	census: Census,
	state: DiffState,
	settings: DiffSettings,
): Promise<Leavers> {
	const complete = settings.input === 'complete';
	const gone = complete
		? await state.members.unvisited()
		: [...(await state.members.load([...census.removed])).values()];
	const leavers: Leavers = {
		offers: [],
		superseded: [],
		resolved: complete ? overFailures(gone, census, state, settings) : [],
		left: gone.length,
		newly: 0,
		waiting: 0,
	};
	// Design R8: a row whose key got lost may be one of the leavers.
	const withheld = complete && census.keyless > state.keyless;
	if (settings.leavers === 'send' && !withheld) await offerRemovals(gone, leavers, state, settings);
	return leavers;
}

async function offerRemovals(
	gone: readonly Member[],
	leavers: Leavers,
	state: DiffState,
	settings: DiffSettings,
): Promise<void> {
	const held = await state.members.heldIds(
		gone.flatMap(({ id }) => (id === undefined ? [] : [id])),
	);
	for (const member of gone) {
		const folded = foldKey(member.key, settings.keyComparison);
		const failure = state.failures.get(folded);
		if (member.id !== undefined && held.has(member.id)) {
			leavers.superseded.push(member);
		} else if (failure?.change === 'removed' && !isDue(failure, 0n, settings.now)) {
			leavers.waiting++;
		} else {
			if (!member.leaving) leavers.newly++;
			leavers.offers.push(removalOf(member, folded, settings));
		}
	}
}

function removalOf(member: Member, folded: string, settings: DiffSettings): OfferedRecord {
	return {
		record: keyRecord(member.key, settings.keyFields),
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
function overFailures(
	gone: readonly Member[],
	census: Census,
	state: DiffState,
	settings: DiffSettings,
): string[] {
	const members = new Set(gone.map(({ key }) => foldKey(key, settings.keyComparison)));
	return [...state.failures]
		.filter(
			([folded, { change }]) =>
				!census.present.has(folded) && (change !== 'removed' || !members.has(folded)),
		)
		.map(([folded]) => folded);
}
