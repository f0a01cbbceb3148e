import type { NewField } from '../core/envelope';
import type { FieldInfo } from '../core/field';
import type { SyncRecord } from '../core/record';
import type { RecordResult } from '../core/results';
import type { WriteRecord } from '../core/writeRecord';
import type { ReadChanges } from './changes';

export type { WriteRecord };

/** An object (table, sObject, data extension) a connector can write. */
export interface ObjectInfo {
	/** Technical name, as requests use it. */
	readonly name: string;
	readonly label: string;
}

/** A set of fields that identifies one record. */
export interface KeyInfo {
	readonly name: string;
	readonly label: string;
	readonly fields: readonly string[];
	/** The record's own id (GUID), rather than an alternate key. */
	readonly primary: boolean;
	/** False while the system still builds its index, or when that failed. */
	readonly usable: boolean;
}

export interface CheckResult {
	readonly ok: boolean;
	/** In plain words: who was signed in where, or what is missing and the next step. */
	readonly message: string;
}

export type WriteMode = 'upsert' | 'update' | 'insert' | 'delete';
export type RemovedRecords = 'skip' | 'delete' | 'deactivate';

export interface WriteTarget {
	readonly objectName: string;
	readonly keyFields: readonly string[];
	readonly writeMode: WriteMode;
	readonly removedRecords: RemovedRecords;
	/** Records per request; the connector lowers it where the system needs less. */
	readonly batchSize?: number;
	/** Compare each record with the destination's and send only what differs there. */
	readonly onlyIfDifferent?: boolean;
	/** Write a record only while it is as it was read; refused where the object has no versions. */
	readonly checkVersion?: boolean;
	/** Records without a key are created: the key is an id that only the system gives. */
	readonly createsKeyless?: boolean;
	/** Fields the records ask for that the object may lack, as the records name them. */
	readonly newFields?: readonly NewField[];
}

/** Something the destination lacks and a write would create before its first record. */
export interface MissingPart {
	readonly kind: 'object' | 'field' | 'key';
	/** The name it gets at the destination. */
	readonly name: string;
	readonly label: string;
	/** What it holds, in words: `text, up to 100 characters`. */
	readonly type: string;
}

/** `index` is the record's position in the list handed to `write`. */
export interface IndexedResult {
	readonly index: number;
	readonly result: RecordResult;
}

export interface WriteContext {
	/** Aborted on cancel: the connector finishes no further batch and starts no request. */
	readonly signal?: AbortSignal;
	/** Requests sent so far, for the run's row. */
	onRequest?(): void;
	/** Preview only: requests the write would send beside those the preview has sent. */
	onPlanned?(requests: number): void;
	/** What a long wait is at, in words, for the person who watches. */
	onProgress?(message: string): void;
	/** What the destination lacks, told before any of it is created; a preview only tells. */
	onMissing?(parts: readonly MissingPart[]): void;
}

export interface FoundRecord {
	readonly id: string;
	/** The system's own mark of this state of the record, where it has one; equal or not, nothing more. */
	readonly version?: string;
	readonly record: SyncRecord;
}

/**
 * What every system's connector offers. Made by a factory that closes over an HttpClient and settings.
 * All methods throw SyncError when the run must stop, with the system, object and next step in its message.
 */
export interface Connector {
	/** Proves the credential end to end. Never throws for a refused credential: it says what is missing. */
	check(): Promise<CheckResult>;
	objects(): Promise<readonly ObjectInfo[]>;
	fields(objectName: string): Promise<readonly FieldInfo[]>;
	keys(objectName: string): Promise<readonly KeyInfo[]>;
	/** Destination records by key values, one entry per key in input order; undefined where there is none. */
	find(
		target: Pick<WriteTarget, 'objectName' | 'keyFields'>,
		keys: readonly SyncRecord[],
		select: readonly string[],
	): Promise<ReadonlyArray<FoundRecord | undefined>>;
	/**
	 * Writes records and yields the results of each finished batch, every index exactly once over all batches.
	 * Removed records must come in a call of their own, after all others (design R10).
	 * On SyncError the results not yet yielded were not attempted, unless yielded as `unknown` before the throw.
	 */
	write(
		target: WriteTarget,
		records: readonly WriteRecord[],
		context: WriteContext,
	): AsyncIterable<readonly IndexedResult[]>;
	/** What `write` would answer, told by its checks and reads alone: nothing is sent that changes anything. */
	preview(
		target: WriteTarget,
		records: readonly WriteRecord[],
		context: WriteContext,
	): AsyncIterable<readonly IndexedResult[]>;
	/** What changed in an object since a cursor, where the system can tell. */
	readonly changes?: ReadChanges;
}
