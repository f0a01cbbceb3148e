import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import type { WriteTarget } from '../connectors/connector';
import { withoutEnvelope, type Envelope, type NewField, type Receipt } from '../core/envelope';
import { SyncError } from '../core/errors';
import type { SyncRecord } from '../core/record';
import type { RecordResult } from '../core/results';
import { writeRecord, type WriteRecord } from '../core/writeRecord';
import type { LiveRun } from '../state/liveRun';
import { liveRun } from '../state/registry';
import { foreignReceipt } from './foreignReceipt';
import { comparedWhen } from './staleReceipt';
import { tracedReadings } from './tracedEnvelope';

/** One input item of a writer, and what became of it. */
export interface WriteJob {
	readonly index: number;
	readonly record: SyncRecord;
	readonly envelope: Envelope;
	/** The live run this item's receipt belongs to; undefined without a receipt. */
	readonly run?: LiveRun;
	/** Undefined when there is nothing to send. */
	readonly write?: WriteRecord;
	result?: RecordResult;
	/** Handed to the connector: without a result it may be at the destination. */
	isSent?: boolean;
}

export interface JobSettings {
	readonly target: WriteTarget;
	readonly updateWith: 'changed' | 'all';
	readonly action: 'write' | 'preview';
	/** The fields to write beside the key; empty: every field of the record. */
	readonly fields: readonly string[];
}

/** The input items as jobs. Throws before any request when an item's run is not live (design R4). */
export function writeJobs(context: IExecuteFunctions, settings: JobSettings): WriteJob[] {
	const writer = context.getNode().name;
	const readings = tracedReadings(context);
	const isShared = sharedReceipts(readings.map(({ envelope }) => envelope?.receipt));
	return context.getInputData().flatMap((item, index) => {
		const { envelope = {}, problem, refusal } = readings[index];
		if (problem) throw new NodeOperationError(context.getNode(), problem, { itemIndex: index });
		const record = withoutEnvelope(item.json);
		if (!envelope.receipt && Object.keys(record).length === 0) return [];
		if (refusal) return [{ index, record, envelope, result: refusal }];
		const run = settings.action === 'write' ? runOf(context, envelope.receipt) : undefined;
		const job = { index, record, envelope, ...(run && { run }) };
		return [makeJob(job, settings, writer, isShared)];
	});
}

/**
 * Tells receipts that several items carry: what is said of the record is not said of each of them. They are counted
 * when one is asked for, which only a second try of the node does.
 */
function sharedReceipts(
	receipts: ReadonlyArray<Receipt | undefined>,
): (receipt: Receipt | undefined) => boolean {
	const textOf = ({ run, key }: Receipt) => `${run} ${key}`;
	let counts: Map<string, number> | undefined;
	return (receipt) => {
		if (!receipt) return false;
		counts ??= countsOf(receipts.flatMap((each) => (each ? [textOf(each)] : [])));
		return (counts.get(textOf(receipt)) ?? 0) > 1;
	};
}

function countsOf(texts: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
}

/**
 * A key field that no record has at all is a matter of the workflow: refused one by one, all would end up parked.
 * Takes their refusals back and throws SyncError `config`.
 */
export function refuseUnmapped(jobs: readonly WriteJob[], { objectName }: WriteTarget): void {
	const added = jobs.filter(
		({ envelope }) => !['hold', 'removed'].includes(String(envelope.change)),
	);
	const missing = (job: WriteJob) =>
		job.result?.error?.code === noKey ? job.result.error.fields?.[0] : undefined;
	const [field] = added.map(missing);
	if (field === undefined) return;
	const isUnmapped = (job: WriteJob) => missing(job) === field && !Object.hasOwn(job.record, field);
	if (!added.every(isUnmapped)) return;
	for (const job of added) job.result = undefined;
	const names = [...new Set(added.flatMap(({ record }) => Object.keys(record)))];
	const shown = names.slice(0, shownNames).join(', ') + (names.length > shownNames ? ', …' : '');
	throw new SyncError('config', `No record has the key field "${field}" of ${objectName}`, {
		hint: `The records have: ${shown}. Put a Field Mapper before this node that feeds "${field}", or choose another field to match by. Nothing was sent.`,
	});
}

const shownNames = 12;
const noKey = 'noKey';

/** The columns all items ask for, each as long as the longest wish. */
export function newFieldsOf(jobs: readonly WriteJob[]): readonly NewField[] {
	const fields = new Map<string, NewField>();
	const seen = new Set<readonly NewField[]>();
	for (const { newFields = [] } of jobs.map(({ envelope }) => envelope)) {
		// Items of one mapper share one list.
		if (seen.has(newFields)) continue;
		seen.add(newFields);
		for (const field of newFields) fields.set(field.name, widest(fields.get(field.name), field));
	}
	return [...fields.values()];
}

function widest(known: NewField | undefined, field: NewField): NewField {
	if (!known) return field;
	if (known.type === field.type) {
		return (known.length ?? 0) >= (field.length ?? 0) ? known : field;
	}
	throw new SyncError(
		'config',
		`Some records ask for the new column "${field.name}" as ${known.type}, others as ${field.type}`,
		{ hint: 'Send the items of one Field Mapper at a time, or map the field to a column.' },
	);
}

function runOf(context: IExecuteFunctions, receipt: Receipt | undefined): LiveRun | undefined {
	if (!receipt) return undefined;
	const execution = context.getExecutionId();
	const run = liveRun(receipt.run, execution);
	if (run) return run;
	const when = comparedWhen(receipt.run, execution);
	throw new SyncError('config', `These records of "${receipt.scope}" were compared ${when}`, {
		hint: 'Nothing was sent and nothing is lost. Start from the trigger, so that Segment Diff compares again; unpin its output if it is pinned. If it stands in another workflow or in a sub-workflow, move this node into it.',
	});
}

function makeJob(
	job: Omit<WriteJob, 'write'>,
	settings: JobSettings,
	writer: string,
	isShared: (receipt: Receipt | undefined) => boolean,
): WriteJob {
	const { target, updateWith } = settings;
	const { envelope, record, run } = job;
	// In a second try of the node, what already has an outcome is not sent again (n8n:T-09).
	const said = envelope.receipt && run?.outcomeOf(envelope.receipt.key, writer);
	if (said && said.status !== 'unknown' && said.status !== 'notAttempted')
		return { ...job, result: isShared(envelope.receipt) ? partly(said) : said };
	if (envelope.change === 'hold') return { ...job, result: heldResult(envelope) };
	const misplaced = foreignReceipt(record, envelope, run);
	if (misplaced) return { ...job, result: misplaced };
	const values = chosen(record, settings);
	const keyed = writeRecord(values, envelope, target.keyFields, updateWith);
	const isCreated = 'missing' in keyed && target.createsKeyless;
	const write = isCreated ? writeRecord(values, envelope, [], updateWith) : keyed;
	if ('missing' in write) return { ...job, result: keyless(write.missing, target) };
	// What this run sent without learning the outcome is looked up, never repeated blindly (design R11).
	return { ...job, write: said?.status === 'unknown' ? { ...write, redelivered: true } : write };
}

function chosen(record: SyncRecord, { fields, target }: JobSettings): SyncRecord {
	if (fields.length === 0) return record;
	const wanted = new Set([...fields, ...target.keyFields]);
	return Object.fromEntries(Object.entries(record).filter(([field]) => wanted.has(field)));
}

/** Of several items with one receipt a try before has written some, and nobody knows which (design R6). */
function partly(said: RecordResult): RecordResult {
	if (said.status === 'rejected') return said;
	return {
		status: 'rejected',
		error: {
			code: 'severalItems',
			category: 'config',
			message:
				'Several items carry the bookkeeping ("_sync") of this record, and an earlier try of this node has written at least one of them; it is not known which',
			retryable: true,
			hint: 'Split the rows before they are compared, with a key of their own, or behind the writer. The record comes back in the next run.',
		},
	};
}

/** A record held behind the diff keeps coming back; one held before it was never offered. */
function heldResult({
	receipt,
	reason = 'It was held by a node before this one',
}: Envelope): RecordResult {
	if (!receipt) return { status: 'skipped', reason: 'policy' };
	return {
		status: 'rejected',
		error: { code: 'held', category: 'data', message: reason, retryable: true },
	};
}

function keyless(field: string, { objectName }: WriteTarget): RecordResult {
	const message = `${objectName}: the key field "${field}" is empty or not in the record`;
	const hint = 'Map the key field, or filter such records before this node.';
	return {
		status: 'rejected',
		error: { code: noKey, category: 'data', message, retryable: false, hint, fields: [field] },
	};
}
