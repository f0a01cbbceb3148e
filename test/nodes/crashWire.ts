import type { INodeParameters } from 'n8n-workflow';

import type { PostgresAccess, PostgresPlace } from '../../shared/state/postgresAccess';

/** The transactions of a run at the state store, in the order they happen. `schema`: creating or migrating the tables. */
export type Step = 'schema' | 'lease' | 'doubts' | 'offer' | 'confirm' | 'compact' | 'end';

/**
 * `before` its transaction begins, `midway` through a COPY of it, when half a row has been sent (Postgres only),
 * `within` it and just before it commits, `after` it was stored.
 */
export type Phase = 'before' | 'midway' | 'within' | 'after';

/**
 * What is struck at a failpoint. Of Postgres only: the `server` dies and is started again; every `connection`
 * to it breaks; the commit is done and its `answer` is lost.
 */
export type Target = 'process' | 'server' | 'connection' | 'answer';

/** Where in its next run a process kills itself, or stands still while its parent strikes: at the nth transaction of a kind. */
export interface StateFailpoint {
	readonly step: Step;
	readonly phase: Phase;
	readonly nth: number;
	/** The process itself unless told otherwise. */
	readonly target?: Target;
}

/** A state in Postgres. */
export interface PostgresState {
	readonly access: PostgresAccess;
	readonly place: PostgresPlace;
}

/** One row of the source. */
export type SourceRow = Readonly<Record<string, string | number | null>> & {
	readonly accountnumber: string;
};

/** What the node that writes is a node for. */
export type SystemName = 'dynamics365' | 'salesforce';

/** A record as the node that compares is given it. */
export type GivenRow = Readonly<Record<string, string | number | null>>;

/** What a node's credential needs to know of the organisation. */
export interface OrgAddress {
	readonly url: string;
	/** Of Dynamics 365 only. */
	readonly tenant?: string;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly tokenUrl: string;
}

/** One execution for the child process, as a line on its standard input. */
export interface RunCommand {
	readonly execution: string;
	readonly system: SystemName;
	readonly org: OrgAddress;
	readonly rows: readonly GivenRow[];
	/** The field that tells which record is which. */
	readonly keyField: string;
	/** Parameters of the writer beside the fixture's. */
	readonly writer: INodeParameters;
	/** Options of Dynamics 365 Changes, which reads the rows by itself; undefined: Segment Diff is given them. */
	readonly reading?: INodeParameters;
	/** Where the state is; undefined: in the embedded store. */
	readonly postgres?: PostgresState;
	readonly failpoint?: StateFailpoint;
}

/** How an execution ended that was not killed. */
export interface RunOutcome {
	readonly kind: 'done';
	readonly error?: string;
	/** Folded keys of the items that left the node that compares. */
	readonly emitted: readonly string[];
	/** Folded keys of the items that left the writer as rejected. */
	readonly rejected: readonly string[];
	readonly hints: readonly string[];
	/** How often the run waited for another run's lease. */
	readonly waits: number;
}

/** A record the ledger has parked. */
export interface Parked {
	readonly key: string;
	readonly reason: string;
}

/** What the child says, each as one line that is in the parent's hands before the child goes on. */
export type Report =
	| { readonly kind: 'ready' }
	/** The process stands still at its failpoint until it is told to go on. */
	| { readonly kind: 'reached' }
	/** Offers are stored. */
	| { readonly kind: 'offered'; readonly keys: readonly string[] }
	/** Confirms are stored; all keys are folded. */
	| {
			readonly kind: 'confirmed';
			readonly accepted: readonly string[];
			readonly forgotten: readonly string[];
			/** What the ledger holds as sent without an answer, and not to be sent again (design R11). */
			readonly parked: readonly Parked[];
	  }
	| RunOutcome;

/** The descriptor the child reports on: its own, because libraries write to the standard ones. */
export const reportDescriptor = 3;
/** The descriptor on which the child hears that it may go on. */
export const resumeDescriptor = 4;
