/**
 * Why a run must stop. `config`: a person must change a setting. `auth`: the credential is refused.
 * `unavailable`: the system does not answer. `limit`: a quota or wait budget is used up.
 */
export type SyncErrorCode = 'config' | 'auth' | 'unavailable' | 'limit';

export interface SyncErrorDetails {
	/** The next step for the person who reads it. */
	readonly hint?: string;
	/** Milliseconds the system asked to wait, where it said so. */
	readonly retryAfterMs?: number;
	readonly requestId?: string;
	readonly cause?: unknown;
}

/** Stops a run. A record that fails is a {@link RecordResult}, never a SyncError. */
export class SyncError extends Error {
	readonly name = 'SyncError';

	constructor(
		readonly code: SyncErrorCode,
		message: string,
		readonly details: SyncErrorDetails = {},
	) {
		super(message, { cause: details.cause });
	}
}
