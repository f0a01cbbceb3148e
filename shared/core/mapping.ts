import type { Envelope, EnvelopeReading } from './envelope';
import { omit } from './envelope';
import { defineField, jsonCopy, jsonProblem } from './jsonValue';
import { keyOf } from './key';
import { mappedEnvelope } from './mappingEnvelope';
import type { MappingPlan, PlannedField } from './mappingPlan';
import { planMapping } from './mappingPlan';
import type { MappingRules } from './mappingRules';
import { checkMappingRules } from './mappingRules';
import type { SyncRecord } from './record';

/** One record on its way through the mapper. */
export interface MappingInput {
	/** Position in the input. */
	readonly index: number;
	/** The source record without bookkeeping. */
	readonly source: SyncRecord;
	readonly reading: EnvelopeReading;
}

/**
 * What stands in the record's place. `held`: an incoming hold, down to its key fields. `refused`: a new
 * hold with the reason; the record itself goes to Rejected as a copy (design R8).
 */
export type MappingOutcome =
	| {
			readonly kind: 'mapped' | 'held';
			readonly record: SyncRecord;
			readonly envelope?: Envelope;
	  }
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
	const { record, problems } = fill(plan, input);
	if (problem !== undefined) problems.unshift(problem);
	if (problems.length > 0) return refused(record, plan.keyFields, envelope, problems.join(' '));
	const mapped = mappedEnvelope(plan, { record, source: input.source }, envelope);
	return mapped.problem === undefined
		? { kind: 'mapped', record, envelope: mapped.envelope }
		: refused(record, plan.keyFields, envelope, mapped.problem);
}

interface Filled {
	readonly record: Record<string, unknown>;
	readonly problems: string[];
}

/** Nothing but the key of a removed record matters: its other fields never refuse it. */
function fill(plan: MappingPlan, input: MappingInput): Filled {
	const filled: Filled = { record: {}, problems: [] };
	const isRemoved = input.reading.envelope?.change === 'removed';
	for (const planned of plan.fields) fillField(planned, input, filled, isRemoved);
	for (const planned of plan.unplanned(input.source)) fillField(planned, input, filled, isRemoved);
	return filled;
}

function fillField(
	planned: PlannedField,
	input: MappingInput,
	filled: Filled,
	isRemoved: boolean,
): void {
	const isLenient = isRemoved && !planned.isKey;
	const whenEmpty = isLenient ? 'leaveOut' : planned.whenEmpty;
	const { value, problem } = readField(planned, input);
	if (problem !== undefined) {
		if (!isLenient) filled.problems.push(sentence(planned, problem));
	} else if (!isEmpty(value)) {
		defineField(filled.record, planned.field, value);
	} else if (planned.isKey) {
		filled.problems.push(sentence(planned, 'is empty, and a key field must not be'));
	} else if (whenEmpty === 'reject') {
		filled.problems.push(sentence(planned, 'is empty'));
	} else if (whenEmpty === 'sendNull') {
		defineField(filled.record, planned.field, null);
	}
}

function readField(
	planned: PlannedField,
	{ index, source }: MappingInput,
): { value?: unknown; problem?: string } {
	try {
		const value = planned.read(index, source);
		if (typeof value === 'string') return { value };
		const problem = jsonProblem(value);
		if (problem !== undefined) return { problem };
		const copy = jsonCopy(value);
		return planned.isKey ? keyPart(planned.field, copy) : { value: copy };
	} catch (error) {
		return { problem: `failed: ${error instanceof Error ? error.message : String(error)}` };
	}
}

function keyPart(field: string, value: unknown): { value?: unknown; problem?: string } {
	if (isEmpty(value) || keyOf({ [field]: value }, [field], 'exact') !== undefined) return { value };
	return { problem: 'is a list or an object, and a key field must be a single value' };
}

/** Missing, null or blank text. */
function isEmpty(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

function sentence({ name }: PlannedField, problem: string): string {
	return `${name[0].toUpperCase()}${name.slice(1)} ${problem}.`;
}

function hold(plan: MappingPlan, input: MappingInput, envelope: Envelope): MappingOutcome {
	const filled: Filled = { record: {}, problems: [] };
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

/** A hold keeps what identifies the record and its offer, and drops what only a write needs. */
function heldRecord(record: SyncRecord, keyFields: readonly string[], incoming: Envelope) {
	const kept = omit(incoming, 'changedFields', 'insertOnly', 'previousKey', 'newFields', 'key');
	const present = keyFields.filter((field) => Object.hasOwn(record, field));
	const stub: Record<string, unknown> = {};
	for (const field of present) defineField(stub, field, record[field]);
	const isComplete = present.length === keyFields.length && present.length > 0;
	const envelope: Envelope = { ...kept, change: 'hold', ...(isComplete && { key: { ...stub } }) };
	return { record: stub, envelope };
}
