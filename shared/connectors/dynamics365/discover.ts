import { SyncError } from '../../core/errors';
import type { FieldInfo, FieldOption } from '../../core/field';
import type { ObjectInfo } from '../connector';
import { isObject } from '../json';
import { STRONG, type Api, type Row } from './api';
import { TABLE_PARTS, definition, isUsable, labelOf, noColumns, toColumn } from './table';

const TABLES =
	'EntityDefinitions?$select=LogicalName,EntitySetName,DisplayName&$filter=IsIntersect%20eq%20false%20and%20IsPrivate%20eq%20false%20and%20IsLogicalEntity%20eq%20false';

/** All tables a person may choose, by label. */
export async function readObjects(api: Api): Promise<ObjectInfo[]> {
	const rows = await api.readAll(TABLES);
	const objects = rows
		.filter((row) => row.EntitySetName)
		.map((row) => {
			const name = String(row.LogicalName);
			return { name, label: labelOf(row.DisplayName) ?? name };
		});
	if (objects.length === 0) {
		throw new SyncError('config', 'Dynamics 365 shows no tables to this application user', {
			hint: 'Its security role lacks the privilege prvReadEntity (Read on "Entity", tab Customization).',
		});
	}
	return objects.sort((a, b) => a.label.localeCompare(b.label));
}

/** Facets live on the concrete type, one cast per type (dataverse 2.2 rows 3 and 8). */
const CASTS = {
	string: 'StringAttributeMetadata?$select=LogicalName,MaxLength',
	memo: 'MemoAttributeMetadata?$select=LogicalName,MaxLength',
	integer: 'IntegerAttributeMetadata?$select=LogicalName,MinValue,MaxValue',
	decimal: numbers('DecimalAttributeMetadata'),
	double: numbers('DoubleAttributeMetadata'),
	money: numbers('MoneyAttributeMetadata'),
	date: 'DateTimeAttributeMetadata?$select=LogicalName,DateTimeBehavior',
	lookup: 'LookupAttributeMetadata?$select=LogicalName,Targets',
	boolean: 'BooleanAttributeMetadata?$select=LogicalName&$expand=OptionSet',
	picklist: choices('PicklistAttributeMetadata'),
	multi: choices('MultiSelectPicklistAttributeMetadata'),
	state: choices('StateAttributeMetadata'),
	status: choices('StatusAttributeMetadata'),
} as const;

function numbers(type: string): string {
	return `${type}?$select=LogicalName,Precision,MinValue,MaxValue`;
}

function choices(type: string): string {
	return `${type}?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)`;
}

/** The columns of a table with everything a mapping needs to know about them. */
export async function readFields(api: Api, name: string): Promise<FieldInfo[]> {
	const path = definition(name);
	const [attributes, ...facets] = await api.readMany(
		[
			path + TABLE_PARTS.attributes,
			...Object.values(CASTS).map((cast) => `${path}/Attributes/Microsoft.Dynamics.CRM.${cast}`),
		],
		STRONG,
	);
	const facetOf = new Map(facets.flat().map((row) => [String(row.LogicalName), row]));
	const fields = attributes.filter(isUsable).map((row) => toField(row, facetOf));
	if (fields.length === 0) throw noColumns(name);
	return fields.sort((a, b) => a.label.localeCompare(b.label));
}

function toField(row: Row, facetOf: ReadonlyMap<string, Row>): FieldInfo {
	const column = toColumn(row);
	const facet = facetOf.get(column.name) ?? {};
	const options = optionsOf(facet);
	const behaviour = isObject(facet.DateTimeBehavior) ? facet.DateTimeBehavior.Value : undefined;
	return {
		...column,
		// `Format: DateOnly` is display only; the behaviour decides what is stored (T-18).
		type: column.type === 'dateTime' && behaviour === 'DateOnly' ? 'date' : column.type,
		// The writer finds owners by name or e-mail.
		...(row.AttributeType === 'Owner' && { byName: true }),
		...bounds(facet),
		...(options.length > 0 ? { options } : {}),
		...(Array.isArray(facet.Targets) ? { targets: facet.Targets.map(String) } : {}),
	};
}

/** Length, digits and range, as far as the column's type has them. */
function bounds(facet: Row): Partial<FieldInfo> {
	const entries = [
		['maxLength', facet.MaxLength],
		['precision', facet.Precision],
		['minimum', facet.MinValue],
		['maximum', facet.MaxValue],
	].filter(([, value]) => typeof value === 'number');
	return Object.fromEntries(entries) as Partial<FieldInfo>;
}

function optionsOf(facet: Row): FieldOption[] {
	const set = isObject(facet.OptionSet) ? facet.OptionSet : facet.GlobalOptionSet;
	if (!isObject(set)) return [];
	if (Array.isArray(set.Options)) return set.Options.filter(isObject).map(toOption);
	return [
		...(isObject(set.TrueOption) ? [{ ...toOption(set.TrueOption), value: true }] : []),
		...(isObject(set.FalseOption) ? [{ ...toOption(set.FalseOption), value: false }] : []),
	];
}

const toOption = (row: Row): FieldOption => {
	const value = Number(row.Value);
	return { label: labelOf(row.Label) ?? String(value), value };
};
