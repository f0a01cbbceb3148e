import type { SyncRecord } from '../../core/record';
import type { Column } from './table';

/** A key value as the text two equal values share; case and trailing spaces of text still count. */
export function keyPart(value: unknown, column: Pick<Column, 'type'> | undefined): string {
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
			return text.trim() !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
		case 'dateTime':
			return instant(text);
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

function instant(text: string): string {
	const time = Date.parse(text);
	return Number.isNaN(time) ? text : new Date(time).toISOString();
}
