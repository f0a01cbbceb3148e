import type { Failure } from '../core/failures';
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
}

export interface Lease {
	readonly run: string;
	readonly process: string;
	/** Raised while the run lives. */
	readonly beat: number;
}

export interface Sync {
	readonly id: number;
	readonly name: string;
	readonly owner: Owner;
	readonly identity: Identity;
	/** The system and organisation the first writer of this sync wrote to; empty before. */
	readonly environment: string;
	/** Raised by every transaction that moves the state. */
	readonly version: number;
	readonly keyless: number;
	readonly lease?: Lease;
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
}

/** One transaction on a sync's state. All maps are by folded key; null removes. */
export interface StateChange {
	readonly offers?: readonly Offer[];
	readonly members?: ReadonlyMap<string, Member | null>;
	/** Keys whose offer is over although the member did not move. */
	readonly closed?: readonly string[];
	readonly failures?: ReadonlyMap<string, Failure | null>;
	readonly pending?: ReadonlyMap<string, SyncRecord | null>;
	readonly keyless?: number;
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
 * store cannot be used, and write and beat throw LeaseLostError when the run's lease is gone.
 */
export interface Store {
	find(name: string): Promise<Sync | undefined>;
	/** Creates the sync, or gives it to another owner, which moves the state: a takeover's code works once. */
	bind(name: string, owner: Owner, identity: Identity): Promise<Sync>;
	/** Forgets everything about a sync without a lease and gives it another identity. */
	restart(sync: Sync, identity: Identity): Promise<void>;
	bindEnvironment(sync: Sync, environment: string): Promise<void>;
	/** Takes the lease if it still is as expected (undefined: free). */
	takeLease(sync: Sync, run: string, process: string): Promise<boolean>;
	beat(sync: Sync, run: string): Promise<void>;
	load(sync: Sync): Promise<LoadedState>;
	write(sync: Sync, run: string, change: StateChange): Promise<void>;
	/** Notes keys for the next run to treat as dirty, whoever holds the lease (design R4). */
	doubt(sync: Sync, keys: readonly string[]): Promise<void>;
	/** Stores the run's row and, where the run holds the lease, gives it back. */
	endRun(sync: Sync, row: RunRow): Promise<void>;
	/** Packs journal and blocks into new blocks, when enough has moved. */
	compact(sync: Sync, run: string, members: MemberTable): Promise<void>;
	/** The newest runs first. */
	runs(sync: Sync, limit: number): Promise<RunRow[]>;
	close(): Promise<void> | void;
}
