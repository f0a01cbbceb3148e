import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readEnvelope, type Envelope, type EnvelopeReading } from '../core/envelope';
import { keyOf } from '../core/key';
import type { SyncRecord } from '../core/record';
import type { RecordResult } from '../core/results';
import { ancestryOf, cutsOf, type Trace } from './ancestry';

/** What a writer knows of an item; `refusal`: it cannot be told which record of the sync it is. */
export interface TracedReading extends EnvelopeReading {
	readonly refusal?: RecordResult;
	/** The item itself had no receipt. */
	readonly isRestored?: true;
}

/**
 * Reads the bookkeeping of a writer's items. Where a node in between dropped it, as Edit Fields does with its
 * default settings, it is that of the nearest item it was made from: otherwise a removal would be written as an
 * upsert, and nothing be confirmed (design R2). Nothing is looked for as long as every item has its receipt.
 */
export function tracedReadings(context: IExecuteFunctions): TracedReading[] {
	const items = context.getInputData();
	const readings = items.map(read);
	const isTraceable = (reading: EnvelopeReading, index: number) =>
		reading.problem === undefined &&
		!reading.envelope?.receipt &&
		Object.keys(items[index]?.json ?? {}).length > 0;
	if (!readings.some(isTraceable)) return readings;
	const { comparedBy, trace } = ancestryOf(context);
	if (comparedBy === undefined) return readings;
	const restored = restorer(comparedBy);
	const traced = readings.map((reading, index) =>
		isTraceable(reading, index) ? restored(reading, trace(items[index])) : reading,
	);
	return withoutTwins(traced, comparedBy);
}

/** Finds the bookkeeping an item has lost. */
function restorer(diff: string): (reading: EnvelopeReading, origin: Trace) => TracedReading {
	const nearest = nearestReceipts();
	return (reading, origin) => {
		const { envelope } = reading;
		const { found, isTold } = nearest(origin);
		const [only, ...others] = found;
		if (isTold) return reading;
		if (only && others.length === 0) {
			const lacks = missingKey(origin.item.json, only);
			return lacks.length > 0
				? { ...reading, refusal: unproven(diff, lacks) }
				: { envelope: { ...only, ...envelope }, isRestored: true };
		}
		// A hold is not sent in any case.
		if (envelope?.change === 'hold') return reading;
		if (only) return { ...reading, refusal: manyToOne(diff) };
		const [cutAt] = cutsOf([origin]);
		return { ...reading, refusal: cutAt === undefined ? uncompared(diff) : unlinked(diff, cutAt) };
	};
}

/**
 * Key fields whose value an item does not show, under its name or another. n8n links the items of a node that sets
 * no links by their position (n8n:4.2), so a link alone does not prove which record an item is.
 */
function missingKey(record: SyncRecord, { key = {} }: Envelope): string[] {
	const shown = new Set(Object.values(record).map(foldedText));
	return Object.keys(key).filter((field) => {
		const text = foldedText(key[field]);
		return field in record ? foldedText(record[field]) !== text : !shown.has(text);
	});
}

const foldedText = (value: unknown): string | undefined =>
	keyOf({ value }, ['value'], 'fold')?.folded;

/** Several items made from one record: its outcome is not that of any one of them. */
function withoutTwins(readings: readonly TracedReading[], diff: string): TracedReading[] {
	const counts = new Map<string, number>();
	for (const { envelope } of readings) {
		const text = receiptText(envelope);
		counts.set(text, (counts.get(text) ?? 0) + 1);
	}
	return readings.map((reading) => {
		const { envelope, isRestored } = reading;
		const isTwin = isRestored && (counts.get(receiptText(envelope)) ?? 0) > 1;
		return isTwin ? { refusal: oneToMany(diff) } : reading;
	});
}

function read(item: INodeExecutionData): EnvelopeReading {
	return readEnvelope(item as INodeExecutionData & { _sync?: unknown });
}

interface Nearest {
	/** The bookkeeping of at most two records: more than one is too many. */
	readonly found: readonly Envelope[];
	/** Whether the sync's business with the item is done: it was made from what a writer or Confirm Delivery had. */
	readonly isTold: boolean;
}

function nearestReceipts(): (trace: Trace) => Nearest {
	const known = new Map<Trace, Nearest>();
	const look = (trace: Trace): Nearest => {
		if (trace.end === 'told' || trace.role === 'confirms') return { found: [], isTold: true };
		const { envelope } = read(trace.item);
		if (envelope?.receipt) return { found: [envelope], isTold: false };
		const above = trace.parents.map(of);
		const found = new Map(
			above.flatMap((each) => each.found).map((each) => [receiptText(each), each]),
		);
		return {
			found: [...found.values()].slice(0, 2),
			isTold: above.some(({ isTold }) => isTold),
		};
	};
	const of = (trace: Trace): Nearest => {
		const nearest = known.get(trace) ?? look(trace);
		known.set(trace, nearest);
		return nearest;
	};
	return of;
}

const receiptText = (envelope: Envelope | undefined): string =>
	JSON.stringify([envelope?.receipt?.run, envelope?.receipt?.key]);

const manyToOne = (diff: string) =>
	refused(
		'severalRecords',
		`This item was made from several records of "${diff}" and has lost "_sync", so its outcome would not be that of any one of them`,
		'Write the records one by one. Rows about several of them belong behind the writer, or in a workflow of their own.',
	);

const oneToMany = (diff: string) =>
	refused(
		'severalItems',
		`Several items were made from this record of "${diff}" and have lost "_sync", so the outcome of one would not be that of the record`,
		'Split the rows before they are compared, with a key of their own, or behind the writer.',
	);

const unproven = (diff: string, fields: readonly string[]) =>
	refused(
		'noBookkeeping',
		`The item has lost "_sync", and the key it was handed out with is not in it any more (${fields.join(', ')}), so nobody can tell which record of "${diff}" it is`,
		`Let "_sync" pass through the nodes in between (in Edit Fields: Include Other Input Fields), or keep ${fields.join(', ')}. The records of "${diff}" come back in the next run.`,
	);

const unlinked = (diff: string, node: string) =>
	refused(
		'noBookkeeping',
		`The item has lost "_sync", and the node "${node}" does not say from which of its items it was made (pairedItem), so nobody can tell which record of "${diff}" it is`,
		`Let "_sync" pass through "${node}" and the nodes behind it (in Edit Fields: Include Other Input Fields). The records of "${diff}" come back in the next run.`,
	);

const uncompared = (diff: string) =>
	refused(
		'notCompared',
		`This row did not come through "${diff}", as others of this input did, so the sync knows nothing of it`,
		`Bring all rows to "${diff}" with a Merge node (mode Append) before it, or give these a wire of their own to a writer.`,
	);

function refused(code: string, message: string, hint: string): RecordResult {
	return {
		status: 'rejected',
		error: { code, category: 'config', message, retryable: true, hint },
	};
}
