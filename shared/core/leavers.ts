import { eachInSlices } from './breathe';
import type { Census, DiffSettings, DiffState } from './census';
import { isDue } from './failures';
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
		withheld: withholds ? newlyGone(gone, settings) : 0,
	};
	if (settings.leavers === 'send' && !withholds)
		await offerRemovals(gone, leavers, state, settings);
	return leavers;
}

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
	gone: Gone,
	leavers: Leavers,
	state: DiffState,
	settings: DiffSettings,
): Promise<void> {
	const ids = [...gone.values()].flatMap(({ id }) => (id === undefined ? [] : [id]));
	const held: ReadonlySet<string | undefined> = await state.members.heldIds(ids, gone);
	await eachInSlices(gone, ([folded, member]) => {
		const failure = state.failures.get(folded);
		if (held.has(member.id)) {
			leavers.superseded.push(member);
		} else if (failure?.change === 'removed' && !isDue(failure, 0n, settings.now)) {
			leavers.waiting++;
		} else {
			if (!member.leaving) leavers.newly++;
			leavers.offers.push(removalOf(member, folded, settings));
		}
	});
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
