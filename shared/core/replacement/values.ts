import type { Conversion } from '../conversion';
import { converterTo } from '../conversion';
import type { FieldInfo } from '../field';

/** A single value of a field: the text two equal values share. Undefined for lists and objects, which no rule names. */
export type Comparable = (value: unknown) => string | undefined;

/** A new value in the form its field holds, or why the field cannot hold it. */
export type Written = { readonly value: unknown } | { readonly problem: string };

/** Types whose texts say nothing more than they show, or are no single value. */
const asText: ReadonlySet<FieldInfo['type']> = new Set(['string', 'lookup', 'other']);

/**
 * How values of a field are compared: by its type where that is known, so that 1, "1" and the label of option 1
 * are one value; otherwise as text, so that 1 is "1" and true is "true".
 */
export function comparableBy(field: FieldInfo | undefined, timeZone: string): Comparable {
	if (field === undefined || asText.has(field.type)) return plainText;
	const convert = converterTo(oneOf(field), { timeZone, cutText: false });
	return (value) => {
		const text = plainText(value);
		if (text === undefined || text.trim() === '') return text;
		const converted = convert(value);
		return converted.kind === 'exact' ? String(converted.value) : text;
	};
}

/**
 * Writes a new value. The destination's field decides its type; where that is unknown, a number or truth value
 * stays one if the new text is the very text such a value has ("7", not "007"). An empty text clears.
 */
export function writerFor(field: FieldInfo | undefined, timeZone: string) {
	const convert =
		field === undefined || field.type === 'lookup' || field.type === 'other'
			? undefined
			: converterTo(oneOf(field), { timeZone, cutText: false });
	return (text: string, replaced: unknown): Written => {
		if (text.trim() === '') return { value: null };
		if (convert === undefined) return { value: likeReplaced(text, replaced) };
		const converted = convert(text);
		return converted.kind === 'exact'
			? { value: converted.value }
			: { problem: problemOf(converted) };
	};
}

/** Why a conversion is not exact, as a predicate that follows the field's name. */
export function problemOf(converted: Exclude<Conversion, { kind: 'exact' }>): string {
	return converted.kind === 'unfit' ? converted.problem : converted.warning;
}

/** A single value as text; undefined for anything else. */
export function plainText(value: unknown): string | undefined {
	switch (typeof value) {
		case 'string':
			return value;
		case 'number':
		case 'boolean':
		case 'bigint':
			return String(value);
		default:
			return value instanceof Date && !Number.isNaN(value.getTime())
				? value.toISOString()
				: undefined;
	}
}

/** One member of a field: of several choices, one. */
function oneOf(field: FieldInfo): FieldInfo {
	return field.type === 'multiChoice' ? { ...field, type: 'choice' } : field;
}

function likeReplaced(text: string, replaced: unknown): unknown {
	if (typeof replaced === 'number' && String(Number(text)) === text) return Number(text);
	if (typeof replaced === 'boolean' && (text === 'true' || text === 'false')) {
		return text === 'true';
	}
	return text;
}
