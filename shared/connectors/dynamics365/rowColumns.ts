import { SyncError } from '../../core/errors';
import type { SyncRecord } from '../../core/record';
import type { RecordError } from '../../core/results';
import type { Api } from './api';
import { GUID } from './guid';
import { keyPart } from './keyMatch';
import { readHead, type Table } from './table';

/** How values are written as columns of a row. */
export interface RowColumns {
	/** Why a record cannot be written, told before anything is sent. */
	problem(record: SyncRecord): RecordError | undefined;
	of(record: SyncRecord): SyncRecord;
}

interface Binding {
	/** Case-sensitive name of the property a lookup is written through (T-07). */
	readonly navigation: string;
	readonly set: string;
}

/**
 * Columns are written as they are, except: a lookup goes as `<navigation>@odata.bind` with the address of the
 * row it points at, and is cleared through the navigation property itself; several choices go as one text of
 * numbers (dataverse 2.3).
 */
export async function rowColumns(
	api: Api,
	table: Table,
	fields: ReadonlySet<string>,
): Promise<RowColumns> {
	const bindings = new Map<string, Binding>();
	for (const field of fields) {
		if (table.columns.get(field)?.type === 'lookup')
			bindings.set(field, await bind(api, table, field));
	}
	return {
		problem: (record) => lookupProblem(record, bindings),
		of: (record) =>
			Object.fromEntries(
				Object.entries(record).map(([field, value]) => {
					const binding = bindings.get(field);
					return binding ? bound(binding, value) : [field, plain(value)];
				}),
			),
	};
}

async function bind(api: Api, table: Table, field: string): Promise<Binding> {
	const [link, another] = table.links.filter((one) => one.column === field);
	if (!link || another) {
		throw new SyncError(
			'config',
			`The column "${field}" of the Dynamics 365 table "${table.name}" may point at several tables`,
			{
				hint: 'Write it through its navigation property, such as "customerid_account@odata.bind".',
			},
		);
	}
	const { EntitySetName } = await readHead(api, link.target);
	return { navigation: link.navigation, set: String(EntitySetName) };
}

function bound({ navigation, set }: Binding, value: unknown): [string, unknown] {
	if (value === null) return [navigation, null];
	return [`${navigation}@odata.bind`, `/${set}(${idOf(value)})`];
}

function plain(value: unknown): unknown {
	if (!Array.isArray(value)) return value;
	return value.length === 0 ? null : value.join(',');
}

function lookupProblem(
	record: SyncRecord,
	bindings: ReadonlyMap<string, Binding>,
): RecordError | undefined {
	for (const field of bindings.keys()) {
		const value = record[field];
		if (value === undefined || value === null || GUID.test(idOf(value))) continue;
		return {
			code: 'noLookupId',
			category: 'data',
			message: `The lookup column "${field}" holds something that is not the ID of a row`,
			retryable: false,
			hint: 'Map the GUID of the row it points at.',
			fields: [field],
		};
	}
	return undefined;
}

const idOf = (value: unknown): string => keyPart(value, { type: 'lookup' });
