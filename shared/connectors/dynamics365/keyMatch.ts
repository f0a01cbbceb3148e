import type { SyncRecord } from '../../core/record';
import { isObject } from '../json';
import type { Facets } from './facets';
import type { Column } from './table';

/** A key value as the text two equal values share; case and trailing spaces of text still count. */
export function keyPart(
	value: unknown,
	column: Pick<Column, 'type' | keyof Facets> | undefined,
): string {
	// A row that is named by its key, and not found yet.
	if (isObject(value) && !(value instanceof Date)) return JSON.stringify(value);
	const text = value instanceof Date ? value.toISOString() : String(value ?? '');
	switch (column?.type) {
		case 'id':
		case 'lookup':
			return text
				.trim()
				.replace(/^\{|\}$/g, '')
				.toLowerCase();
		case 'integer':
		case 'decimal':
		case 'choice':
			return text.trim() !== '' && Number.isFinite(Number(text))
				? rounded(Number(text), column.precision)
				: text;
		case 'dateTime':
			return moment(text, column.behaviour);
		default:
			return text;
	}
}

/** The key of a record as one text. */
export function keyText(
	record: SyncRecord,
	keyFields: readonly string[],
	columns: ReadonlyMap<string, Column>,
): string {
	return JSON.stringify(keyFields.map((field) => keyPart(record[field], columns.get(field))));
}

/** A removal may know nothing but the id of its row (design R10). */
export const isKeyless = (key: SyncRecord): boolean => Object.keys(key).length === 0;

/** What most databases' collation makes of a key: case and trailing spaces do not count (dataverse U-25). */
export const foldText = (text: string): string =>
	JSON.stringify((JSON.parse(text) as string[]).map((part) => part.trimEnd().toLowerCase()));

/** A row keeps no more digits than its column has. */
const rounded = (number: number, precision: number | undefined): string =>
	String(precision === undefined ? number : Number(number.toFixed(precision)));

/** Rows keep whole seconds; a wall-clock time is stored as sent, whatever offset it names (2.3). */
function moment(text: string, behaviour: string | undefined): string {
	if (behaviour === 'DateOnly') return text.slice(0, 10);
	const wall = behaviour === 'TimeZoneIndependent';
	const time = Date.parse(wall ? `${text.replace(/(Z|[+-]\d{2}:?\d{2})$/i, '')}Z` : text);
	return Number.isNaN(time) ? text : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
