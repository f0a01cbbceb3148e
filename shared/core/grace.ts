import type { Census } from './census';
import type { Member } from './member';

/** How long a record must be missing before it counts as a leaver. Without either: not at all. */
export interface GracePeriod {
	/** Comparisons in a row that must have missed it, this one included. */
	readonly runs?: number;
	readonly ms?: number;
}

/** When a member was found missing for the first time since it was last in the segment. */
export interface Absence {
	/** Milliseconds since the epoch. */
	readonly since: number;
	/** The number of that comparison. */
	readonly comparison: number;
}

export interface Moment {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** The number of this comparison. */
	readonly comparison: number;
}

/** Whether a record has been missing for as long as its grace period says. */
export function isGraceOver(absence: Absence, grace: GracePeriod, moment: Moment): boolean {
	const { runs = 0, ms = 0 } = grace;
	const missed = moment.comparison - absence.comparison + 1;
	return (runs === 0 || missed >= runs) && moment.now - absence.since >= ms;
}

/** Absences that are over: the record is back, was forgotten, or its removal was sent. By folded key. */
export function endedAbsences(
	absences: ReadonlyMap<string, Absence>,
	census: Pick<Census, 'isPresent'>,
	gone: ReadonlyMap<string, Member>,
): string[] {
	return [...absences.keys()].filter((folded) => census.isPresent(folded) || !gone.has(folded));
}
