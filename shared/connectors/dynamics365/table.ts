import { SyncError } from '../../core/errors';
import type { FieldType } from '../../core/field';
import type { KeyInfo } from '../connector';
import { isObject } from '../json';
import { STRONG, type Api, type Row } from './api';
import { FACET_PARTS, facetsOf, type Facets } from './facets';

/** A column as far as reading and writing rows needs it. */
export interface Column extends Facets {
	readonly name: string;
	readonly label: string;
	readonly type: FieldType;
	readonly required: boolean;
	readonly creatable: boolean;
	readonly updatable: boolean;
	/** Recipients of an activity: written together, through a property of their own (dataverse 2.3). */
	readonly parties?: boolean;
	/** Can be written and never read, such as a password. */
	readonly writeOnly?: boolean;
}

/** One target of a lookup column, written as `<navigation>@odata.bind` (case-sensitive, T-07). */
export interface Link {
	readonly column: string;
	readonly navigation: string;
	readonly target: string;
}

/** A table's facts, read fresh when a run starts. */
export interface Table {
	readonly name: string;
	readonly entitySet: string;
	readonly primaryId: string;
	readonly elastic: boolean;
	/** Rows can be guarded by the version that was read (dataverse 4.1). */
	readonly versioned: boolean;
	readonly columns: ReadonlyMap<string, Column>;
	readonly keys: readonly KeyInfo[];
	/** What lookups point at, and the properties they are written through. */
	readonly links: readonly Link[];
}

const TYPES: Readonly<Record<string, FieldType>> = {
	String: 'string',
	Memo: 'string',
	Integer: 'integer',
	BigInt: 'integer',
	Decimal: 'decimal',
	Double: 'decimal',
	Money: 'decimal',
	Boolean: 'boolean',
	DateTime: 'dateTime',
	Picklist: 'choice',
	State: 'choice',
	Status: 'choice',
	Lookup: 'lookup',
	Customer: 'lookup',
	Owner: 'lookup',
	Uniqueidentifier: 'id',
};

/** A quoted OData literal, encoded for a path or query. */
export const quoted = (text: string): string =>
	`'${encodeURIComponent(text.replaceAll("'", "''"))}'`;

/** The metadata path of a table. */
export const definition = (name: string): string =>
	`EntityDefinitions(LogicalName=${quoted(name)})`;

/** The queries of a table's parts; several share one request. */
export const TABLE_PARTS = {
	attributes:
		'/Attributes?$select=LogicalName,SchemaName,DisplayName,AttributeType,AttributeTypeName,AttributeOf,RequiredLevel,IsValidForCreate,IsValidForUpdate,IsValidForRead,IsValidODataAttribute,IsPrimaryId,IsPrimaryName',
	keys: '/Keys?$select=SchemaName,LogicalName,DisplayName,KeyAttributes,EntityKeyIndexStatus',
	lookups:
		'/ManyToOneRelationships?$select=ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity',
} as const;

/** Tables as they were read last, by environment, credential and name. */
const memory = new Map<string, { readonly stamp: string; readonly table: Table }>();
const REMEMBERED = 200;
const STAMP = 'Microsoft.Dynamics.CRM.globalmetadataversion';

/**
 * Reads a table's facts. An unknown name stops the run and says so. What was read before in this process holds
 * as long as the stamp that changes with every change of the schema is the same (dataverse 2.1). A key whose
 * index is being built becomes usable without one, so such a table is not remembered (T-21). What a role may
 * see changes without one too: whoever misses something asks `anew`.
 */
export async function readTable(api: Api, name: string, anew = false): Promise<Table> {
	const { head, stamp } = await readHead(api, name);
	const place = `${api.scope} ${name}`;
	const known = memory.get(place);
	if (!anew && known && known.stamp === stamp) return known.table;
	const table = await readParts(api, name, head);
	memory.delete(place);
	if (stamp !== undefined && table.keys.every(({ usable }) => usable)) {
		memory.set(place, { stamp, table });
		const [oldest] = memory.keys();
		if (memory.size > REMEMBERED && oldest !== undefined) memory.delete(oldest);
	}
	return table;
}

async function readParts(api: Api, name: string, head: Row): Promise<Table> {
	const path = definition(name);
	const [attributes, keys, lookups, ...facetRows] = await api.readMany(
		[...Object.values(TABLE_PARTS), ...FACET_PARTS].map((part) => path + part),
		STRONG,
	);
	const facets = facetsOf(facetRows.flat());
	const primaryId = String(head.PrimaryIdAttribute);
	const columns = attributes
		.filter(isUsable)
		.map((row) => ({ ...toColumn(row), ...facets.get(String(row.LogicalName)) }));
	if (columns.length === 0) throw noColumns(name);
	const names = new Map(columns.map((column) => [column.name, column]));
	return {
		name,
		entitySet: String(head.EntitySetName),
		primaryId,
		elastic: head.TableType === 'Elastic',
		versioned: head.IsOptimisticConcurrencyEnabled === true,
		columns: names,
		keys: keysOf(primaryId, keys, names),
		links: lookups.flatMap(toLinks),
	};
}

/** The owner is told as an abstract table: it is a user or a team, through the same property (2.2 row 5). */
function toLinks(row: Row): Link[] {
	const target = String(row.ReferencedEntity);
	const targets = target === 'owner' ? ['systemuser', 'team'] : [target];
	return targets.map((each) => ({
		column: String(row.ReferencingAttribute),
		navigation: String(row.ReferencingEntityNavigationPropertyName ?? ''),
		target: each,
	}));
}

/** Recipients of an activity are no columns that a query could select, nor is what can only be written. */
export function isReadable({ columns }: Pick<Table, 'columns'>, name: string): boolean {
	const column = columns.get(name);
	return column !== undefined && !column.parties && !column.writeOnly;
}

/** Metadata a role may not see comes as an empty list. */
export const noColumns = (name: string): SyncError =>
	new SyncError('config', `Dynamics 365 shows no columns of "${name}" to this application user`, {
		hint: 'Its security role lacks the privilege prvReadAttribute (Read on "Attribute", tab Customization).',
	});

/** A table's address and primary id, and the stamp of the schema they belong to. */
export interface Head {
	readonly head: Row;
	readonly stamp?: string;
}

/** Reads the head of a table. */
export async function readHead(api: Api, name: string): Promise<Head> {
	const found = await findHead(api, name);
	if (found) return found;
	throw new SyncError('config', `Dynamics 365 has no table with the logical name "${name}"`, {
		hint: 'Pick the table from the list; logical names are lower case, such as contact or new_member. If the name is right, the security role of the application user lacks the privilege prvReadEntity. To have a table created, add Table to the option Create What Is Missing.',
	});
}

/** The same, or undefined where the environment shows no such table. */
export async function findHead(api: Api, name: string): Promise<Head | undefined> {
	if (name.trim() === '') throw new SyncError('config', 'No Dynamics 365 table is chosen');
	const select =
		'$select=LogicalName,EntitySetName,PrimaryIdAttribute,TableType,IsOptimisticConcurrencyEnabled';
	const page = await api.read(
		`EntityDefinitions?${select}&$filter=LogicalName eq ${quoted(name)}`.replaceAll(' ', '%20'),
		{ ...STRONG, Prefer: `odata.include-annotations="${STAMP}"` },
	);
	const rows = Array.isArray(page.value) ? page.value.filter(isObject) : [];
	const head = rows.find((row) => row.LogicalName === name && row.EntitySetName);
	const stamp = page[`@${STAMP}`];
	return head && { head, ...(typeof stamp === 'string' && { stamp }) };
}

/** Drops shadow columns (such as `statecodename`) and those the API cannot name (2.2); recipients it writes apart. */
export const isUsable = (row: Row): boolean =>
	!row.AttributeOf && (row.IsValidODataAttribute !== false || row.AttributeType === 'PartyList');

/** One row of the attribute list as a column. */
export function toColumn(row: Row): Column {
	const typeName = isObject(row.AttributeTypeName) ? row.AttributeTypeName.Value : undefined;
	// Multi-select choices call themselves Virtual (T-17).
	const multi = typeName === 'MultiSelectPicklistType';
	const level = isObject(row.RequiredLevel) ? row.RequiredLevel.Value : undefined;
	return {
		name: String(row.LogicalName),
		label: labelOf(row.DisplayName) ?? String(row.LogicalName),
		type: multi ? 'multiChoice' : (TYPES[String(row.AttributeType)] ?? 'other'),
		required: isAskedFor(row, level),
		creatable: row.IsValidForCreate === true,
		updatable: row.IsValidForUpdate === true,
		...(row.AttributeType === 'PartyList' && { parties: true }),
		...(row.IsValidForRead === false && { writeOnly: true }),
	};
}

/** Required columns that Dataverse fills itself: nobody has to give them (2.2, SystemRequired). */
const filledBySystem: ReadonlySet<string> = new Set(['ownerid', 'statecode', 'statuscode']);

function isAskedFor({ LogicalName, IsPrimaryId }: Row, level: unknown): boolean {
	if (IsPrimaryId === true || filledBySystem.has(String(LogicalName))) return false;
	return level === 'ApplicationRequired' || level === 'SystemRequired';
}

/** The label in the caller's language, else the first one. */
export function labelOf(label: unknown): string | undefined {
	if (!isObject(label)) return undefined;
	const own = isObject(label.UserLocalizedLabel) ? label.UserLocalizedLabel.Label : undefined;
	if (typeof own === 'string' && own !== '') return own;
	const first: unknown = Array.isArray(label.LocalizedLabels)
		? label.LocalizedLabels[0]
		: undefined;
	return isObject(first) && typeof first.Label === 'string' ? first.Label : undefined;
}

function keysOf(
	primaryId: string,
	rows: readonly Row[],
	columns: ReadonlyMap<string, Column>,
): KeyInfo[] {
	const primary: KeyInfo = {
		name: primaryId,
		label: `Record ID (${primaryId})`,
		fields: [primaryId],
		primary: true,
		usable: true,
	};
	const alternate = rows.map((row): KeyInfo => {
		const fields = Array.isArray(row.KeyAttributes) ? row.KeyAttributes.map(String) : [];
		const name = String(row.LogicalName ?? row.SchemaName);
		const labels = fields.map((field) => columns.get(field)?.label ?? field);
		return {
			name,
			label: `${labels.join(' + ')} (${fields.join(', ')})`,
			fields,
			primary: false,
			// A key works once its index is built, and not before (T-21).
			usable: fields.length > 0 && row.EntityKeyIndexStatus === 'Active',
		};
	});
	return [primary, ...alternate];
}
