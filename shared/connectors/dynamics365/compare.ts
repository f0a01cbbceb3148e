import type { SyncRecord } from '../../core/record';
import { isObject } from '../json';
import { STRONG, type Api } from './api';
import { keyPart } from './keyMatch';
import type { RowColumns } from './rowColumns';
import { definition, type Column, type Table } from './table';

/** Tells what a row already holds of what is to be written. */
export interface Comparison {
	/** The part of `sent` the row does not hold. What cannot be compared counts as different. */
	different(sent: SyncRecord, row: SyncRecord): SyncRecord;
	/** True when every sent value is there. */
	holds(row: SyncRecord, sent: SyncRecord): boolean;
}

/** What two values of a column are equal by, beyond its type. */
export interface Facets {
	readonly precision?: number;
	readonly behaviour?: string;
}

const NUMBERS = ['Decimal', 'Double', 'Money'] as const;

/** Digits and date behaviour of a table's columns, in one request. */
export async function readFacets(api: Api, name: string): Promise<ReadonlyMap<string, Facets>> {
	const path = `${definition(name)}/Attributes/Microsoft.Dynamics.CRM.`;
	const numbers = NUMBERS.map(
		(type) => `${path}${type}AttributeMetadata?$select=LogicalName,Precision`,
	);
	const dates = `${path}DateTimeAttributeMetadata?$select=LogicalName,DateTimeBehavior`;
	const rows = await api.readMany([...numbers, dates], STRONG);
	return new Map(
		rows.flat().map((row) => {
			const { LogicalName, Precision: precision, DateTimeBehavior: behaviour } = row;
			const facets: Facets = {
				...(typeof precision === 'number' && { precision }),
				...(isObject(behaviour) && { behaviour: String(behaviour.Value) }),
			};
			return [String(LogicalName), facets];
		}),
	);
}

/** Compares by the type of each column: two forms of one value are equal (dataverse 2.3). */
export function comparison(
	table: Pick<Table, 'columns'>,
	parents: Pick<RowColumns, 'parentId'>,
	facets: ReadonlyMap<string, Facets> = new Map(),
): Comparison {
	const isThere = (name: string, value: unknown, row: SyncRecord): boolean => {
		const column = table.columns.get(name);
		if (!column || !(name in row)) return false;
		const wanted = column.type === 'lookup' ? (parents.parentId(name, value) ?? value) : value;
		return (
			canonical(wanted, column, facets.get(name)) === canonical(row[name], column, facets.get(name))
		);
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
function canonical(value: unknown, column: Column, facets: Facets = {}): string | undefined {
	if (value === null || value === undefined) return undefined;
	switch (column.type) {
		case 'string':
			// The database's collation does not see trailing spaces (U-25); it does keep another case.
			return String(value).trimEnd() || undefined;
		case 'decimal':
			return rounded(keyPart(value, column), facets.precision);
		case 'multiChoice':
			return choices(value);
		case 'dateTime':
			return moment(value instanceof Date ? value.toISOString() : String(value), facets.behaviour);
		default:
			// A value that is a structure equals nothing but itself.
			return typeof value === 'object' && !(value instanceof Date)
				? JSON.stringify(value)
				: keyPart(value, column);
	}
}

const rounded = (text: string, precision: number | undefined): string =>
	precision === undefined || text.trim() === '' || !Number.isFinite(Number(text))
		? text
		: String(Number(Number(text).toFixed(precision)));

/** Several choices are a set, stored as one text of numbers (T-17). */
function choices(value: unknown): string | undefined {
	const list: readonly unknown[] = Array.isArray(value) ? value : String(value).split(',');
	const numbers = [...new Set(list.map((each) => String(each).trim()).filter((each) => each))];
	return numbers.sort().join(',') || undefined;
}

/** Rows keep whole seconds; a wall-clock time is stored as sent, whatever offset it names (2.3). */
function moment(text: string, behaviour: string | undefined): string {
	if (behaviour === 'DateOnly') return text.slice(0, 10);
	const wall = behaviour === 'TimeZoneIndependent';
	const time = Date.parse(wall ? `${text.replace(/(Z|[+-]\d{2}:?\d{2})$/i, '')}Z` : text);
	return Number.isNaN(time) ? text : new Date(time).toISOString().slice(0, 19);
}
