import type { Comparison } from '../core/diff';
import { omit } from '../core/envelope';
import type { Member } from '../core/member';
import type { LoadedState, Notes, StateChange, Sync } from './store';

/** What a comparison found beside its offers, as far as it is news: a run without changes writes nothing (design R1). */
export function findingsOf(
	{ counts, absences }: Comparison,
	sync: Sync,
	notes: Notes,
): Pick<StateChange, 'keyless' | 'absences' | 'notes'> {
	// While lost keys withhold removals, their number is not the one to expect: the next run would remove (R8).
	const isKeylessNews = counts.keyless !== sync.keyless && counts.withheld === 0;
	return {
		...(isKeylessNews && { keyless: counts.keyless }),
		...(absences.size > 0 && { absences }),
		...(JSON.stringify(notes) !== JSON.stringify(sync.notes) && { notes }),
	};
}

/** The notes once a task is done. */
export function withoutTask(notes: Notes): Notes {
	return omit(notes, 'task');
}

/** The notes of a sync whose source is to be read from its beginning, for every writer behind it. */
export function fromBeginning(notes: Notes): Notes {
	return omit(notes, 'cursor', 'rivals');
}

/**
 * A rebaseline: what a comparison would have handed out is taken as accepted, and what left is forgotten. Nothing
 * is sent, so nothing is offered; failures and kept records of these keys are over.
 */
export function rebaselined(
	comparison: Comparison,
	members: ReadonlyMap<string, Member | null>,
	{ failures, pending }: LoadedState,
): StateChange {
	const moved = new Map(members);
	const ended = new Set(comparison.resolved);
	for (const { offer } of comparison.offers) {
		const { change, key, folded, fingerprint, fields, id } = offer;
		const member = { key, fingerprint, fields, leaving: false, ...(id !== undefined && { id }) };
		moved.set(folded, change === 'removed' ? null : member);
		ended.add(folded);
	}
	const over = (ledger: ReadonlyMap<string, unknown>) =>
		new Map([...ended].filter((folded) => ledger.has(folded)).map((folded) => [folded, null]));
	return { members: moved, failures: over(failures), pending: over(pending) };
}
