import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../core/breathe';
import type { Row } from '../core/census';
import { readEnvelope, withoutEnvelope, type Envelope } from '../core/envelope';
import { SyncError } from '../core/errors';

export interface SegmentRows {
	readonly rows: readonly Row[];
	/** What mappers before the diff said about each item, by position. */
	readonly envelopes: ReadonlyArray<Envelope | undefined>;
	/** Fields whose changes are not to be sent: Apply Updates is off (design section 3). */
	readonly insertOnly: ReadonlySet<string>;
}

/** The input items as rows. One item with nothing in it stands for an empty segment: Always Output Data adds it. */
export async function segmentRows(context: IExecuteFunctions): Promise<SegmentRows> {
	const items = context.getInputData();
	const envelopes: Array<Envelope | undefined> = [];
	const insertOnly = new Set<string>();
	const rows: Row[] = [];
	await eachInSlices(items.entries(), ([index, item]) => {
		const { envelope, problem } = readEnvelope(item as INodeExecutionData & { _sync?: unknown });
		if (problem) throw new NodeOperationError(context.getNode(), problem, { itemIndex: index });
		envelopes.push(envelope);
		for (const field of envelope?.insertOnly ?? []) insertOnly.add(field);
		const mark =
			envelope?.change === 'hold' || envelope?.change === 'removed' ? envelope.change : undefined;
		rows.push({ index, record: withoutEnvelope(item.json), ...(mark && { mark }) });
	});
	const isEmpty =
		rows.length === 1 && rows[0] && !rows[0].mark && Object.keys(rows[0].record).length === 0;
	return { rows: isEmpty ? [] : rows, envelopes, insertOnly };
}

/** A key field that no record has is misspelt, or not the mapper's: every row would be held as one without a key. */
export function refuseUnknownKey(rows: readonly Row[], keyFields: readonly string[]): void {
	const first = rows.find(({ mark }) => !mark);
	if (!first) return;
	const isThere = (field: string) => rows.some(({ record, mark }) => !mark && field in record);
	const unknown = keyFields.filter((field) => !isThere(field));
	if (unknown.length === 0) return;
	const fields = Object.keys(first.record).slice(0, 20).join(', ');
	throw new SyncError('config', `No record has the key field "${unknown.join('", "')}"`, {
		hint: `Correct Key Fields; upper and lower case count. The first record has: ${fields}.`,
	});
}
