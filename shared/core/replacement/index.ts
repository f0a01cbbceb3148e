import type { Envelope } from '../envelope';
import { defineField } from '../jsonValue';
import type { SyncRecord } from '../record';
import { markedAgain } from '../unchanged';
import type { FieldRules } from './checks';
import { checkNewValues, checkRows, refusal, remarksOn } from './checks';
import { backwards, checkReversiblePolicy } from './direction';
import type { FieldOutcome, FieldReplacer } from './field';
import { fieldReplacer } from './field';
import type { FieldSides, Replacements, ReplacementRule } from './rules';
import { ruleName } from './rules';
import { fieldSightings } from './sightings';

/** A record on its way through the rules. */
export interface ReplacementInput {
	/** The record without bookkeeping. */
	readonly record: SyncRecord;
	readonly envelope?: Envelope;
}

/** A value no rule names or no option fits, and what became of it. */
export interface UnmatchedValue {
	readonly field: string;
	readonly value: unknown;
	readonly reason: string;
}

/** The record that stands in the input's place; never the input itself changed. */
export interface ReplacedRecord extends ReplacementInput {
	readonly unmatched: readonly UnmatchedValue[];
	/** Values replaced, and fields left out. */
	readonly replaced: number;
	readonly leftOut: number;
}

/** A rule set, ready to run. */
export interface Replacer {
	replace(input: ReplacementInput): ReplacedRecord;
	/** Throws, once all records have passed, for a rule whose field none of them had (sync:T5). */
	checkFieldsSeen(): void;
	/** Fields with rules that no record had so far, where that proves nothing (see `checkFieldsSeen`). */
	unseenFields(): string[];
	/** What is allowed and yet most likely a mistake. */
	readonly remarks: readonly string[];
}

/** Works a rule set out once for all records. Throws SyncError `config` for rules that cannot work. */
export function replacer(replacements: Replacements): Replacer {
	const rules = replacements.rules.filter(({ enabled }) => enabled);
	checkRows({ ...replacements, rules });
	const fields = fieldRules(replacements, rules);
	checkNewValues(replacements, fields.values());
	const replacerOf = replacersByField(replacements, fields);
	const sightings = fieldSightings(rules);
	return {
		replace(input) {
			sightings.look(input);
			return replaceRecord(input, replacerOf);
		},
		checkFieldsSeen: sightings.check,
		unseenFields: sightings.unseen,
		remarks: remarksOn(replacements, fields.values()),
	};
}

type ReplacerOf = (field: string) => FieldReplacer | undefined;

/** The rules by field, in the direction they run. */
function fieldRules(
	replacements: Replacements,
	rules: readonly ReplacementRule[],
): ReadonlyMap<string, FieldRules> {
	const isBackward = replacements.direction === 'backward';
	if (isBackward && rules.length > 0) checkReversiblePolicy(replacements);
	const fields = new Map<string, FieldRules>();
	for (const name of new Set(rules.map(({ field }) => field))) {
		const own = rules.filter(({ field }) => field === name);
		const forward = { sides: sidesOf(replacements, name, own), rules: own };
		fields.set(name, isBackward ? backwards(replacements, forward) : forward);
	}
	return fields;
}

/** What is known about a field; at the destination by the name its rules say, else by its own. */
function sidesOf(
	{ source, destination }: Replacements,
	name: string,
	rules: readonly ReplacementRule[] = [],
): FieldSides {
	const naming = rules.filter(({ destinationField = '' }) => destinationField.trim() !== '');
	const [first] = naming;
	const other = naming.find(({ destinationField }) => destinationField !== first?.destinationField);
	if (first !== undefined && other !== undefined) {
		throw refusal(
			`Rules ${first.row} and ${other.row} name two destination fields for "${name}": "${first.destinationField}" and "${other.destinationField}"`,
			'Choose one destination field for all rules of a field.',
		);
	}
	const destinationName = first?.destinationField ?? name;
	const found = destination?.find((field) => field.name === destinationName);
	if (first !== undefined && destination !== undefined && found === undefined) {
		throw refusal(
			`${ruleName(first)} names the destination field "${destinationName}", which the destination object does not have`,
			'Choose the field from the list.',
		);
	}
	return { source: source?.find((field) => field.name === name), destination: found };
}

/** Works out fields as records bring them; fields without rules may still be choices to convert. */
function replacersByField(
	replacements: Replacements,
	fields: ReadonlyMap<string, FieldRules>,
): ReplacerOf {
	const known = new Map<string, FieldReplacer | undefined>();
	return (name) => {
		if (known.has(name)) return known.get(name);
		const { sides, rules } = fields.get(name) ?? {
			sides: plainSides(replacements, name),
			rules: [],
		};
		const made = fieldReplacer(replacements, sides, rules);
		known.set(name, made);
		return made;
	};
}

function plainSides(replacements: Replacements, name: string): FieldSides {
	const { source, destination } = sidesOf(replacements, name);
	return replacements.direction === 'forward'
		? { source, destination }
		: { source: destination, destination: source };
}

/** Every record is treated alike, whatever its change: its key must go on matching the destination's. */
function replaceRecord({ record, envelope }: ReplacementInput, replacerOf: ReplacerOf) {
	const changed: Record<string, unknown> = {};
	const unmatched: UnmatchedValue[] = [];
	const warnings: string[] = [];
	const leftOut: string[] = [];
	let replaced = 0;
	for (const [field, before] of Object.entries(record)) {
		const isKey = envelope?.key !== undefined && Object.hasOwn(envelope.key, field);
		const outcome = outcomeOf(field, before, isKey, replacerOf);
		if (outcome?.isReplaced) replaced++;
		if (outcome?.unmatched) unmatched.push(unmatchedValue(field, outcome.unmatched));
		if (outcome?.warning !== undefined) warnings.push(`"${field}" ${outcome.warning}.`);
		if (outcome?.isLeftOut) {
			leftOut.push(field);
			warnings.push(`"${field}" was left out: it ${outcome.unmatched?.problem}.`);
		} else {
			defineField(changed, field, outcome === undefined ? before : outcome.value);
		}
	}
	// A hold is not sent, so nothing about its values needs a person.
	const isHeld = envelope?.change === 'hold';
	return {
		record: changed,
		...replacedEnvelope(envelope, {
			...{ replacerOf, leftOut, before: record, after: changed },
			warnings: isHeld ? [] : warnings,
		}),
		unmatched: isHeld ? [] : unmatched,
		replaced,
		leftOut: leftOut.length,
	};
}

/** A value without a rule never takes a key away: the record would not be found again, or as another. */
function outcomeOf(
	field: string,
	value: unknown,
	isKey: boolean,
	replacerOf: ReplacerOf,
): FieldOutcome | undefined {
	const outcome = replacerOf(field)?.(value);
	if (!isKey || outcome?.unmatched === undefined) return outcome;
	const fate = "it was kept, because it is part of the record's key";
	return {
		value,
		isReplaced: false,
		isLeftOut: false,
		unmatched: { ...outcome.unmatched, fate },
	};
}

function unmatchedValue(
	field: string,
	{ value, problem, fate }: NonNullable<FieldOutcome['unmatched']>,
): UnmatchedValue {
	return { field, value, reason: `"${field}" ${problem}; ${fate}.` };
}

interface Replaced {
	readonly before: SyncRecord;
	readonly after: SyncRecord;
	readonly replacerOf: ReplacerOf;
	readonly leftOut: readonly string[];
	readonly warnings: readonly string[];
}

/** The envelope with the same replacements in its keys and marks, and without fields that are not sent. */
function replacedEnvelope(
	envelope: Envelope | undefined,
	{ before, after, replacerOf, leftOut, warnings }: Replaced,
): { envelope?: Envelope } {
	if (envelope === undefined) return warnings.length > 0 ? { envelope: { warnings } } : {};
	const replaceKey = (key: SyncRecord): SyncRecord => {
		const replaced: Record<string, unknown> = {};
		for (const [field, value] of Object.entries(key)) {
			const outcome = outcomeOf(field, value, true, replacerOf);
			defineField(replaced, field, outcome === undefined ? value : outcome.value);
		}
		return replaced;
	};
	const { key, previousKey, changedFields, unchanged, ...others } = envelope;
	const newKey = key && replaceKey(key);
	const formerKey = previousKey && replaceKey(previousKey);
	const isRenamed = formerKey && !(newKey && isSameKey(newKey, formerKey));
	return {
		envelope: {
			...others,
			...(newKey && { key: newKey }),
			...(isRenamed && { previousKey: formerKey }),
			...(changedFields && {
				changedFields: changedFields.filter((field) => !leftOut.includes(field)),
			}),
			...(unchanged && { unchanged: markedAgain(unchanged, before, after) }),
			...(warnings.length > 0 && { warnings: [...(envelope.warnings ?? []), ...warnings] }),
		},
	};
}

/** Two spellings may have become one value: then nothing was renamed at the destination. */
function isSameKey(key: SyncRecord, former: SyncRecord): boolean {
	return Object.keys(key).every((field) => String(key[field]) === String(former[field]));
}
