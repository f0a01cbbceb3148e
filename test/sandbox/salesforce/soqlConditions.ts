import { isCompound } from './fields';
import { fullId } from './ids';
import type { Field, ObjectType, Row, Value } from './model';
import type { Org } from './org';
import { badRequest } from './refusal';
import type { Column } from './soqlColumns';
import { column, columnValue } from './soqlColumns';
import type { Condition, Literal } from './soqlSyntax';
import { moment } from './values';

export type Test = (row: Row) => boolean;

type Compare = Extract<Condition, { kind: 'compare' }>;

const KINDS: Partial<Record<Field['type'], Literal['kind']>> = {
	boolean: 'boolean',
	int: 'number',
	double: 'number',
	currency: 'number',
	percent: 'number',
	date: 'date',
	datetime: 'datetime',
};

/** A literal as the value a row would hold; one of another type is an error (S9). */
function valueOf({ name, field }: Column, literal: Literal): Value {
	if (literal.kind === 'null') return null;
	const wanted = field.type === 'time' ? literal.kind : (KINDS[field.type] ?? 'string');
	if (literal.kind !== wanted) {
		const quotes = wanted === 'string' ? 'should be' : 'should not be';
		throw badRequest(
			'INVALID_FIELD',
			`value of filter criterion for field '${name}' must be of type ${field.type} and ${quotes} enclosed in quotes`,
		);
	}
	if (wanted === 'number') return Number(literal.text);
	if (wanted === 'boolean') return literal.text === 'true';
	if (wanted === 'datetime') {
		return moment(new Date(literal.text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).getTime());
	}
	if (field.type !== 'id' && field.type !== 'reference') return literal.text;
	const id = fullId(literal.text);
	if (id !== undefined) return id;
	throw badRequest('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${literal.text}`);
}

const isText = ({ type }: Field) => KINDS[type] === undefined && type !== 'time';

/** How text compares: ignoring case unless its field minds it; trailing spaces by U14. */
function folder(org: Org, field: Field): (value: Value) => Value {
	const { soqlFold } = org.switches;
	const isId = field.type === 'id' || field.type === 'reference';
	if (!isText(field) || isId || field.caseSensitive || soqlFold === 'sensitive') {
		return (value) => value;
	}
	const trims = soqlFold === 'insensitiveTrimmed';
	return (value) => {
		const text = String(value).toLowerCase();
		return value === null ? null : trims ? text.trimEnd() : text;
	};
}

function like(pattern: string): RegExp {
	const source = pattern.replace(/\\([%_])|[%_]|[.*+?^${}()|[\]\\]/g, (mark, escaped?: string) => {
		if (escaped !== undefined) return escaped;
		return mark === '%' ? '.*' : mark === '_' ? '.' : `\\${mark}`;
	});
	return new RegExp(`^${source}$`, 'is');
}

const ordered: Record<
	'<' | '>' | '<=' | '>=',
	(a: string | number, b: string | number) => boolean
> = {
	'<': (a, b) => a < b,
	'>': (a, b) => a > b,
	'<=': (a, b) => a <= b,
	'>=': (a, b) => a >= b,
};

const sortable = (value: Value) => (typeof value === 'boolean' ? Number(value) : value);

function comparison(org: Org, object: ObjectType, { path, operator, values }: Compare): Test {
	const target = column(org, object, path);
	if (!target.field.filterable || isCompound(target.field)) {
		throw badRequest('INVALID_FIELD', `field '${path}' can not be filtered in a query call`);
	}
	const foldValue = folder(org, target.field);
	const read = (row: Row) => foldValue(columnValue(org, row, target));
	const wanted = values.map((literal) => valueOf(target, literal));
	const folded = new Set(wanted.map(foldValue));
	if (operator === '=' || operator === 'in') return (row) => folded.has(read(row));
	if (operator === '!=' || operator === 'not in') return (row) => !folded.has(read(row));
	const [first = null] = wanted;
	if (operator === 'like') {
		const pattern = like(String(first));
		return (row) => pattern.test(String(columnValue(org, row, target) ?? '\0'));
	}
	const limit = sortable(foldValue(first));
	const compare = ordered[operator];
	return (row) => {
		const value = sortable(read(row));
		return value !== null && limit !== null && compare(value, limit);
	};
}

/** A condition as a test of rows. */
export function testOf(org: Org, object: ObjectType, condition: Condition): Test {
	if (condition.kind === 'compare') return comparison(org, object, condition);
	if (condition.kind === 'not') {
		const inner = testOf(org, object, condition.part);
		return (row) => !inner(row);
	}
	const tests = condition.parts.map((part) => testOf(org, object, part));
	return condition.kind === 'and'
		? (row) => tests.every((test) => test(row))
		: (row) => tests.some((test) => test(row));
}

/** The few rows a condition can be true for, when an index tells; undefined: all of them. */
export function candidates(org: Org, object: ObjectType, condition: Condition): Row[] | undefined {
	if (condition.kind === 'and') {
		for (const part of condition.parts) {
			const found = candidates(org, object, part);
			if (found !== undefined) return found;
		}
	}
	if (condition.kind !== 'compare' || !/^(?:=|in)$/.test(condition.operator)) return undefined;
	const target = column(org, object, condition.path);
	const { field, relation } = target;
	const isId = field.type === 'id' || field.type === 'reference';
	const folds = isId || field.caseSensitive || org.switches.soqlFold === 'insensitive';
	if (relation !== undefined || !folds || !isText(field)) return undefined;
	const wanted = condition.values.map((literal) => valueOf(target, literal));
	if (wanted.includes(null)) return undefined;
	const rows = wanted.flatMap((value) =>
		field.type === 'id'
			? (org.store.get(object, String(value)) ?? [])
			: org.store.matches(object, field, value),
	);
	return [...new Set(rows)].sort((a, b) => a.order - b.order);
}
