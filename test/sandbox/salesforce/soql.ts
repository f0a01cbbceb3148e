import { visibleObject } from './fieldSecurity';
import type { ObjectType, Row, Value } from './model';
import type { Org, Session } from './org';
import { badRequest } from './refusal';
import type { Column } from './soqlColumns';
import { column, columnValue } from './soqlColumns';
import { candidates, testOf } from './soqlConditions';
import type { Soql } from './soqlSyntax';
import { parseSoql } from './soqlSyntax';

/** The rows a query found, in order, and the columns it asked for. */
export interface SoqlResult {
	readonly object: ObjectType;
	/** Empty for `COUNT()`. */
	readonly columns: readonly Column[];
	readonly rows: readonly Row[];
}

const foldText = (value: Value) => (typeof value === 'string' ? value.toLowerCase() : value);

function compare(a: Value, b: Value): number {
	const [left, right] = [foldText(a), foldText(b)];
	return left === right || left === null || right === null ? 0 : left < right ? -1 : 1;
}

function sorter(org: Org, object: ObjectType, { order }: Soql): (a: Row, b: Row) => number {
	const keys = order.map((each) => ({ ...each, column: column(org, object, each.path) }));
	return (a, b) => {
		for (const { column: key, descending, nullsLast } of keys) {
			const left = columnValue(org, a, key);
			const right = columnValue(org, b, key);
			if ((left === null) !== (right === null)) return (left === null) === nullsLast ? 1 : -1;
			const result = compare(left, right);
			if (result !== 0) return descending ? -result : result;
		}
		return a.order - b.order;
	};
}

function search(org: Org, object: ObjectType, query: Soql, all: boolean): Row[] {
	const { where } = query;
	if (where === undefined) return org.store.rows(object, all);
	const test = testOf(org, object, where);
	// The indexes hold no deleted rows.
	const few = all ? undefined : candidates(org, object, where);
	return (few ?? org.store.rows(object, all)).filter(test);
}

function columnsOf(org: Org, object: ObjectType, fields: readonly string[]): Column[] {
	const columns = fields.map((path) => column(org, object, path));
	const names = columns.map(({ name }) => name);
	const twice = names.find((name, at) => names.indexOf(name) !== at);
	if (twice === undefined) return columns;
	throw badRequest('INVALID_FIELD', `duplicate field selected: ${twice}`);
}

/** Runs a query; with `all` deleted rows are found too (S9, S11). */
export function runSoql({ org }: Session, text: string, all: boolean): SoqlResult {
	const query = parseSoql(text);
	const object = visibleObject(org, query.object);
	if (object === undefined || !object.queryable) {
		throw badRequest(
			'INVALID_TYPE',
			`sObject type '${query.object}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
		);
	}
	const columns = columnsOf(org, object, query.fields);
	const rows = search(org, object, query, all);
	const sorted = query.order.length === 0 ? rows : rows.sort(sorter(org, object, query));
	const end = query.limit === undefined ? undefined : query.offset + query.limit;
	return { object, columns, rows: sorted.slice(query.offset, end) };
}
