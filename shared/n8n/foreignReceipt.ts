import type { Envelope } from '../core/envelope';
import { foldKey, keyOf } from '../core/key';
import type { SyncRecord } from '../core/record';
import type { RecordResult } from '../core/results';
import type { LiveRun } from '../state/liveRun';

/**
 * Refuses an item with the data of one record and the bookkeeping of another, as a Merge by position makes them
 * when one side has an item less: the first would never be written, and count as accepted (design R2).
 */
export function foreignReceipt(
	record: SyncRecord,
	{ key, receipt }: Envelope,
	run: LiveRun | undefined,
): RecordResult | undefined {
	if (!run || !key || !receipt) return undefined;
	const fields = Object.keys(key);
	if (fields.every((field) => record[field] === key[field])) return undefined;
	const { keyComparison } = run.sync.identity;
	const own = keyOf(record, fields, keyComparison);
	const said = keyOf(key, fields, keyComparison);
	if (!own || own.folded === said?.folded) return undefined;
	if (own.folded === foldKey(receipt.key, keyComparison) || !run.isOffered(own.folded))
		return undefined;
	const names = fields.join(', ');
	return {
		status: 'rejected',
		error: {
			code: 'otherRecord',
			// The wiring is wrong, not the record: it must not be parked.
			category: 'transient',
			message: `The item has the data of one record and the bookkeeping ("_sync") of another: its ${names} is not the one it was handed out with, and belongs to another record of this run`,
			retryable: true,
			hint: 'A node in between has put items side by side that do not belong together. In Merge, combine by matching fields instead of by position.',
			fields,
		},
	};
}
