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

/** What preparing a write comes to. */
interface Prepared {
	/** Results of records that are not sent. */
	readonly refused: readonly IndexedResult[];
}

/** Yields what preparing refused, then the work on the rest. A cancel before the work leaves so many not attempted. */
export async function* onceReady<T extends Prepared>(
	records: number,
	prepare: () => Promise<T>,
	work: (ready: T) => AsyncIterable<readonly IndexedResult[]>,
): AsyncGenerator<readonly IndexedResult[]> {
	if (records === 0) return;
	const ready = await prepare().catch(onlyCancelled);
	if (!ready) {
		yield notAttempted(Array.from({ length: records }, (_, index) => index));
		return;
	}
	if (ready.refused.length > 0) yield ready.refused;
	for await (const batch of work(ready)) if (batch.length > 0) yield batch;
}
