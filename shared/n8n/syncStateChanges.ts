import { SyncError } from '../core/errors';
import type { Failure } from '../core/failures';
import { replayRefusal } from '../core/guard';
import { keyRecord, type Key } from '../core/key';
import { count } from '../core/words';
import { fromBeginning, withoutTask } from '../state/findings';
import type { LiveRun } from '../state/liveRun';
import type { Notes, Task } from '../state/store';
import { recordsAtSource } from './changeCursor';
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
	if (found.length > 0) await run.write({ failures: new Map(found.map(released)) });
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
	const failures = new Map([...state.failures].map(released));
	const notes = fromBeginning(withoutTask(sync.notes));
	await store.resend(sync, id, state.members, { failures, notes });
	const hint = `The next runs of "${sync.name}" send everything that their input holds. The destination is known to have ${count(size)} records; none is created twice. ${sourceWords(sync.notes)}`;
	return shown(run, 'resendEverything', { number: size, hint });
};

/**
 * Everything once more, fields with Apply Updates off included: marks every member until it is accepted. Asked for
 * once; the next runs do it.
 */
export const replay: ChangeState = async (run, { now }) => {
	const { store, sync, id, state } = run;
	const { size } = state.members;
	refuseSecond(run, 'replay');
	const { unconfirmed, failures } = await store.backlog(sync);
	const records = Math.max(size, recordsAtSource(sync.notes));
	const refusal = replayRefusal(records, unconfirmed + failures.size);
	if (refusal !== undefined) {
		throw new SyncError('config', `The sync "${sync.name}" was not replayed: ${refusal}`, {
			hint: 'Split the segment into several syncs, or wait until the backlog has been delivered.',
		});
	}
	const due = new Map([...state.failures].map(released));
	const notes = { ...fromBeginning(sync.notes), task: { kind: 'replay', since: now } } as const;
	await store.resend(sync, id, state.members, { failures: due, notes });
	const hint = `The next runs of "${sync.name}" send every record of their input once more, with all its fields. The destination is known to have ${count(size)} records; none is created twice. List Syncs shows it as pending until they have. ${sourceWords(sync.notes)}`;
	return shown(run, 'replay', { number: size, hint });
};

/** Has the next runs take their input as accepted, without sending it: for a destination that has it already. */
export const rebaseline: ChangeState = async (run, { now }) => {
	const { sync, state } = run;
	refuseSecond(run, 'rebaseline');
	const task = { kind: 'rebaseline', since: now } as const;
	await run.write({ notes: { ...sync.notes, task } });
	const hint = `The next run of "${sync.name}" takes what its input holds as accepted and sends nothing. ${count(state.members.size)} records are known so far. List Syncs shows it as pending until then; Resend Everything takes it back.`;
	return shown(run, 'rebaseline', { number: 1, hint });
};

/** A node that reads changes itself begins anew by itself; what another one hands out, only its owner can repeat. */
function sourceWords({ cursor }: Notes): string {
	return cursor === undefined
		? 'The source of a change feed must be read from its beginning.'
		: 'The node reads its source from the beginning.';
}

/** One at a time: two would not tell which of them a run has done. */
function refuseSecond({ sync }: LiveRun, asked: Task['kind']): void {
	const { task } = sync.notes;
	if (!task) return;
	const since = new Date(task.since).toISOString();
	throw new SyncError(
		'config',
		`A ${task.kind} of the sync "${sync.name}" is pending since ${since}; this ${asked} was not added`,
		{
			hint: 'It is over when runs have confirmed it: run the sync, and look at the field pending of List Syncs. Resend Everything takes its place.',
		},
	);
}

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
	await run.write({ members: gone, failures: gone, pending: gone });
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
	return shown(run, 'pruneRuns', { number, hint });
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
	}: {
		readonly number: number;
		/** Keys a person named in vain, where keys are named. */
		readonly missing?: readonly Key[];
		readonly hint: string;
	},
): Shown {
	const { name, identity } = run.sync;
	run.log.count(changeCounts[action], number);
	const keysNotFound = missing?.map(({ text }) => keyRecord(text, identity.keyFields) as object);
	const unknown = missing?.length ? ` ${count(missing.length)} keys were not found.` : '';
	return {
		records: [
			{
				sync: name,
				action,
				[changeCounts[action]]: number,
				...(keysNotFound && { keysNotFound }),
			},
		],
		hint: hint + unknown,
	};
}
