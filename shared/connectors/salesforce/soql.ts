import { longId } from './ids';
import type { SObjectField } from './describe';

const NUMBERS = new Set(['int', 'long', 'double', 'currency', 'percent']);

/**
 * A value as SOQL writes it, quoted by the type of the field: an unquoted number beside a text field is an
 * error (salesforce 3.1). Undefined for a value no record can have there; it would fail the whole query.
 */
export function literal({ type }: Pick<SObjectField, 'type'>, value: string): string | undefined {
	const text = value.trim();
	if (NUMBERS.has(type)) return numberText(text);
	switch (type) {
		case 'boolean':
			return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : undefined;
		case 'date':
			return /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
		case 'datetime':
			return instantOf(text);
		case 'time':
			return /^\d\d:\d\d/.test(text) ? text : undefined;
		case 'id':
		case 'reference':
			return quotedOrNothing(longId(text));
		default:
			return quotedOrNothing(text === '' ? undefined : text);
	}
}

/** A text literal. */
export const quoted = (text: string): string =>
	`'${text
		.replaceAll('\\', '\\\\')
		.replaceAll("'", "\\'")
		.replaceAll('\n', '\\n')
		.replaceAll('\r', '\\r')}'`;

/**
 * The form in which two values of a field are the same to SOQL: texts compare without case unless the field
 * tells case apart (3.2, U14), and Salesforce stores them without outer spaces.
 */
export function comparable(
	{ type, caseSensitive }: Pick<SObjectField, 'type' | 'caseSensitive'>,
	value: unknown,
): string {
	const text = String(value ?? '').trim();
	if (text === '') return '';
	if (NUMBERS.has(type)) return String(Number(text));
	if (type === 'datetime') return instantOf(text) ?? text;
	if (type === 'id' || type === 'reference') return longId(text) ?? text;
	return caseSensitive ? text : text.toLowerCase();
}

const quotedOrNothing = (text: string | undefined): string | undefined =>
	text === undefined || holdsHalf(text) ? undefined : quoted(text);

/** Whether a text holds half a character, as one does that was cut: no address can carry it, and no record has it. */
export const holdsHalf = (text: string): boolean => /\p{Surrogate}/u.test(text);

function numberText(text: string): string | undefined {
	if (!/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return undefined;
	return Number.isFinite(Number(text)) ? text.replace(/^\+/, '') : undefined;
}

/** Answers write `+0000` for the zone, requests `Z`. */
function instantOf(text: string): string | undefined {
	const time = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
	return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
