import type { SyncRecord } from '../core/record';
import type { WriteContext } from './connector';

/** One condition on a field's technical value, in n8n's words for comparisons. */
export interface FieldCondition {
	readonly field: string;
	readonly type: string;
	readonly operation: string;
	readonly value?: unknown;
}

/** Conditions a system may apply itself. The caller applies them again: they only spare reading. */
export interface FieldConditions {
	readonly combinator: 'and' | 'or';
	readonly conditions: readonly FieldCondition[];
}

/** What is asked for: an object, its fields, and how changes are found. */
export interface ChangeSource {
	readonly objectName: string;
	/** Empty: every field that can be read, without those that move with every write. */
	readonly fields: readonly string[];
	/** Of the fields, those whose values are given as people read them. */
	readonly labels: readonly string[];
	/** Fields to look at beside those that are emitted. */
	readonly alsoRead: readonly string[];
	/** The same, of which the object may have none. */
	readonly ifThere: readonly string[];
	/**
	 * `auto`: what the system tracks, else the whole object every time. `tracking`: refused where nothing is
	 * tracked. `modified`: windows of modification time (sync C3).
	 */
	readonly by: 'auto' | 'tracking' | 'modified';
	/** Conditions that may be applied by the system, where nothing depends on the records they leave out. */
	readonly conditions?: FieldConditions;
	/** Changes with whatever makes the records mean something else: a cursor of another version is not followed. */
	readonly version: string;
	readonly pageSize: number;
}

/** One record of a page. Without `record` it was deleted. */
export interface ChangedRecord {
	readonly id: string;
	/** The fields to emit; labels where they were asked for. */
	readonly record?: SyncRecord;
	/** Technical values of all fields that were read. */
	readonly values?: SyncRecord;
}

/** Why a reading begins with the whole object. */
export type Beginning = 'first' | 'expired' | 'reconfigured' | 'untracked';

export interface ChangePage {
	readonly records: readonly ChangedRecord[];
	/** Where the next reading goes on behind this page. Undefined: it begins anew. */
	readonly cursor?: string;
	readonly isLast: boolean;
	/** Part of the whole object, rather than of what changed. */
	readonly whole: boolean;
	/** Only the records that meet the conditions are among the pages. */
	readonly filtered: boolean;
	/** On the first page of a new reading of the whole. */
	readonly begins?: Beginning;
	/** How a person gets changes tracked, where they are not. */
	readonly advice?: string;
	/** Whether deleted records are told. */
	readonly tellsDeleted: boolean;
}

/** Reads what changed in one object. Methods throw SyncError when the run must stop. */
export interface ChangeReader {
	/** The field that holds the record's id; always emitted. */
	readonly keyField: string;
	/** From the cursor to the end; the caller may stop behind any page. */
	pages(): AsyncIterable<ChangePage>;
	/** Records as they are now, in the order of the ids; undefined for one that is gone. */
	byId(ids: readonly string[]): Promise<ReadonlyArray<ChangedRecord | undefined>>;
	/** The ids of all records, in batches. */
	ids(): AsyncIterable<readonly string[]>;
	/** Records of the object, as the system last counted them; undefined where it does not tell. */
	count(): Promise<number | undefined>;
}

/** Opens a reader at a cursor, or at the beginning. */
export type ReadChanges = (
	source: ChangeSource,
	cursor: string | undefined,
	context: WriteContext,
) => Promise<ChangeReader>;
