import { randomInt } from 'node:crypto';

import type { Failure } from '../core/failures';
import type { Absence } from '../core/grace';
import type { KeyComparison } from '../core/key';
import type { Member, Offer } from '../core/member';
import type { SyncRecord } from '../core/record';
import type { MemberTable } from './memberTable';

/** Who a sync belongs to (design R14). */
export interface Owner {
	readonly workflowId: string;
	readonly nodeId: string;
	/** For people: node and workflow by name. */
	readonly label: string;
}

/** What may not change under a sync's state, because the state would then mean something else (design R14). */
export interface Identity {
	readonly keyFields: readonly string[];
	readonly keyComparison: KeyComparison;
	/** The writer downstream and its object, as the node parameters name them; empty: none of ours. */
	readonly destination: string;
	/** The part of the segment this sync looks after, as `2/4`; absent: all of it. */
	readonly shard?: string;
}

export interface Lease {
	readonly run: string;
	readonly process: string;
	/** Raised while the run lives. */
	readonly beat: number;
}

/** What a person asked the next runs of a sync for, once: it is over when a run has done it. */
export interface Task {
	readonly kind: 'replay' | 'rebaseline';
	/** Milliseconds since the epoch. */
	readonly since: number;
}

/** A writer that was refused the records another one had taken up (design R6). */
export interface Rivals {
	readonly execution: string;
	readonly owner: string;
	readonly writer: string;
}

/** What a sync remembers of itself, beside its records. */
export interface Notes {
	/** Where the segment comes from, for people; empty before the first run. */
	readonly source: string;
	/** Short hash of what shapes the records before Segment Diff; empty before the first run. */
	readonly configuration: string;
	/** The same of what shapes them behind it: a change there sends nothing again. */
	readonly behind: string;
	/** Comparisons so far, as far as a grace period counts them. */
	readonly comparisons: number;
	readonly task?: Task;
	/** Where a source that tells changes goes on; its own words. Undefined: it begins anew. */
	readonly cursor?: string;
	/** Until the wiring is put right, the second destination has gaps that no change shows. */
	readonly rivals?: Rivals;
}

export interface Sync {
	readonly id: number;
	readonly name: string;
	readonly owner: Owner;
	readonly identity: Identity;
	/** The system and organisation the first writer of this sync wrote to; empty before. */
	readonly environment: string;
	/** Raised by every transaction that moves the state; see {@link firstVersion}. */
	readonly version: number;
	readonly keyless: number;
	readonly notes: Notes;
	readonly lease?: Lease;
}

/**
 * Where the versions of a new sync begin, at random: a sync that is forgotten and built anew passes through the
 * same states, and a code that lifted a stop of the former one must not lift one of the latter (design R9).
 */
export function firstVersion(): number {
	return randomInt(2 ** 47);
}

/** What a sync has to do, in numbers of records; no record is counted twice. */
export interface Backlog {
	/** Records the destination is known, or suspected, to have. */
	readonly members: number;
	/** Handed out or leaving, without a known outcome, and not in the failure ledger. */
	readonly unconfirmed: number;
	/** By folded key. */
	readonly failures: ReadonlyMap<string, Failure>;
}

export interface LoadedState {
	readonly members: MemberTable;
	/** By folded key. */
	readonly failures: ReadonlyMap<string, Failure>;
	/** Offers nobody has confirmed; their runs have ended. */
	readonly offers: ReadonlyMap<string, Offer>;
	/** Key texts that a stale receipt was confirmed for. */
	readonly doubts: readonly string[];
	/** Feed records kept until they are accepted, by folded key (design R12). */
	readonly pending: ReadonlyMap<string, SyncRecord>;
	/** Members found missing from the segment and still in their grace period, by folded key. */
	readonly absences: ReadonlyMap<string, Absence>;
}

/** One transaction on a sync's state. All maps are by folded key; null removes. */
export interface StateChange {
	readonly offers?: readonly Offer[];
	readonly members?: ReadonlyMap<string, Member | null>;
	/** Keys whose offer is over although the member did not move. */
	readonly closed?: readonly string[];
	readonly failures?: ReadonlyMap<string, Failure | null>;
	readonly pending?: ReadonlyMap<string, SyncRecord | null>;
	readonly absences?: ReadonlyMap<string, Absence | null>;
	readonly keyless?: number;
	readonly notes?: Notes;
	/** Key texts of the doubts that `members` now carries. */
	readonly doubtsTaken?: readonly string[];
}

/**
 * How a run ended. `incomplete`: some of its records have no outcome and come back. `stopped`: a guard held it
 * before it offered anything. `refused`: another run was at work. `lost`: another run took its lease.
 */
export type RunState = 'completed' | 'incomplete' | 'stopped' | 'refused' | 'lost';

export interface RunRow {
	readonly id: string;
	readonly execution: string;
	readonly startedAt: number;
	readonly endedAt: number;
	readonly state: RunState;
	readonly message: string;
	readonly counts: Readonly<Record<string, number>>;
}

/** Another run took the lease: nothing of this run may move the state any more (design R13). */
export class LeaseLostError extends Error {
	readonly name = 'LeaseLostError';

	constructor(sync: string) {
		super(`Another run of the sync "${sync}" has taken over; this run's confirms no longer count`);
	}
}

/**
 * Where the state of all syncs lives. Every method is one transaction. Methods throw SyncError when the
 * store cannot be used; those that take the run which holds the lease throw LeaseLostError when it is gone.
 */
export interface Store {
	find(name: string): Promise<Sync | undefined>;
	/** All syncs, by name. */
	syncs(): Promise<Sync[]>;
	/** Creates the sync, or gives it to another owner, which moves the state: a takeover's code works once. */
	bind(name: string, owner: Owner, identity: Identity): Promise<Sync>;
	/** Forgets everything about a sync without a lease and gives it another identity. */
	restart(sync: Sync, identity: Identity): Promise<void>;
	/** Gives a sync without a lease another identity, and keeps what it knows. */
	reidentify(sync: Sync, identity: Identity): Promise<void>;
	bindEnvironment(sync: Sync, environment: string): Promise<void>;
	/** Takes the lease if it still is as expected (undefined: free). */
	takeLease(sync: Sync, run: string, process: string): Promise<boolean>;
	beat(sync: Sync, run: string): Promise<void>;
	load(sync: Sync): Promise<LoadedState>;
	/** What there is to do, without a look at single members: for lists, also while a run is at work. */
	backlog(sync: Sync): Promise<Backlog>;
	write(sync: Sync, run: string, change: StateChange): Promise<void>;
	/** Notes keys for the next run to treat as dirty, whoever holds the lease (design R4). Does nothing for a sync that is gone. */
	doubt(sync: Sync, keys: readonly string[]): Promise<void>;
	/** Stores the run's row and, where the run holds the lease, gives it back. Does nothing for a sync that is gone. */
	endRun(sync: Sync, row: RunRow): Promise<void>;
	/** Packs journal and blocks into new blocks, when enough has moved. */
	compact(sync: Sync, run: string, members: MemberTable): Promise<void>;
	/**
	 * Voids the fingerprint of every member and stores the failures and notes of the change. Packed anew, so that
	 * the run which loads them next reads no journal of a million rows; the caller's own members are out of date
	 * afterwards. With a replay in the notes, every member is marked for it.
	 */
	resend(
		sync: Sync,
		run: string,
		members: MemberTable,
		change: Pick<StateChange, 'failures' | 'notes'>,
	): Promise<void>;
	/** The newest runs first. */
	runs(sync: Sync, limit: number): Promise<RunRow[]>;
	/** Removes the rows of runs that ended up to a moment, except those to keep; returns how many. */
	pruneRuns(sync: Sync, run: string, upTo: number, keep: readonly string[]): Promise<number>;
	/** Removes the sync and everything about it, its runs too. */
	forget(sync: Sync, run: string): Promise<void>;
	close(): Promise<void> | void;
}
