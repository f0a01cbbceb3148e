import { createHash } from 'node:crypto';

import type { Comparison } from './diff';
import { count, counted } from './words';

/** Why a run stops before it offers anything, although a person may let it go on. */
export interface Stop {
	readonly kind:
		'emptySegment' | 'tooManyLeavers' | 'allReplaced' | 'rowCount' | 'lostKeys' | 'takeover';
	readonly message: string;
	/** What the stop is about; part of the approve code. */
	readonly numbers: readonly number[];
}

export interface GuardSettings {
	/** Share of the members, in percent, that may leave in one run; from 100 on also all of them, for others. */
	readonly maxLeaversPercent: number;
	/** So many may leave whatever their share. */
	readonly maxLeavers: number;
	/** Rows the source says it has; undefined: not checked. */
	readonly expectedRows?: number;
}

export const defaultGuard: GuardSettings = { maxLeaversPercent: 15, maxLeavers: 10 };

/** Design R9: the reasons to believe that the input is not the whole segment. */
export function guard(
	comparison: Comparison,
	settings: GuardSettings,
	input: 'complete' | 'feed' = 'complete',
): Stop | undefined {
	const { newlyLeaving, counts } = comparison;
	const { read, members, left, keyless } = counts;
	const { expectedRows = 0, maxLeavers, maxLeaversPercent } = settings;
	if (read < expectedRows) {
		return {
			kind: 'rowCount',
			numbers: [read, expectedRows],
			message: `The input has ${count(read)} rows, ${count(expectedRows)} were expected.`,
		};
	}
	if (newlyLeaving === 0) return undefined;
	if (read === 0) {
		return {
			kind: 'emptySegment',
			numbers: [read, members],
			message: `The segment is empty, but the destination has ${count(members)} of its records.`,
		};
	}
	const share = (100 * newlyLeaving) / members;
	if (share > maxLeaversPercent && newlyLeaving > maxLeavers) {
		return {
			kind: 'tooManyLeavers',
			numbers: [newlyLeaving, members],
			message: `${count(newlyLeaving)} of ${count(members)} records (${share.toFixed(1)} %) left the segment in this run; more than ${maxLeaversPercent} % is suspicious.`,
		};
	}
	// However few they are: other rows, such as one of many items at a time, are not this segment. Of rows without
	// a key nobody knows whose they are: they withhold removals by themselves.
	const isReplaced = left === members && read > keyless;
	if (input === 'complete' && isReplaced && maxLeaversPercent < 100) {
		const whom =
			members === 1
				? 'the one record that the sync knows is not among them: it would be removed'
				: `none of the ${count(members)} records that the sync knows is among them: all would be removed`;
		return {
			kind: 'allReplaced',
			numbers: [newlyLeaving, members, read],
			message: `The input has ${counted(read, 'row')}, and ${whom}. A segment that is new as a whole each time needs Allowed Leavers (%) 100.`,
		};
	}
	return undefined;
}

/** Design R8: removals that wait because more rows than before have no key. Does not stop the run. */
export function lostKeys({ counts }: Comparison, before: number): Stop | undefined {
	const { withheld, keyless } = counts;
	if (withheld === 0) return undefined;
	return {
		kind: 'lostKeys',
		numbers: [withheld, keyless],
		message: `${count(withheld)} records that left are not removed: ${count(keyless)} rows have no key, ${count(before)} before, and may be theirs.`,
	};
}

/** Records, and records waiting, from which on a replay is refused: as Adobe's connector has it (two-way-sync A27). */
export const replayLimit = 2_000_000;

/** Why everything must not go out once more; undefined: it may. */
export function replayRefusal(records: number, backlog: number): string | undefined {
	const [most, what] =
		backlog >= replayLimit ? [backlog, 'wait for delivery'] : [records, 'are known'];
	if (most < replayLimit) return undefined;
	return `${count(most)} records ${what}; from ${count(replayLimit)} on a replay is refused`;
}

/** The code that lifts this stop. It is void once the state moves or the numbers differ (design R9). */
export function approveCode(scope: string, version: number, stop: Stop): string {
	const text = JSON.stringify([scope, version, stop.kind, stop.numbers]);
	return createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
}
