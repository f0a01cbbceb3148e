import type { AlternateKey, Column, Row, RowValues, Table, Value } from './model';
import { apiName, isLookup } from './model';
import { ODataError, badQuery } from './odataError';
import type { Org } from './org';
import { GUID, checkValue } from './values';

/** Where a key segment stands: it decides about percent escapes (U-03) and forbidden characters (U-02). */
export type KeySource = 'url' | 'id';

/** The row a key segment means, whether or not it exists. */
export interface Address {
	/** As the client wrote it, for echoes (S-11). */
	readonly text: string;
	readonly id?: string;
	readonly key?: AlternateKey;
	/** The key columns' values; they become the new row's when it is created. */
	readonly values: RowValues;
}

interface Literal {
	readonly quoted: boolean;
	readonly text: string;
	readonly aliased: boolean;
}

const FORBIDDEN = /[/<>*%&:\\?+]/;
const syntaxError = () => badQuery('Bad Request - Error in query syntax.');
const PAIR = /^\s*([A-Za-z_]\w*)\s*=\s*(?:'((?:[^']|'')*)'|(@\w+)|([^',()\s]+))\s*(,|$)/;

function unescape(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		throw syntaxError();
	}
}

function aliased(alias: string, aliases: ReadonlyMap<string, string>): Literal {
	const value = aliases.get(alias);
	if (value === undefined) throw badQuery(`The parameter alias '${alias}' has no value.`);
	const quoted = /^'((?:[^']|'')*)'$/.exec(value);
	return { quoted: quoted !== null, text: quoted?.[1] ?? value, aliased: true };
}

function parsePairs(text: string, aliases: ReadonlyMap<string, string>): Map<string, Literal> {
	const pairs = new Map<string, Literal>();
	let rest = text;
	let more = true;
	while (more) {
		const match = PAIR.exec(rest);
		const name = match?.[1];
		if (match === null || name === undefined || pairs.has(name)) throw syntaxError();
		const [, , quoted, alias, bare, comma] = match;
		if (alias !== undefined) pairs.set(name, aliased(alias, aliases));
		else
			pairs.set(name, { quoted: quoted !== undefined, text: quoted ?? bare ?? '', aliased: false });
		rest = rest.slice(match[0].length);
		more = comma === ',';
	}
	return pairs;
}

const notAKey = (table: Table) =>
	badQuery(
		`The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.${table.name}'. Ensure that ` +
			`the names and number of key properties match the declared or alternate key properties for the ` +
			`resource 'Microsoft.Dynamics.CRM.${table.name}'.`,
	);

function findKey(table: Table, names: readonly string[]): AlternateKey {
	const wanted = [...names].sort().join();
	const spelled = (name: string) => {
		const column = table.columns.get(name);
		return column === undefined ? name : apiName(column);
	};
	const key = table.keys.find((each) => each.columns.map(spelled).sort().join() === wanted);
	// An index still being built is no key yet (T-21).
	if (key === undefined || key.status !== 'Active') throw notAKey(table);
	return key;
}

function checkForbidden(org: Org, literal: Literal, source: KeySource): void {
	const mode = org.switches['U-02'];
	if (literal.aliased || !FORBIDDEN.test(literal.text)) return;
	if (mode === 'acceptedInId' && source === 'id') return;
	if (mode === '404') throw new ODataError(404, '', 'The resource cannot be found.');
	throw syntaxError();
}

function keyValue(org: Org, table: Table, column: Column, literal: Literal): Value {
	const text = literal.quoted ? literal.text.replaceAll("''", "'") : literal.text;
	if (isLookup(column) || column.type === 'Uniqueidentifier') {
		if (literal.quoted || !GUID.test(text)) throw syntaxError();
		const id = text.toLowerCase();
		const target = column.targets?.[0];
		return target === undefined ? id : { table: target.table, id };
	}
	const textual = column.type === 'String';
	if (textual !== literal.quoted) throw syntaxError();
	// Length and characters matter only when a row is created (newRowValues): a long key is simply not found.
	if (textual) return text === '' ? null : text;
	const dated = column.type === 'DateTime';
	const raw = dated ? text : Number(text);
	return checkValue({ table, column, switches: org.switches }, raw);
}

function checkBlank(org: Org, value: Value, column: Column): void {
	if (value !== null && String(value).trim() !== '') return;
	if (org.switches['U-01'] === 'accepted') return;
	throw new ODataError(
		400,
		'0x8006088f',
		`Invalid key operation: the value of key attribute '${column.name}' is null or blank.`,
	);
}

/** Reads what stands between the parentheses of `accounts(...)` (contract 4.2, S-13). */
export function readAddress(
	org: Org,
	table: Table,
	raw: string,
	from: { readonly source: KeySource; readonly aliases?: ReadonlyMap<string, string> },
): Address {
	const mode = org.switches['U-03'];
	const decodes = mode === 'alwaysDecoded' || (mode === 'decodedInUrl' && from.source === 'url');
	const text = decodes ? unescape(raw) : raw;
	if (GUID.test(text)) {
		return { text: raw, id: text.toLowerCase(), values: {} };
	}
	const pairs = parsePairs(text, from.aliases ?? new Map());
	const [first] = [...pairs];
	if (pairs.size === 1 && first?.[0] === table.primaryId) {
		// These two refuse the named form (contract 4.2).
		const refused = table.name === 'systemuser' || table.name === 'team';
		if (refused || first[1].quoted || !GUID.test(first[1].text)) throw notAKey(table);
		return { text: raw, id: first[1].text.toLowerCase(), values: {} };
	}
	const key = findKey(table, [...pairs.keys()]);
	const values: RowValues = {};
	for (const name of key.columns) {
		const column = table.columns.get(name);
		const literal = column && pairs.get(apiName(column));
		if (column === undefined || literal === undefined) throw notAKey(table);
		if (literal.quoted) checkForbidden(org, literal, from.source);
		values[name] = keyValue(org, table, column, literal);
		checkBlank(org, values[name], column);
	}
	const id = values[table.primaryId];
	return { text: raw, key, values, ...(typeof id === 'string' ? { id } : {}) };
}

/** The values an address gives the row it creates, checked like any other. */
export function newRowValues(org: Org, table: Table, address: Address): RowValues {
	const values: RowValues = {};
	for (const [name, value] of Object.entries(address.values)) {
		const column = table.columns.get(name);
		const isText = column !== undefined && typeof value === 'string';
		values[name] = isText ? checkValue({ table, column, switches: org.switches }, value) : value;
	}
	return address.id === undefined ? values : { ...values, [table.primaryId]: address.id };
}

/** The row an address means now. */
export function findRow(org: Org, table: Table, address: Address): Row | undefined {
	if (address.key !== undefined) return org.store.getByKey(table, address.key, address.values);
	const row = address.id === undefined ? undefined : org.store.get(table, address.id);
	// An elastic table looks in one partition: the one named like the id, unless the address names another (4.7).
	return table.elastic && row?.values.partitionid !== row?.id ? undefined : row;
}

/** 404 in the words of the way the row was addressed. */
export function rowMissing(table: Table, address: Address): ODataError {
	if (address.key !== undefined) {
		return new ODataError(
			404,
			'0x80060891',
			`A record with the specified key values does not exist in ${table.name} entity`,
		);
	}
	return new ODataError(404, '0x80040217', `${table.name} With Id = ${address.id} Does Not Exist`);
}

const PATH = /^\/?(?:api\/data\/v9\.\d+\/)?(\w+)\((.*)\)$/s;

/** Splits `/contacts(<key>)`, with or without slash or service root, into set and key. */
export function splitEntityPath(org: Org, path: string): { set: string; key: string } | undefined {
	const local = path.startsWith(`${org.url}/`) ? path.slice(org.url.length) : path;
	const match = PATH.exec(local);
	if (match?.[1] === undefined || match[2] === undefined) return undefined;
	return { set: match[1], key: match[2] };
}
