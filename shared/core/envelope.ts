import type { Change, SyncRecord } from './record';
import type { RecordResult } from './results';
import type { Unchanged } from './unchanged';

/** Proves what a writer may confirm (design R2). */
export interface Receipt {
	readonly scope: string;
	readonly run: string;
	/** Key text, as the sync stores it. */
	readonly key: string;
}

/** A column the destination does not have yet. */
export interface NewField {
	readonly name: string;
	readonly type: string;
	readonly length?: number;
}

/** The bookkeeping that travels with a record as `_sync`. Mappers and writers keep it and never send it. */
export interface Envelope {
	/** `hold`: present in the segment, but not to be compared, sent or removed (design R8). */
	readonly change?: Change | 'hold';
	/** Key field → value. */
	readonly key?: SyncRecord;
	/** The key the destination still has, when the record was renamed. */
	readonly previousKey?: SyncRecord;
	/** For people and conditions: the fields whose value differs. What is sent is decided by `unchanged`. */
	readonly changedFields?: readonly string[];
	/** What the destination has already, and need not get. */
	readonly unchanged?: Unchanged;
	/** Fields to write on insert only (Apply Updates off). */
	readonly insertOnly?: readonly string[];
	/** Fields to write only where the destination has nothing in them. */
	readonly onlyIfEmpty?: readonly string[];
	readonly newFields?: readonly NewField[];
	/** What a node had to change or leave out of the record's values. */
	readonly warnings?: readonly string[];
	readonly replay?: boolean;
	readonly redelivered?: boolean;
	/** The destination may have the record already: compare with it, and send only what differs. */
	readonly adopt?: boolean;
	/** The destination's id of the record. */
	readonly id?: string;
	/** Why the record is held. */
	readonly reason?: string;
	readonly receipt?: Receipt;
	readonly result?: RecordResult;
}

/** Where `_sync` stands: inside the record, or beside it for nodes that post the whole record (design R15). */
export type EnvelopePlace = 'inside' | 'beside';

/** What an item carries. `problem`: its `_sync` is not ours, most likely a field of that name. */
export interface EnvelopeReading {
	readonly envelope?: Envelope;
	readonly problem?: string;
}

interface CarrierItem {
	readonly json: SyncRecord;
	readonly _sync?: unknown;
}

export const envelopeField = '_sync';

/** Reads the envelope of an item from both places; the one inside the record wins field by field. */
export function readEnvelope(item: CarrierItem): EnvelopeReading {
	const inside = item.json[envelopeField];
	const beside = item[envelopeField];
	if (inside === undefined && beside === undefined) return {};
	const problem = envelopeProblem(inside) ?? envelopeProblem(beside);
	if (problem !== undefined) return { problem };
	return { envelope: { ...asEnvelope(beside), ...asEnvelope(inside) } };
}

/** A record and its envelope as the parts of an item. Without an envelope, `_sync` is left out. */
export function withEnvelope(
	record: SyncRecord,
	envelope: Envelope | undefined,
	place: EnvelopePlace,
): { json: SyncRecord; _sync?: Envelope } {
	if (envelope === undefined) return { json: record };
	if (place === 'beside') return { json: record, [envelopeField]: envelope };
	return { json: { ...record, [envelopeField]: envelope } };
}

/** The record without the envelope. */
export function withoutEnvelope(record: SyncRecord): SyncRecord {
	if (!(envelopeField in record)) return record;
	return omit(record, envelopeField);
}

/** A copy without the named entries. */
export function omit<T extends object, Name extends keyof T>(
	value: T,
	...names: Name[]
): Omit<T, Name> {
	const copy = { ...value };
	for (const name of names) delete copy[name];
	return copy;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isWholeNumber: Check = (value) => Number.isInteger(value);
const isTrueOrFalse: Check = (value) => typeof value === 'boolean';
const isObject = (value: unknown): value is SyncRecord =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf =
	(check: Check): Check =>
	(value) =>
		Array.isArray(value) && value.every(check);
const hasTexts =
	(...names: string[]): Check =>
	(value) =>
		isObject(value) && names.every((name) => isText(value[name]));

const shape: { readonly [Field in keyof Required<Envelope>]: Check } = {
	change: (value) => ['added', 'changed', 'removed', 'hold'].includes(value as string),
	key: isObject,
	previousKey: isObject,
	changedFields: isListOf(isText),
	unchanged: (value) => isObject(value) && Object.values(value).every(isWholeNumber),
	insertOnly: isListOf(isText),
	onlyIfEmpty: isListOf(isText),
	newFields: isListOf(hasTexts('name', 'type')),
	warnings: isListOf(isText),
	replay: isTrueOrFalse,
	redelivered: isTrueOrFalse,
	adopt: isTrueOrFalse,
	id: isText,
	reason: isText,
	receipt: hasTexts('scope', 'run', 'key'),
	result: hasTexts('status'),
};

/** A destination id is believed only beside what our own nodes always add to it. */
const idWitnesses = ['change', 'receipt', 'result'] as const;

function envelopeProblem(value: unknown): string | undefined {
	if (value === undefined) return undefined;
	if (!isObject(value)) return foreign('is not an object');
	for (const [name, entry] of Object.entries(value)) {
		if (!Object.hasOwn(shape, name)) return foreign(`holds the unknown entry "${name}"`);
		const fits = shape[name as keyof Envelope];
		if (entry !== undefined && !fits(entry)) return foreign(`has an unexpected "${name}"`);
	}
	if (value.id !== undefined && idWitnesses.every((name) => value[name] === undefined)) {
		return foreign('has an "id" and nothing that says where it comes from');
	}
	return undefined;
}

function foreign(what: string): string {
	return `The field "${envelopeField}" ${what}. This name is reserved for the sync's bookkeeping: rename the field before this node.`;
}

function asEnvelope(value: unknown): Envelope {
	return isObject(value) ? (value as Envelope) : {};
}
