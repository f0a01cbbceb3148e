import type { INodeParameters } from 'n8n-workflow';

import type { CrashPlan, Point, WritePath } from './crashPoint';
import type { GivenRow, OrgAddress, SourceRow, SystemName } from './crashWire';

/** One change that was committed, in the segment's words. */
export interface AccountCommit {
	readonly table: string;
	readonly id: string;
	readonly operation: 'create' | 'update' | 'delete';
	readonly values: Readonly<Record<string, unknown>>;
}

/** The accounts of an organisation, named as the segment names its columns. */
export interface Accounts {
	onCommit(listener: (commit: AccountCommit) => void): () => void;
	rows(table: string): Array<Record<string, unknown>>;
}

/** The rows of a run: what the destination is to come to, and what the node that compares is given. */
export interface Shown {
	readonly rows: readonly SourceRow[];
	readonly given: readonly GivenRow[];
}

/** How a child process reaches the destination and writes to it. */
export interface Writing {
	readonly system: SystemName;
	readonly org: OrgAddress;
	readonly keyField: string;
	readonly writer: INodeParameters;
}

/** An organisation that is written to by processes which die. */
export interface CrashDestination {
	readonly accounts: Accounts;
	/** An empty organisation for the next case. */
	begin(crashCase: CrashPlan): void;
	/** From here on records are written by this path. */
	use(path: WritePath): Writing;
	show(rows: readonly SourceRow[]): Promise<Shown>;
	/** The key of a record, from its key in the segment. */
	keyOf(folded: string): string;
	/** Arms the request failpoint of a point, if it has one. Call the result to take it away. */
	arm(point: Point, kill: () => void): (() => void) | undefined;
	/** What the organisation still does after a run, of its own accord; `isDead`: nobody waits for it. */
	goOn(isDead: boolean): Promise<void>;
	close(): Promise<void>;
}

/** A system that processes can write to while they are killed, and where they are struck. */
export interface CrashSystem {
	readonly name: string;
	readonly points: readonly Point[];
	open(): Promise<CrashDestination>;
}
