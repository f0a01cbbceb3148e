import { setImmediate } from 'node:timers/promises';

import type { Row } from '../core/census';
import { SyncError } from '../core/errors';
import type { RowTyping } from './columnTypes';
import type { ReadRow } from './readRow';

/** Rows in one batch at most. */
export const batchRows = 1_000;

/** Rows in small batches, numbered from 0 over the whole source and typed; other work is let in between. */
export async function* batchesOf(
	lists: AsyncIterable<readonly ReadRow[]>,
	typing: RowTyping,
	signal?: AbortSignal,
): AsyncGenerator<readonly Row[]> {
	let index = 0;
	for await (const list of lists) {
		for (let at = 0; at < list.length; at += batchRows) {
			stopIfCancelled(signal);
			yield list.slice(at, at + batchRows).map((row) => typing({ index: index++, ...row }));
			await setImmediate();
		}
	}
	stopIfCancelled(signal);
}

/** A source that ends because of a cancel must not look like one that has ended. */
export function stopIfCancelled(signal?: AbortSignal): void {
	if (signal?.aborted) throw cancelled();
}

export function cancelled(): SyncError {
	return new SyncError(
		'unavailable',
		'The execution was cancelled while the segment was being read',
		{ hint: 'Nothing was compared and nothing was sent. Run again from the trigger.' },
	);
}
