import { chunkByWeight } from '../../core/batching';
import type { SyncRecord } from '../../core/record';
import type { FoundRecord } from '../connector';
import type { Api, Row } from './api';
import { GUID } from './guid';
import { foldText, keyPart, keyText } from './keyMatch';
import { LIMITS } from './limits';
import { quoted, type Column, type Table } from './table';

/**
 * What a key led to. `exact`: a row with this very key. `folded`: the only row whose key differs in case or
 * trailing spaces; most environments hold that to be the same key, some do not (dataverse U-25).
 */
export interface Match {
	readonly exact?: FoundRecord;
	readonly folded?: FoundRecord;
	/** Several rows fit equally well: the columns are no key there. */
	readonly several?: boolean;
}

/**
 * Finds rows by key values with the `In` function. Values travel in the query string, where every character
 * is safe, unlike in a key segment (dataverse 4.2, T-08); composite keys ask per column and match here.
 */
export async function lookUp(
	api: Api,
	table: Table,
	keyFields: readonly string[],
	request: { readonly keys: readonly SyncRecord[]; readonly select?: readonly string[] },
): Promise<Match[]> {
	const select = [...new Set([table.primaryId, ...keyFields, ...(request.select ?? [])])];
	const limit = { count: LIMITS.lookupKeys, weight: LIMITS.lookupCharacters };
	const matches: Match[] = [];
	for (const keys of chunkByWeight(request.keys, limit, (key) => weightOf(key, keyFields))) {
		const path = query(table, keyFields, keys, select);
		const rows = path === undefined ? [] : await api.readAll(path);
		matches.push(
			...matchAll(
				table,
				keyFields,
				keys,
				rows.map((row) => toFound(row, table, select)),
			),
		);
	}
	return matches;
}

function query(
	table: Table,
	keyFields: readonly string[],
	keys: readonly SyncRecord[],
	select: readonly string[],
): string | undefined {
	const aliases: string[] = [];
	const conditions = keyFields.map((field, index) => {
		const column = table.columns.get(field);
		const parts = [...new Set(keys.map((key) => keyPart(key[field], column)))];
		const values = parts.filter((part) => isSearchable(part, column)).flatMap(asPatterns);
		if (values.length === 0) return undefined;
		if (column?.type === 'lookup' || column?.type === 'dateTime')
			return anyOf(selectName(field, table), values);
		aliases.push(
			`@p${index}=${quoted(field)}`,
			`@v${index}=${encodeURIComponent(collection(values))}`,
		);
		return `Microsoft.Dynamics.CRM.In(PropertyName=@p${index},PropertyValues=@v${index})`;
	});
	// No row can have a key one of whose parts has no valid value.
	if (conditions.includes(undefined)) return undefined;
	const filter = encodeURIComponent(conditions.join(' and '));
	const columns = select.map((name) => selectName(name, table)).join(',');
	return `${table.entitySet}?$select=${columns}&$filter=${filter}&${aliases.join('&')}`;
}

/**
 * A collection literal. The server's lexer balances quotes and brackets before it reads the JSON inside,
 * so those characters go as JSON escapes.
 */
const collection = (values: readonly string[]): string =>
	`[${values.map((value) => `"${escapeText(JSON.stringify(value).slice(1, -1))}"`).join(',')}]`;

const escapeText = (json: string): string =>
	json
		.replaceAll('\\"', '\\u0022')
		.replace(/['[\]]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);

/** A bracket may begin a set of characters there (T-16): the second form finds it then, and nothing else if not. */
const asPatterns = (part: string): string[] =>
	part.includes('[') ? [part, part.replaceAll('[', '[[]')] : [part];

/** One value of the wrong type would fail the whole query; no row can have it anyway. */
function isSearchable(part: string, column: Column | undefined): boolean {
	if (column?.type === 'id' || column?.type === 'lookup') return GUID.test(part);
	if (column?.type === 'integer' || column?.type === 'choice')
		return Number.isInteger(Number(part));
	if (column?.type === 'decimal') return Number.isFinite(Number(part));
	return column?.type !== 'dateTime' || isMoment(part);
}

/** A day of the calendar that rows may hold, with a time or without (dataverse 2.3). */
function isMoment(part: string): boolean {
	const time = /^\d{4}-\d\d-\d\d(T[\d:]{8}Z)?$/.test(part) ? Date.parse(part) : Number.NaN;
	if (Number.isNaN(time) || part < '1753') return false;
	return new Date(time).toISOString().startsWith(part.slice(0, 10));
}

/**
 * For lookups, whose property in queries is not a column that `In` knows by name, and for dates, whose literals
 * are not quoted (dataverse 3.1).
 */
const anyOf = (property: string, literals: readonly string[]): string =>
	`(${literals.map((literal) => `${property} eq ${literal}`).join(' or ')})`;

/** Length in the address. JSON escapes half a character, which an address cannot hold. */
const weightOf = (key: SyncRecord, keyFields: readonly string[]): number =>
	keyFields.reduce(
		(sum, field) => sum + encodeURIComponent(JSON.stringify(String(key[field] ?? ''))).length + 3,
		0,
	);

/** Lookups are read under another name than they are known by (dataverse 3.1). */
function selectName(name: string, table: Table): string {
	return table.columns.get(name)?.type === 'lookup' ? `_${name}_value` : name;
}

function toFound(row: Row, table: Table, select: readonly string[]): FoundRecord {
	return {
		id: String(row[table.primaryId]).toLowerCase(),
		...(typeof row['@odata.etag'] === 'string' && { version: row['@odata.etag'] }),
		record: Object.fromEntries(select.map((name) => [name, row[selectName(name, table)]])),
	};
}

function matchAll(
	table: Table,
	keyFields: readonly string[],
	keys: readonly SyncRecord[],
	rows: readonly FoundRecord[],
): Match[] {
	const exact = new Map<string, FoundRecord>();
	const twice = new Set<string>();
	const folded = new Map<string, FoundRecord[]>();
	for (const row of rows) {
		const text = keyText(row.record, keyFields, table.columns);
		if (exact.has(text)) twice.add(text);
		exact.set(text, row);
		folded.set(foldText(text), [...(folded.get(foldText(text)) ?? []), row]);
	}
	return keys.map((key) => {
		const text = keyText(key, keyFields, table.columns);
		const alike = folded.get(foldText(text)) ?? [];
		return {
			exact: exact.get(text),
			folded: alike.length === 1 ? alike[0] : undefined,
			several: twice.has(text) || (!exact.has(text) && alike.length > 1),
		};
	});
}
