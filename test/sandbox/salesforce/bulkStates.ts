import { Refusal } from './refusal';

/** The states of a Bulk job (salesforce contract 4.4). */
export type JobState =
	'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

/** Nothing happens to a job in one of these any more. */
export const isTerminal = (state: JobState): boolean =>
	state === 'JobComplete' || state === 'Failed' || state === 'Aborted';

/** What a client may ask for, and in which states (S20). */
const requests: Readonly<Record<string, readonly JobState[]>> = {
	UploadComplete: ['Open'],
	Aborted: ['Open', 'UploadComplete', 'InProgress'],
};

/** 400 of a step that the state of the job does not allow. */
export const wrongState = (message: string): Refusal =>
	new Refusal(400, 'INVALIDJOBSTATE', message);

/** The state a client asked for; throws when it may not have it. */
export function requestedState(present: JobState, wanted: unknown): JobState {
	const from = typeof wanted === 'string' ? requests[wanted] : undefined;
	if (from === undefined) {
		throw wrongState(`The job state ${JSON.stringify(wanted)} cannot be requested.`);
	}
	if (!from.includes(present)) {
		throw wrongState(`Transition from ${present} to ${String(wanted)} is not allowed.`);
	}
	return wanted as JobState;
}

/** Where a job stands on its way: `polls` counts those seen in the present state. */
export interface Progress {
	readonly state: JobState;
	readonly polls: number;
}

/** What a poll moves: the next progress, and the share of the work that is done by then. */
export interface Step extends Progress {
	readonly share: number;
}

/**
 * One poll further: a started job spends `pollsPerState` polls in UploadComplete and as many in InProgress,
 * its work spread over the latter; 0 completes it with the first poll.
 */
export function polled({ state, polls }: Progress, pollsPerState: number): Step {
	if (state !== 'UploadComplete' && state !== 'InProgress') return { state, polls, share: 0 };
	if (pollsPerState === 0) return { state: 'JobComplete', polls: 0, share: 1 };
	const seen = polls + 1;
	if (state === 'InProgress') {
		return seen < pollsPerState
			? { state, polls: seen, share: seen / pollsPerState }
			: { state: 'JobComplete', polls: 0, share: 1 };
	}
	return seen < pollsPerState
		? { state, polls: seen, share: 0 }
		: { state: 'InProgress', polls: 0, share: 0 };
}

/** Refuses to delete a job that is still being filled or worked on (contract 4.4, step 6). */
export function checkDeletable(state: JobState): void {
	if (state !== 'Open' && state !== 'InProgress') return;
	throw wrongState(`A job in state ${state} cannot be deleted.`);
}
