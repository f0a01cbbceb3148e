/** Outcome of one record at the destination. `unknown`: sent, no answer. `notAttempted`: never sent. */
export type ResultStatus =
	| 'created'
	| 'updated'
	| 'unchanged'
	| 'deleted'
	| 'skipped'
	| 'rejected'
	| 'unknown'
	| 'notAttempted';

/**
 * Why a record was skipped. `policy`: the node's settings say so. `notFound`: update only, and the
 * destination has no such record. `gone`: a removal found nothing to remove.
 */
export type SkipReason = 'policy' | 'notFound' | 'gone';

/** `transient` errors come back by themselves and never count towards parking (design R7). */
export type ErrorCategory =
	'data' | 'duplicate' | 'conflict' | 'permission' | 'config' | 'transient';

export interface RecordError {
	/** The system's own code, normalised (Dataverse: lower-case hex such as `0x80044331`). */
	readonly code: string;
	readonly category: ErrorCategory;
	/** What was refused, in the system's own words, cut to one paragraph. Never contains a secret. */
	readonly message: string;
	readonly retryable: boolean;
	/** The next step for the person who reads it. */
	readonly hint?: string;
	readonly fields?: readonly string[];
}

/** One field of a record as it is and as a write would leave it. `before` is left out where it cannot be read. */
export interface FieldChange {
	readonly field: string;
	readonly before?: unknown;
	readonly after?: unknown;
}

export interface RecordResult {
	readonly status: ResultStatus;
	readonly reason?: SkipReason;
	/** Destination id of the record, when the system told it. */
	readonly id?: string;
	readonly error?: RecordError;
	/** The system's request id, for its support. */
	readonly requestId?: string;
	readonly warnings?: readonly string[];
	/** Preview only: what the write would change, field by field. */
	readonly preview?: { readonly fields: readonly FieldChange[] };
}
