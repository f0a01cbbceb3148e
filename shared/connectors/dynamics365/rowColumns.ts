import type { SyncRecord } from '../../core/record';
import { isObject } from '../json';
import type { Api } from './api';
import { parentName, type LookupColumn } from './parentNames';
import { createParents, referencesOf, type ParentProblem, type Parents } from './parents';
import { partyColumn, partyProperty } from './parties';
import type { Table } from './table';

/** A lookup whose row is not there. */
export interface OpenLink {
	readonly field: string;
	/** Columns and values of the row it wants, where that is a row of the written table itself. */
	readonly own?: SyncRecord;
}

/** How values are written as columns of a row. */
export interface RowColumns {
	/** Reads the rows that lookups of these records point at, in batches. */
	findParents(records: Iterable<SyncRecord>): Promise<void>;
	/** Why a record cannot be written, told before anything is sent. */
	problem(parts: readonly SyncRecord[]): ParentProblem | undefined;
	/** Lookups of a record whose row is not there, and how they name it in this table, where they do. */
	openLinks(record: SyncRecord): readonly OpenLink[];
	/** The id a lookup value stands for, once its row is found. */
	parentId(field: string, value: unknown): string | undefined;
	/** A key by which rows are found: lookups that name a row by its key as the row's id. */
	byIds(key: SyncRecord): SyncRecord;
	of(record: SyncRecord): SyncRecord;
}

/**
 * Columns are written as they are, except: a lookup goes as `<navigation>@odata.bind` with the address of the
 * row it points at, and is cleared through the navigation property itself; recipients of an activity go
 * together; several choices go as one text of numbers (dataverse 2.3).
 */
export function rowColumns(api: Api, table: Table, fields: ReadonlySet<string>): RowColumns {
	const lookups = lookupColumns(table, fields);
	const parents = createParents(api);
	const parentId = (field: string, value: unknown) => {
		const column = lookups.get(field);
		return column && parents.of({ column, value })?.id;
	};
	return {
		async findParents(records) {
			await parents.find(allReferences(records, lookups));
		},
		problem(parts) {
			for (const reference of allReferences(parts, lookups)) {
				const problem = parents.problem(reference);
				if (problem) return problem;
			}
			return undefined;
		},
		openLinks(record) {
			return [...referencesOf(record, lookups)].flatMap((reference): OpenLink[] => {
				const problem = parents.problem(reference);
				if (!problem?.mayCome) return [];
				const { column, value } = reference;
				const name = parentName(column, value);
				const own =
					name.kind === 'search'
						? name.candidates.find(({ link, byId }) => link.target === table.name && !byId)
						: undefined;
				return [{ field: column.name, ...(own && { own: own.key }) }];
			});
		},
		parentId,
		byIds: (key) =>
			Object.fromEntries(
				Object.entries(key).map(([field, value]) => [
					field,
					isObject(value) ? (parentId(field, value) ?? value) : value,
				]),
			),
		of: (record) => written(record, table, lookups, parents),
	};
}

function* allReferences(records: Iterable<SyncRecord>, lookups: ReadonlyMap<string, LookupColumn>) {
	if (lookups.size === 0) return;
	for (const record of records) yield* referencesOf(record, lookups);
}

function lookupColumns(table: Table, fields: ReadonlySet<string>): Map<string, LookupColumn> {
	const lookups = new Map<string, LookupColumn>();
	for (const name of fields) {
		const column = table.columns.get(name);
		if (column?.parties) lookups.set(name, partyColumn(name));
		if (column?.type !== 'lookup') continue;
		const links = table.links.filter((link) => link.column === name);
		if (links.length > 0) lookups.set(name, { name, links });
	}
	return lookups;
}

function written(
	record: SyncRecord,
	table: Table,
	lookups: ReadonlyMap<string, LookupColumn>,
	parents: Parents,
): SyncRecord {
	const row: Record<string, unknown> = {};
	const recipients: object[] = [];
	let hasRecipients = false;
	for (const [field, value] of Object.entries(record)) {
		const column = lookups.get(field);
		if (column?.takesAddresses) {
			hasRecipients = true;
			recipients.push(...partyProperty(column, value, parents));
		} else if (column) Object.assign(row, bound(column, value, parents));
		else row[field] = plain(value);
	}
	return hasRecipients ? { ...row, [`${table.name}_activity_parties`]: recipients } : row;
}

function bound(column: LookupColumn, value: unknown, parents: Parents): Record<string, unknown> {
	if (value === null) return { [column.links[0].navigation]: null };
	const parent = parents.of({ column, value });
	// Without a parent the record was refused before; the server would refuse the plain column too.
	if (!parent) return { [column.name]: value };
	return { [`${parent.navigation}@odata.bind`]: `/${parent.set}(${parent.id})` };
}

function plain(value: unknown): unknown {
	if (!Array.isArray(value)) return value;
	return value.length === 0 ? null : value.join(',');
}
