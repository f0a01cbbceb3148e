import type { Conversion } from '../conversion/outcome';
import { jsonCopy, jsonProblem } from '../jsonValue';
import { keyOf } from '../key';
import type { PlannedField } from './plan';
import type { SyncRecord } from '../record';

/** What becomes of one field of one record. The texts are predicates that follow the field's name. */
export type FieldOutcome =
	| { readonly kind: 'value'; readonly value: unknown; readonly warning?: string }
	| { readonly kind: 'leftOut'; readonly warning?: string }
	| { readonly kind: 'refused'; readonly problem: string };

/** Reads, converts and judges the value of one field. */
export function fieldOutcome(
	planned: PlannedField,
	index: number,
	source: SyncRecord,
): FieldOutcome {
	let value: unknown;
	try {
		value = planned.read(index, source);
		if (isEmpty(value)) value = planned.readDefault?.(index);
	} catch (error) {
		return refused(`failed: ${error instanceof Error ? error.message : String(error)}`);
	}
	return isEmpty(value) ? emptyOutcome(planned) : settled(planned, converted(planned, value));
}

/** Missing, null or blank text. */
export function isEmpty(value: unknown): boolean {
	if (typeof value === 'string') return value === '' || value.trim() === '';
	return value === undefined || value === null;
}

const leftOut: FieldOutcome = { kind: 'leftOut' };
const asNull: FieldOutcome = { kind: 'value', value: null };

function emptyOutcome({ isKey, whenEmpty }: PlannedField): FieldOutcome {
	if (isKey) return refused('is empty, and a key field must not be');
	if (whenEmpty === 'reject') return refused('is empty');
	return whenEmpty === 'leaveOut' ? leftOut : asNull;
}

/** Objects are copied, so that no record shares one with its source. */
function converted({ convert }: PlannedField, value: unknown): Conversion {
	if (typeof value !== 'object') {
		if (convert !== undefined) return convert(value);
		const problem = typeof value === 'string' ? undefined : jsonProblem(value);
		return problem === undefined ? { kind: 'exact', value } : { kind: 'unfit', problem };
	}
	const problem = jsonProblem(value);
	if (problem !== undefined) return { kind: 'unfit', problem };
	const copy = jsonCopy(value);
	return convert === undefined ? { kind: 'exact', value: copy } : convert(copy);
}

/**
 * Design section 3: a key that would arrive changed names another record, so no policy lets it pass.
 * `convert` is the only policy under which a value may change.
 */
function settled(planned: PlannedField, conversion: Conversion): FieldOutcome {
	if (conversion.kind === 'exact') {
		return planned.isKey && !isKeyPart(conversion.value)
			? refused('is a list or an object, and a key field must be a single value')
			: { kind: 'value', value: conversion.value };
	}
	if (conversion.kind === 'lossy' && planned.whenUnfit === 'convert' && !planned.isKey) {
		return { kind: 'value', value: conversion.value, warning: conversion.warning };
	}
	const problem =
		conversion.kind === 'unfit' ? conversion.problem : `fits only changed (${conversion.warning})`;
	if (planned.isKey && conversion.kind === 'lossy') {
		return refused(`${problem}, and a key field must arrive as it is`);
	}
	return planned.whenUnfit === 'leaveOut' && !planned.isKey
		? { kind: 'leftOut', warning: `was left out: it ${problem}` }
		: refused(problem);
}

function isKeyPart(value: unknown): boolean {
	return typeof value !== 'object' || keyOf({ value }, ['value'], 'exact') !== undefined;
}

function refused(problem: string): FieldOutcome {
	return { kind: 'refused', problem };
}
