import type { Envelope, EnvelopeReading } from '../envelope';
import { omit } from '../envelope';
import { defineField } from '../jsonValue';
import { mappedEnvelope } from './envelope';
import type { MappingPlan, PlannedField } from './plan';
import { planMapping } from './plan';
import type { MappingRules } from './rules';
import { capital, checkMappingRules } from './rules';
import { fieldOutcome } from './value';
import type { SyncRecord } from '../record';

/** One record on its way through the mapper. */
export interface MappingInput {
	/** Position in the input. */
	readonly index: number;
	/** The source record without bookkeeping. */
	readonly source: SyncRecord;
	readonly reading: EnvelopeReading;
}

/** A value that was changed or left out. */
export interface FieldWarning {
	/** The destination field. */
	readonly field: string;
	/** A whole sentence. */
	readonly text: string;
}

/**
 * What stands in the record's place. `held`: an incoming hold, down to its key fields. `refused`: a new
 * hold with the reason; the record itself goes to Rejected as a copy (design R8).
 */
export type MappingOutcome =
	| {
			readonly kind: 'mapped';
			readonly record: SyncRecord;
			readonly envelope?: Envelope;
			/** What had to be changed or left out; the envelope carries the texts. */
			readonly warnings: readonly FieldWarning[];
	  }
	| { readonly kind: 'held'; readonly record: SyncRecord; readonly envelope: Envelope }
	| {
			readonly kind: 'refused';
			readonly record: SyncRecord;
			readonly envelope: Envelope;
			readonly reason: string;
	  };

/** A function that maps one record. Throws here, not there: rules that cannot work are refused at once. */
export function recordMapper(rules: MappingRules): (input: MappingInput) => MappingOutcome {
	checkMappingRules(rules);
	const plan = planMapping(rules);
	return (input) => mapRecord(plan, input);
}

/** The stand-in for a record no mapper could read: without a key, so it withholds removals (design R8). */
export function unreadableRecord(reading: EnvelopeReading, reason: string): MappingOutcome {
	return refused({}, [], reading.envelope, reason);
}

function mapRecord(plan: MappingPlan, input: MappingInput): MappingOutcome {
	const { envelope, problem } = input.reading;
	if (envelope?.change === 'hold') return hold(plan, input, envelope);
	const { record, problems, warnings } = fill(plan, input);
	if (problem !== undefined) problems.unshift(problem);
	if (problems.length > 0) return refused(record, plan.keyFields, envelope, problems.join(' '));
	const texts = warnings.map(({ text }) => text);
	const mapped = mappedEnvelope(plan, { record, source: input.source, warnings: texts }, envelope);
	return mapped.problem === undefined
		? { kind: 'mapped', record, envelope: mapped.envelope, warnings }
		: refused(record, plan.keyFields, envelope, mapped.problem);
}

interface Filled {
	readonly record: Record<string, unknown>;
	readonly problems: string[];
	readonly warnings: FieldWarning[];
}

const nothing = (): Filled => ({ record: {}, problems: [], warnings: [] });

/** Nothing but the key of a removed record matters: its other fields never refuse it. */
function fill(plan: MappingPlan, input: MappingInput): Filled {
	const filled = nothing();
	const isRemoved = input.reading.envelope?.change === 'removed';
	for (const planned of plan.fields) fillField(planned, input, filled, isRemoved);
	for (const planned of plan.unplanned(input.source)) fillField(planned, input, filled, isRemoved);
	return filled;
}

function fillField(
	planned: PlannedField,
	{ index, source }: MappingInput,
	filled: Filled,
	isRemoved: boolean,
): void {
	const outcome = fieldOutcome(planned, index, source);
	const isLenient = isRemoved && !planned.isKey;
	if (outcome.kind === 'refused') {
		if (!isLenient) filled.problems.push(sentence(planned, outcome.problem));
		return;
	}
	if (outcome.warning !== undefined && !isLenient) {
		filled.warnings.push({ field: planned.field, text: sentence(planned, outcome.warning) });
	}
	if (outcome.kind === 'value' && !(isLenient && outcome.value === null)) {
		defineField(filled.record, planned.field, outcome.value);
	}
}

function sentence({ name }: PlannedField, predicate: string): string {
	return `${capital(name)} ${predicate}.`;
}

function hold(plan: MappingPlan, input: MappingInput, envelope: Envelope): MappingOutcome {
	const filled = nothing();
	for (const planned of plan.keys) fillField(planned, input, filled, false);
	return { kind: 'held', ...heldRecord(filled.record, plan.keyFields, envelope) };
}

function refused(
	record: SyncRecord,
	keyFields: readonly string[],
	incoming: Envelope | undefined,
	reason: string,
): MappingOutcome {
	return { kind: 'refused', reason, ...heldRecord(record, keyFields, { ...incoming, reason }) };
}

const onlyForWriting = [
	'changedFields',
	'unchanged',
	'insertOnly',
	'onlyIfEmpty',
	'previousKey',
	'newFields',
	'warnings',
] as const;

/** A hold keeps what identifies the record and its offer, and drops what only a write needs. */
function heldRecord(record: SyncRecord, keyFields: readonly string[], incoming: Envelope) {
	const kept = omit(incoming, ...onlyForWriting, 'key');
	const present = keyFields.filter((field) => Object.hasOwn(record, field));
	const stub: Record<string, unknown> = {};
	for (const field of present) defineField(stub, field, record[field]);
	const isComplete = present.length === keyFields.length && present.length > 0;
	const envelope: Envelope = { ...kept, change: 'hold', ...(isComplete && { key: { ...stub } }) };
	return { record: stub, envelope };
}
