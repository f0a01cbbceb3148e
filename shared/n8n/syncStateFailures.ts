import type { IDataObject } from 'n8n-workflow';

import type { Failure } from '../core/failures';
import { keyRecord } from '../core/key';
import { count } from '../core/words';
import { executionOf } from '../state/registry';
import type { Store, Sync } from '../state/store';
import { dateOf, isParked, limited, type Shown } from './syncStateLists';

/** Records the destination did not take, parked ones first, with their last error, and when each goes out again. */
export async function listFailedRecords(
	store: Store,
	sync: Sync,
	limit: number,
	timeZone: string,
): Promise<Shown> {
	const { failures } = await store.backlog(sync);
	const all = [...failures.values()];
	const rows = [...all.filter(isParked), ...all.filter((failure) => !isParked(failure))];
	const now = Date.now();
	return limited(rows, limit, {
		show: (failure) => shownFailure(sync, failure, now),
		none: `No record of the sync "${sync.name}" has failed.`,
		some: 'record',
		next: whenDue(all, now, timeZone),
	});
}

/** When the records go out again, and how to have them go at once. */
function whenDue(failures: readonly Failure[], now: number, timeZone: string): string {
	const states = ['parked', 'waiting'] as const;
	const parts = states.flatMap((state) => {
		const times = failures
			.filter((failure) => stateOf(failure, now) === state)
			.map(({ dueAt = 0 }) => dueAt)
			.sort((a, b) => a - b);
		if (times.length === 0) return [];
		const [from, to] = [times[0], times[times.length - 1]].map((time) => clock(time, timeZone));
		const until = from === to ? from : `${from} to ${to}`;
		return [`${count(times.length)} ${state} until ${until}`];
	});
	const due = failures.filter((failure) => stateOf(failure, now) === 'due').length;
	return [
		...(parts.length > 0
			? [
					`${parts.join(', ')}, or until the row changes; Release Records makes them due in the next run.`,
				]
			: []),
		...(due > 0 ? [`${count(due)} due in the next run.`] : []),
	].join(' ');
}

function clock(time: number, timeZone: string): string {
	const units = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
	return new Date(time).toLocaleString('en-GB', { ...units, timeZone });
}

function stateOf({ parked, dueAt = 0 }: Failure, now: number): 'due' | 'parked' | 'waiting' {
	if (dueAt <= now) return 'due';
	return parked ? 'parked' : 'waiting';
}

function shownFailure(sync: Sync, failure: Failure, now: number): IDataObject {
	const { kind, dueAt = 0, attempts, change, code, message, firstRun, lastRun } = failure;
	return {
		key: keyRecord(failure.key, sync.identity.keyFields) as IDataObject,
		state: stateOf(failure, now),
		message,
		dueAt: dueAt > now ? dateOf(dueAt) : null,
		change,
		kind,
		code,
		attempts,
		sync: sync.name,
		firstRun,
		firstExecution: executionOf(firstRun),
		lastRun,
		lastExecution: executionOf(lastRun),
	};
}
