export type ColumnType =
	| 'String'
	| 'Memo'
	| 'Integer'
	| 'BigInt'
	| 'Decimal'
	| 'Double'
	| 'Money'
	| 'Boolean'
	| 'Picklist'
	| 'State'
	| 'Status'
	| 'MultiSelectPicklist'
	| 'DateTime'
	| 'Lookup'
	| 'Customer'
	| 'Owner'
	| 'PartyList'
	| 'Uniqueidentifier';

/** Texts in other languages than the organisation's own, by LCID. */
export type Translations = Readonly<Record<number, string>>;

export interface Option {
	readonly value: number;
	readonly label: string;
	readonly translations?: Translations;
	/** The state a status belongs to. */
	readonly state?: number;
}

/** One table a lookup may point at, and the names the link has from both ends. */
export interface Target {
	readonly table: string;
	/** Navigation property on the referencing table, case-sensitive. */
	readonly nav: string;
	/** Collection-valued navigation property on the referenced table. */
	readonly collection: string;
	readonly onDelete: 'restrict' | 'removeLink';
}

export interface Column {
	/** Logical name, lower-case. */
	readonly name: string;
	readonly schemaName: string;
	readonly type: ColumnType;
	readonly label: string;
	readonly translations?: Translations;
	readonly required: 'None' | 'Recommended' | 'ApplicationRequired' | 'SystemRequired';
	readonly creatable: boolean;
	readonly updatable: boolean;
	readonly maxLength?: number;
	readonly format?: string;
	readonly min?: number;
	readonly max?: number;
	readonly precision?: number;
	readonly options?: readonly Option[];
	readonly yes?: string;
	readonly no?: string;
	readonly behavior?: 'UserLocal' | 'DateOnly' | 'TimeZoneIndependent';
	readonly targets?: readonly Target[];
	/** The value a new row takes when the request has none. */
	readonly initial?: Value;
	/** Data requests do not know a new column before this time (S-24). */
	readonly visibleFrom?: number;
}

export type KeyStatus = 'Pending' | 'InProgress' | 'Active' | 'Failed';

export interface AlternateKey {
	/** Logical name. */
	readonly name: string;
	readonly schemaName: string;
	readonly columns: readonly string[];
	readonly metadataId: string;
	status: KeyStatus;
}

export interface Table {
	readonly name: string;
	readonly schemaName: string;
	readonly set: string;
	readonly label: string;
	readonly plural: string;
	readonly translations?: Translations;
	readonly pluralTranslations?: Translations;
	readonly primaryId: string;
	readonly primaryName: string;
	readonly columns: ReadonlyMap<string, Column>;
	readonly keys: AlternateKey[];
	/** CreateMultiple and UpdateMultiple (S-20). */
	readonly bulk: boolean;
	readonly elastic: boolean;
	readonly custom: boolean;
	readonly activity: boolean;
	/** Can be switched on and never off (S-31). */
	readonly changeTracking: boolean;
	readonly optimisticConcurrency: boolean;
	readonly metadataId: string;
	readonly objectTypeCode: number;
	/** Not offered in EntityDefinitions and not writable. */
	readonly internal: boolean;
	readonly derive?: (values: RowValues) => void;
}

export interface Reference {
	readonly table: string;
	readonly id: string;
}

export type Value = string | number | boolean | null | Reference;

/** Column name → value. In a stored row a missing name is null; in a change, null clears. */
export type RowValues = Record<string, Value>;

export interface Row {
	readonly id: string;
	/** Order of creation: the order without `$orderby`, and the tie-break with it. */
	readonly order: number;
	readonly version: number;
	readonly values: Readonly<RowValues>;
}

/** One change that was really committed. `values` hold what was written, in request form. */
export interface Commit {
	readonly table: string;
	readonly id: string;
	readonly operation: 'create' | 'update' | 'delete';
	readonly version: number;
	readonly at: string;
	readonly values: Readonly<Record<string, unknown>>;
	/** Position of the request in the log; undefined for rows inserted by the test. */
	readonly request?: number;
}

export const isReference = (value: unknown): value is Reference =>
	typeof value === 'object' && value !== null && 'table' in value && 'id' in value;

export const isLookup = (column: Column): boolean => column.targets !== undefined;

/** The name a column has in URLs and answers: lookups show as `_name_value` (contract 3.1). */
export const apiName = (column: Column): string =>
	isLookup(column) ? `_${column.name}_value` : column.name;

/** Stored values in the form answers use. */
export function apiValues(table: Table, values: Readonly<RowValues>): Record<string, unknown> {
	const result: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(values)) {
		const column = table.columns.get(name);
		if (column === undefined) continue;
		result[apiName(column)] = isReference(value) ? value.id : value;
	}
	return result;
}
