import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../core/breathe';
import type { DiffSettings, Row } from '../core/census';
import type { Comparison } from '../core/diff';
import { readEnvelope, withoutEnvelope, type Envelope } from '../core/envelope';
import { SyncError } from '../core/errors';
import type { SegmentSettings } from './compareSegment';
import { itemTyping, sourceRows } from './segmentSource';

/** A segment, whatever it is read from. */
export interface SegmentRows {
	/** In batches, to be gone through once. */
	readonly rows: AsyncIterable<readonly Row[]>;
	/** What mappers before the diff said about a row. */
	envelopeOf(row: number): Envelope | undefined;
	/** The input item a row comes from. */
	itemOf(row: number): number;
	/** The whole record of a row, where it is still at hand. */
	recordOf(row: number): Row['record'] | undefined;
	/** Fields whose changes are not to be sent: Apply Updates is off (design section 3). */
	readonly insertOnly: ReadonlySet<string>;
	/** What the reading turned out to be, once all rows were gone through; a source that always brings the same has none. */
	outcome?(): ReadOutcome;
}

/** A source that tells changes learns on the way what it reads. */
export interface ReadOutcome {
	/** Whether a member without a row is missing, or merely unchanged. */
	readonly input: DiffSettings['input'];
	/** Where the next run goes on. */
	readonly cursor?: string;
	/** The reading is not at its end: the rest follows in the next runs. */
	readonly goesOn: boolean;
	/** Records whose presence was asked for without their values. */
	readonly lookedFor: number;
	/** Whether the removal of this folded key is not to be sent: the key is forgotten. */
	isForgotten(folded: string): boolean;
	/** Tells a person what was found, and what waits. */
	explain(comparison: Comparison): void;
}

/** Rows handed on in one go: a few milliseconds of work. */
const batchSize = 1_000;

export async function segmentRows(
	context: IExecuteFunctions,
	settings: SegmentSettings,
): Promise<SegmentRows> {
	const { keyFields, source } = settings;
	if (source.kind === 'items') return await itemRows(context, settings);
	return {
		rows: checked(await sourceRows(context, source), keyFields),
		envelopeOf: () => undefined,
		// n8n links items, not the lines of a file: the first item stands for all of them.
		itemOf: () => 0,
		recordOf: () => undefined,
		insertOnly: new Set(),
	};
}

/** The input items as rows. One item with nothing in it stands for an empty segment: Always Output Data adds it. */
async function itemRows(
	context: IExecuteFunctions,
	{ keyFields, source }: SegmentSettings,
): Promise<SegmentRows> {
	const items = context.getInputData();
	const typed = itemTyping(source);
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
		rows.push(typed({ index, record: withoutEnvelope(item.json), ...(mark && { mark }) }));
	});
	const isEmpty =
		rows.length === 1 && rows[0] && !rows[0].mark && Object.keys(rows[0].record).length === 0;
	if (!isEmpty) refuseUnknownKey(rows, keyFields);
	return {
		rows: batchesOf(isEmpty ? [] : rows),
		envelopeOf: (row) => envelopes[row],
		itemOf: (row) => row,
		recordOf: (row) => rows[row]?.record,
		insertOnly,
	};
}

async function* batchesOf(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
	for (let start = 0; start < rows.length; start += batchSize) {
		yield rows.slice(start, start + batchSize);
	}
}

/** Looks at the first rows of a stream only: the columns of a file or query are those of all its rows. */
async function* checked(
	batches: AsyncIterable<readonly Row[]>,
	keyFields: readonly string[],
): AsyncGenerator<readonly Row[]> {
	let isFirst = true;
	for await (const batch of batches) {
		if (isFirst) refuseUnknownKey(batch, keyFields);
		isFirst = false;
		yield batch;
	}
}

/** A key field that no record has is misspelt, or not the mapper's: every row would be held as one without a key. */
function refuseUnknownKey(rows: readonly Row[], keyFields: readonly string[]): void {
	const isCompared = ({ mark, problem }: Row) => !mark && problem === undefined;
	const first = rows.find(isCompared);
	if (!first) return;
	const isThere = (field: string) => rows.some((row) => isCompared(row) && field in row.record);
	const unknown = keyFields.filter((field) => !isThere(field));
	if (unknown.length === 0) return;
	const fields = Object.keys(first.record).slice(0, 20).join(', ');
	const { fileName, mimeType } = first.record;
	const isFile = typeof fileName === 'string' && typeof mimeType === 'string';
	throw new SyncError('config', `No record has the key field "${unknown.join('", "')}"`, {
		hint: isFile
			? `The input is the file "${fileName}", not its rows: choose File in Read From.`
			: `Correct Key Fields; upper and lower case count. The first record has: ${fields}.`,
	});
}
