import type { IndexedResult } from './connector';
import { CancelledError } from './retry';

/** Records no request was sent for. */
export const notAttempted = (indexes: readonly number[]): IndexedResult[] =>
	indexes.map((index) => ({ index, result: { status: 'notAttempted' } }));

/** What a cancel leaves: nothing. Any other failure goes on. */
export function onlyCancelled(error: unknown): undefined {
	if (!(error instanceof CancelledError)) throw error;
	return undefined;
}
