import { SyncError } from '../../core/errors';
import type { FieldType } from '../../core/field';
import type { SyncRecord } from '../../core/record';
import type { ChangedRecord, ChangeSource } from '../changes';
import { STRONG, type Api, type Row } from './api';
import { definition, isReadable, readTable, type Column, type Table } from './table';

/** What reading a table's rows needs to know of it. Kept in the cursor, so that a run without changes asks once. */
export interface Shape {
	readonly set: string;
	readonly primaryId: string;
	/** Emitted columns, the primary id included. */
	readonly fields: readonly string[];
	/** Columns that are read and not emitted. */
	readonly hidden: readonly string[];
	/** Of both, by type; lookups are read under another name (dataverse 3.1). */
	readonly types: Readonly<Record<string, FieldType>>;
	readonly labels: readonly string[];
}

/** What a table offers to find its changes by. */
export interface Tracking {
	readonly shape: Shape;
	readonly isTracked: boolean;
	readonly hasModifiedOn: boolean;
}

/** Moves with every write, whatever was written: no change by itself. */
const restless: ReadonlySet<string> = new Set([
	'modifiedby',
	'modifiedon',
	'modifiedonbehalfby',
	'versionnumber',
]);

const FORMATTED = 'OData.Community.Display.V1.FormattedValue';

/** Reads the table's facts once, when a reading begins. Throws SyncError `config` for a column it does not have. */
export async function readShape(api: Api, source: ChangeSource, anew: boolean): Promise<Tracking> {
	const table = await readTable(api, source.objectName, anew);
	const head = await api.read(
		`${definition(source.objectName)}?$select=ChangeTrackingEnabled`,
		STRONG,
	);
	const chosen =
		source.fields.length > 0
			? source.fields.map((name) => readable(table, name).name)
			: [...table.columns.keys()].filter((name) => isReadable(table, name) && !restless.has(name));
	const fields = [...new Set([table.primaryId, ...chosen.filter((name) => isPlain(table, name))])];
	const also = [...source.ifThere, ...(source.by === 'modified' ? ['modifiedon'] : [])];
	const known = [
		...source.alsoRead.map((name) => readable(table, name).name),
		...also.filter((name) => isReadable(table, name)),
	];
	const hidden = [...new Set(known)].filter((name) => !fields.includes(name));
	const types = [...fields, ...hidden].map((name) => [name, typeOf(table, name)] as const);
	return {
		shape: {
			set: table.entitySet,
			primaryId: table.primaryId,
			fields,
			hidden,
			types: Object.fromEntries(types),
			labels: source.labels,
		},
		isTracked: head.ChangeTrackingEnabled === true,
		hasModifiedOn: isReadable(table, 'modifiedon'),
	};
}

function readable(table: Table, name: string): Column {
	const column = table.columns.get(name);
	if (column && isReadable(table, name)) return column;
	const why = column ? 'cannot be read' : 'does not exist';
	throw new SyncError(
		'config',
		`The column "${name}" of the Dynamics 365 table "${table.name}" ${why}`,
		{
			hint: 'Take it out of Columns or Conditions, or choose it again from the list. Nothing was read and nothing was sent.',
		},
	);
}

/** Files, images and other structures are no values of a record. */
function isPlain(table: Table, name: string): boolean {
	return name === table.primaryId || typeOf(table, name) !== 'other';
}

/** A date without a time is no instant, whatever the zone of the reader. */
function typeOf(table: Table, name: string): FieldType {
	const { type = 'other', behaviour } = table.columns.get(name) ?? {};
	return type === 'dateTime' && behaviour === 'DateOnly' ? 'date' : type;
}

/** The name a column is selected and read by. */
export function propertyOf({ types }: Pick<Shape, 'types'>, name: string): string {
	return types[name] === 'lookup' ? `_${name}_value` : name;
}

/** The columns as a query asks for them. */
export function selectOf(shape: Shape): string {
	const names = [...shape.fields, ...shape.hidden].map((name) => propertyOf(shape, name));
	return `$select=${names.join(',')}`;
}

/** Preferences of every page of one reading; they may not differ between its pages (T-15). */
export function preferOf(shape: Shape, size: number, isTracked: boolean): Record<string, string> {
	const preferences = [
		...(isTracked ? ['odata.track-changes'] : []),
		`odata.maxpagesize=${size}`,
		...(shape.labels.length > 0 ? [`odata.include-annotations="${FORMATTED}"`] : []),
	];
	return { Prefer: preferences.join(',') };
}

/** A row of a page, or the mark of a deleted one (dataverse 3.2). */
export function changedRecord(shape: Shape, row: Row): ChangedRecord {
	const isGone = row[shape.primaryId] === undefined && row.id !== undefined;
	if (isGone) return { id: String(row.id).toLowerCase() };
	const id = String(row[shape.primaryId]).toLowerCase();
	const record: Record<string, unknown> = {};
	for (const name of shape.fields) record[name] = valueOf(shape, row, name);
	record[shape.primaryId] = id;
	return { id, record, values: technicalValues(shape, row) };
}

/** Nothing has no label; a value without one is shown as it is (T-18: dates never come as labels). */
function valueOf(shape: Shape, row: Row, name: string): unknown {
	const property = propertyOf(shape, name);
	const value = row[property] ?? null;
	if (value === null || !shape.labels.includes(name)) return value;
	return row[`${property}@${FORMATTED}`] ?? value;
}

function technicalValues(shape: Shape, row: Row): SyncRecord {
	const names = [...shape.fields, ...shape.hidden];
	return Object.fromEntries(names.map((name) => [name, row[propertyOf(shape, name)] ?? null]));
}
