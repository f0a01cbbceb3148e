import { eachInSlices } from '../../core/breathe';
import type { RecordError, RecordResult } from '../../core/results';
import type { IndexedResult, WriteRecord, WriteTarget } from '../connector';
import type { SObject, SObjectField } from './describe';
import type { SalesforceWriteOptions } from './options';
import type { Job } from './plan';
import { comparable, holdsHalf } from './soql';
import type { Encoder } from './values';
import { OPTION } from './optionNames';

/** The value of a match field in wire form, or why it cannot be one. */
export type KeyValue =
	| { readonly kind: 'key'; readonly value: string | number }
	| { readonly kind: 'none' }
	| { readonly kind: 'unfit'; readonly problem: string };

/** Encodes key values by the encoder of their field. */
export const keyEncoder =
	(encode: Encoder | undefined) =>
	(value: unknown): KeyValue => {
		const encoded = encode?.(value);
		if (encoded?.kind === 'unfit') return encoded;
		if (encoded?.kind !== 'send') return { kind: 'none' };
		const { value: wire } = encoded;
		if (typeof wire === 'number') return { kind: 'key', value: wire };
		if (typeof wire === 'string' && holdsHalf(wire)) return { kind: 'unfit', problem: HALF };
		// Salesforce keeps no outer spaces, so none would be found.
		if (typeof wire === 'string') return { kind: 'key', value: wire.trim() };
		if (wire === null) return { kind: 'none' };
		return typeof wire === 'boolean'
			? { kind: 'key', value: String(wire) }
			: { kind: 'unfit', problem: 'is an object, and records are matched by a text or number' };
	};

const HALF = 'holds half of a character, as a text does that was cut in the middle of an emoji';

interface KeyContext {
	readonly sobject: SObject;
	readonly target: WriteTarget;
	readonly options: SalesforceWriteOptions;
	readonly keyField?: SObjectField;
	encodeKey(value: unknown): KeyValue;
}

/**
 * Turns records into jobs. Refused are keys that no record can have and, unless the last one is to be taken, all
 * records of a key that occurs twice: nobody knows which one is right (salesforce:T9).
 */
export async function sortOut(
	context: KeyContext,
	records: readonly WriteRecord[],
): Promise<{ readonly jobs: readonly Job[]; readonly refused: readonly IndexedResult[] }> {
	const { keyField, target } = context;
	const jobs: Job[] = [];
	const refused: IndexedResult[] = [];
	let index = 0;
	await eachInSlices(records, (record) => {
		const key = keyOf(context, record);
		const job: Job = { index: index++, record, warnings: [], round: 0 };
		if (key.kind === 'unfit') refused.push(badKey(context, job.index, key.problem));
		else if (key.kind === 'none' && target.keyFields.length > 0 && !goesById(record)) {
			refused.push(badKey(context, job.index, 'is empty'));
		} else if (key.kind === 'none' || !keyField) jobs.push(job);
		else jobs.push({ ...job, key: { field: keyField.name, value: key.value } });
	});
	if (!keyField || target.keyFields.length === 0) return { jobs, refused };
	return await withoutTwins(context, keyField, { jobs, refused });
}

/** What left may have the sync's own key only: it goes by the id that is remembered (design R10). */
const goesById = ({ change, id }: WriteRecord): boolean => change === 'removed' && id !== undefined;

/** In mode insert the key is only what doubtful records are looked up by. */
function keyOf(
	{ target, options, keyField, encodeKey }: KeyContext,
	{ key, values }: WriteRecord,
): KeyValue {
	const [name] = target.keyFields;
	if (name !== undefined) return encodeKey(key[name]);
	if (!keyField || options.findDoubtfulBy === undefined) return { kind: 'none' };
	const value = encodeKey(values[options.findDoubtfulBy]);
	// Whether it fits is a matter of the record's values.
	return value.kind === 'key' ? value : { kind: 'none' };
}

async function withoutTwins(
	{ options }: KeyContext,
	keyField: SObjectField,
	{ jobs, refused }: { readonly jobs: readonly Job[]; readonly refused: readonly IndexedResult[] },
) {
	const last = new Map<string, Job>();
	const twice = new Set<string>();
	const folded = (job: Job) => comparable(keyField, job.key?.value);
	await eachInSlices(jobs, (job) => {
		if (!job.key) return;
		const text = folded(job);
		if (last.has(text)) twice.add(text);
		last.set(text, job);
	});
	if (twice.size === 0) return { jobs, refused };
	const isOut = (job: Job) =>
		job.key !== undefined &&
		twice.has(folded(job)) &&
		(options.duplicateKeys !== 'last' || last.get(folded(job)) !== job);
	const left = jobs.filter((job) => !isOut(job));
	const twin = options.duplicateKeys === 'last' ? SUPERSEDED : DUPLICATE;
	const twins = jobs.filter(isOut).map(({ index }): IndexedResult => ({ index, result: twin }));
	return { jobs: left, refused: [...refused, ...twins] };
}

/** Of several records with one key the last one was sent. */
const SUPERSEDED: RecordResult = {
	status: 'skipped',
	reason: 'policy',
	warnings: ['Not sent: a later record of the input has this key'],
};

const DUPLICATE: RecordResult = {
	status: 'rejected',
	error: {
		code: 'duplicateKey',
		category: 'duplicate',
		message: 'Several records of the input have this key; none of them was sent',
		retryable: false,
		hint: `Keep one record per key, or let ${OPTION.duplicateKeys} take the last one.`,
	},
};

function badKey({ sobject, keyField }: KeyContext, index: number, problem: string): IndexedResult {
	const name = keyField?.name ?? '';
	const message = `${sobject.name}.${name} ${problem}`;
	const error: RecordError = {
		...{ code: 'valueDoesNotFit', category: 'data', message, retryable: false, fields: [name] },
		hint: 'The record is matched by this field: correct the value in the source.',
	};
	return { index, result: { status: 'rejected', error } };
}
