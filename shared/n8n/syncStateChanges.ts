import { eachInSlices } from '../core/breathe';
import { SyncError } from '../core/errors';
import type { Failure } from '../core/failures';
import { keyRecord, type Key } from '../core/key';
import { count } from '../core/words';
import type { LiveRun } from '../state/liveRun';
import type { StateChange } from '../state/store';
import { keysFrom } from './syncStateKeys';
import { changeCounts, type Shown } from './syncStateLists';

/** What a change is asked to do, beside the sync it is about. */
export interface ChangeRequest {
	/** Values of the parameter Key; undefined: all of the sync. */
	readonly keys?: readonly unknown[];
	readonly olderThanDays: number;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** Changes the state in a run of its own that holds the lease: one transaction. */
export type ChangeState = (run: LiveRun, request: ChangeRequest) => Promise<Shown>;

const dayMs = 86_400_000;

/** Makes parked and backing-off records due in the next run; their attempts count from nothing (design R7). */
export const releaseRecords: ChangeState = async (run, { keys, now }) => {
	const { sync, state } = run;
	const asked = keys && keysFrom(keys, sync);
	const found = [...state.failures].filter(
		asked ? oneOf(asked) : ([, failure]) => failure.parked || (failure.dueAt ?? 0) > now,
	);
	const missing = asked ? without(asked, new Map(found)) : [];
	if (asked && found.length === 0) throw nothingUnder(missing, run, 'has no failed record');
	if (found.length > 0) await write(run, { failures: new Map(found.map(released)) });
	const hint =
		found.length === 0
			? `No record of the sync "${sync.name}" is parked or backing off.`
			: `${count(found.length)} records of "${sync.name}" are due in its next run.`;
	return shown(run, 'releaseRecords', { number: found.length, missing, hint });
};

/** Voids every fingerprint: what is in the segment goes out once more, as redelivered; nothing is forgotten (design R3). */
export const resendEverything: ChangeState = async (run) => {
	const { store, sync, id, state } = run;
	const { size } = state.members;
	await store.resend(sync, id, state.members, new Map([...state.failures].map(released)));
	const hint = `The next runs of "${sync.name}" send everything that their input holds. The destination is known to have ${count(size)} records; none is created twice. The source of a change feed must be read from its beginning.`;
	return shown(run, 'resendEverything', { number: size, missing: [], hint });
};

/** Forgets member, failure, kept record and offer of single keys. The destination is not touched. */
export const forgetRecord: ChangeState = async (run, { keys = [] }) => {
	const { sync, state } = run;
	const asked = keysFrom(keys, sync);
	const members = await state.members.load(asked.map(({ folded }) => folded));
	const isKnown = ({ folded }: Key) =>
		members.has(folded) || state.failures.has(folded) || state.pending.has(folded);
	const found = asked.filter(isKnown);
	const missing = asked.filter((key) => !isKnown(key));
	if (found.length === 0) throw nothingUnder(missing, run, 'knows no record');
	const gone = new Map(found.map(({ folded }) => [folded, null]));
	await write(run, { members: gone, failures: gone, pending: gone });
	const hint = `${count(found.length)} records of "${sync.name}" are forgotten and stay at the destination. In the input they count as new: Upsert updates them in place, Insert is refused where they exist. Outside it they are never removed.`;
	return shown(run, 'forgetRecord', { number: found.length, missing, hint });
};

/** Removes rows of runs past an age; those that explain a failed record stay (sync:T61). */
export const pruneRuns: ChangeState = async (run, { olderThanDays, now }) => {
	const { sync, store, state } = run;
	const explaining = new Set(
		[...state.failures.values()].flatMap(({ firstRun, lastRun }) => [firstRun, lastRun]),
	);
	const upTo = now - olderThanDays * dayMs;
	const number = await store.pruneRuns(sync, run.id, upTo, [...explaining]);
	const hint = `${count(number)} runs of "${sync.name}" that ended more than ${count(olderThanDays)} days ago are gone; those that explain a failed record stay.`;
	return shown(run, 'pruneRuns', { number, missing: [], hint });
};

/** Forgets a sync with its runs. The destination is not touched. */
export const forgetSync: ChangeState = async ({ store, sync, id, state }) => {
	await store.forget(sync, id);
	return {
		records: [{ sync: sync.name, action: 'forgetSync', forgotten: state.members.size }],
		hint: `The sync "${sync.name}" is forgotten; its records stay at the destination. A next run under this name compares with nothing and sends every record.`,
	};
};

/** A parked or backing-off record that is due, as if it had failed for the first time. */
function released([folded, failure]: readonly [string, Failure]): [string, Failure] {
	return [folded, { ...failure, attempts: 0, dueAt: 0, parked: false }];
}

/** One transaction; the run's own view follows, because what it packs at its end is that view. */
async function write({ store, sync, id, state }: LiveRun, change: StateChange): Promise<void> {
	await store.write(sync, id, change);
	await eachInSlices(change.members ?? [], ([folded, member]) => state.members.put(folded, member));
}

function oneOf(keys: readonly Key[]): (entry: readonly [string, Failure]) => boolean {
	const wanted = new Set(keys.map(({ folded }) => folded));
	return ([folded]) => wanted.has(folded);
}

function without(keys: readonly Key[], found: ReadonlyMap<string, unknown>): Key[] {
	return keys.filter(({ folded }) => !found.has(folded));
}

function nothingUnder(keys: readonly Key[], { sync }: LiveRun, what: string): SyncError {
	const [first] = keys;
	const more = keys.length > 1 ? ` nor under ${count(keys.length - 1)} more keys` : '';
	const key = first ? ` under the key ${keyWords(first, sync.identity.keyFields)}${more}` : '';
	return new SyncError('config', `The sync "${sync.name}" ${what}${key}; nothing was changed`, {
		hint: 'List Failed Records shows the keys of failed records.',
	});
}

function keyWords({ text }: Key, keyFields: readonly string[]): string {
	const values = Object.entries(keyRecord(text, keyFields));
	return values.map(([field, value]) => `${field} "${String(value)}"`).join(', ');
}

function shown(
	run: LiveRun,
	action: keyof typeof changeCounts,
	{
		number,
		missing,
		hint,
	}: { readonly number: number; readonly missing: readonly Key[]; readonly hint: string },
): Shown {
	const { name, identity } = run.sync;
	run.log.count(changeCounts[action], number);
	const none = missing.map(({ text }) => keyRecord(text, identity.keyFields) as object);
	const unknown = none.length === 0 ? '' : ` ${count(none.length)} keys were not found.`;
	return {
		records: [{ sync: name, action, [changeCounts[action]]: number, keysNotFound: none }],
		hint: hint + unknown,
	};
}
