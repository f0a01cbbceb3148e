import type { SyncRecord } from '../../core/record';
import { keyPart } from './keyMatch';
import type { RowColumns } from './rowColumns';
import type { Column, Table } from './table';

/** Tells what a row already holds of what is to be written. */
export interface Comparison {
	/** The part of `sent` the row does not hold. What cannot be compared counts as different. */
	different(sent: SyncRecord, row: SyncRecord): SyncRecord;
	/** True when every sent value is there. */
	holds(row: SyncRecord, sent: SyncRecord): boolean;
}

/** Compares by the type of each column: two forms of one value are equal (dataverse 2.3). */
export function comparison(
	table: Pick<Table, 'columns'>,
	parents: Pick<RowColumns, 'parentId'>,
): Comparison {
	const isThere = (name: string, value: unknown, row: SyncRecord): boolean => {
		const column = table.columns.get(name);
		if (!column || !(name in row)) return false;
		const wanted = column.type === 'lookup' ? (parents.parentId(name, value) ?? value) : value;
		return canonical(wanted, column) === canonical(row[name], column);
	};
	return {
		different: (sent, row) =>
			Object.fromEntries(
				Object.entries(sent).filter(([name, value]) => !isThere(name, value, row)),
			),
		holds: (row, sent) => Object.entries(sent).every(([name, value]) => isThere(name, value, row)),
	};
}

/** The text two equal values share; undefined for nothing, which an empty text is too. */
function canonical(value: unknown, column: Column): string | undefined {
	if (value === null || value === undefined) return undefined;
	switch (column.type) {
		case 'string':
			// The database's collation does not see trailing spaces (U-25); it does keep another case.
			return String(value).trimEnd() || undefined;
		case 'multiChoice':
			return choices(value);
		default:
			// A value that is a structure equals nothing but itself.
			return typeof value === 'object' && !(value instanceof Date)
				? JSON.stringify(value)
				: keyPart(value, column);
	}
}

/** Several choices are a set, stored as one text of numbers (T-17). */
function choices(value: unknown): string | undefined {
	const list: readonly unknown[] = Array.isArray(value) ? value : String(value).split(',');
	const numbers = [...new Set(list.map((each) => String(each).trim()).filter((each) => each))];
	return numbers.sort().join(',') || undefined;
}
