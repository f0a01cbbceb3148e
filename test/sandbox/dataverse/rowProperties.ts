import type { Property, Scalar } from './filter';
import type { Column, Row, Table } from './model';
import { isLookup, isReference } from './model';
import { badQuery, unknownUrlProperty } from './odataError';
import type { Org } from './org';

const edmTypes: Partial<Record<Column['type'], Property<Row>['edm']>> = {
	Integer: 'Number',
	BigInt: 'Number',
	Decimal: 'Number',
	Double: 'Number',
	Money: 'Number',
	Boolean: 'Boolean',
	Picklist: 'Number',
	State: 'Number',
	Status: 'Number',
	Uniqueidentifier: 'Guid',
	Lookup: 'Guid',
	Customer: 'Guid',
	Owner: 'Guid',
};

const edmOf = (column: Column): Property<Row>['edm'] =>
	column.type === 'DateTime'
		? column.behavior === 'DateOnly'
			? 'Date'
			: 'DateTimeOffset'
		: (edmTypes[column.type] ?? 'String');

/** A row's value as answers and filters see it. */
export function scalar(row: Row, column: Column): Scalar {
	if (column.name === 'versionnumber') return row.version;
	const value = row.values[column.name] ?? null;
	return isReference(value) ? value.id : value;
}

/** False for a new column that data requests do not know yet (S-24, T-21). */
export const isVisible = (org: Org, column: Column): boolean =>
	column.visibleFrom === undefined || column.visibleFrom <= org.clock.now();

/** The column behind a name in a URL: lookups only as `_name_value` (contract 3.1), case matters. */
export function urlColumn(org: Org, table: Table, name: string): Column {
	const inner = /^_(.+)_value$/.exec(name)?.[1];
	const column = table.columns.get(inner ?? name);
	if (
		column === undefined ||
		!isVisible(org, column) ||
		column.type === 'PartyList' ||
		isLookup(column) !== (inner !== undefined)
	) {
		throw unknownUrlProperty(name, table.name, org.switches['U-09']);
	}
	return column;
}

/** A property a filter or order names, along at most one single-valued navigation property. */
export function urlProperty(org: Org, table: Table, path: string): Property<Row> {
	const slash = path.indexOf('/');
	if (slash < 0) {
		const column = urlColumn(org, table, path);
		return {
			edm: edmOf(column),
			get: (row) => scalar(row, column),
			multiSelect: column.type === 'MultiSelectPicklist',
		};
	}
	const nav = path.slice(0, slash);
	const [link, second] = org.schema.links(table, nav);
	if (link === undefined) throw unknownUrlProperty(nav, table.name, org.switches['U-09']);
	// The owner is a systemuser or a team: properties of the abstract type are not built.
	if (second !== undefined) throw badQuery(`The path '${path}' has no single target.`);
	const other = org.schema.named(link.target.table);
	const property = urlProperty(org, other, path.slice(slash + 1));
	return {
		...property,
		get: (row) => {
			const value = row.values[link.column.name];
			if (!isReference(value) || value.table !== other.name) return null;
			const related = org.store.get(other, value.id);
			return related === undefined ? null : property.get(related);
		},
	};
}
