import { isObject } from '../json';
import type { Row } from './api';
import type { SObject, SObjectField } from './describe';
import { longId } from './ids';
import type { ParentIds } from './parentIds';

/** What comparing needs: the object, and the ids of parents that are named by key. */
interface Known {
	readonly sobject: SObject;
	readonly parentIds: Pick<ParentIds, 'of'>;
}

/** The part of what would be sent that a record does not hold; what cannot be compared counts as different. */
export function different(known: Known, values: Row, row: Row): Row {
	return Object.fromEntries(
		Object.entries(values).filter(([name, value]) => !isThere(known, name, value, row)),
	);
}

/** The field a sent value belongs to: itself, or the lookup of a relation. */
export const fieldOf = (sobject: SObject, name: string): SObjectField | undefined =>
	sobject.field(name) ??
	[...sobject.fields.values()].find(({ relationshipName }) => relationshipName === name);

function isThere({ sobject, parentIds }: Known, name: string, value: unknown, row: Row): boolean {
	const field = fieldOf(sobject, name);
	if (!field || !(field.name in row)) return false;
	const wanted = isObject(value) ? parentIds.of(field, value) : value;
	return wanted !== undefined && canonical(wanted, field) === canonical(row[field.name], field);
}

/** The text two equal values share; undefined for nothing, which an empty text is too. */
export function canonical(
	value: unknown,
	{ type }: Pick<SObjectField, 'type'>,
): string | undefined {
	if (value === null || value === undefined) return undefined;
	const text = String(value);
	switch (type) {
		case 'int':
		case 'long':
		case 'double':
		case 'currency':
		case 'percent':
			return Number.isFinite(Number(text)) ? String(Number(text)) : text;
		case 'reference':
		case 'id':
			return longId(text) ?? text;
		case 'datetime':
			return moment(text);
		case 'time':
			return text.slice(0, 12);
		case 'multipicklist':
			return text.split(';').sort().join(';') || undefined;
		default:
			// Salesforce cuts spaces off at both ends, and answers with line ends of its own.
			return text.trim().replaceAll('\r\n', '\n') || undefined;
	}
}

/** Salesforce keeps whole seconds, and answers with an offset of its own (2.1). */
function moment(text: string): string {
	const time = Date.parse(text);
	return Number.isNaN(time) ? text : new Date(time).toISOString().slice(0, 19);
}
