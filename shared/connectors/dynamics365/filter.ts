import type { FieldType } from '../../core/field';
import type { FieldCondition, FieldConditions } from '../changes';
import { GUID } from './guid';

type Types = Readonly<Record<string, FieldType>>;

/** The name a column has in a query. */
type Property = (name: string) => string;

/**
 * Conditions as OData, for a query that is to return at least every record that meets them; undefined when the
 * server cannot tell. It sees text without case and with wildcards (T-16), so only what cannot leave out too much
 * is sent; of conditions joined by And, some are enough.
 */
export function odataFilter(
	{ combinator, conditions }: FieldConditions,
	types: Types,
	property: Property,
): string | undefined {
	const parts = conditions.map((condition) => odataCondition(condition, types, property));
	const known = parts.filter((part) => part !== undefined);
	if (known.length === 0 || (combinator === 'or' && known.length < parts.length)) return undefined;
	return known.map((part) => `(${part})`).join(` ${combinator} `);
}

function odataCondition(
	condition: FieldCondition,
	types: Types,
	property: Property,
): string | undefined {
	const type = types[condition.field];
	if (type === undefined) return undefined;
	const name = property(condition.field);
	return presence(condition, name, type) ?? comparison(condition, name, type);
}

/** Asks about nothing at all. Text that was emptied is nothing too. */
function presence(
	{ operation }: FieldCondition,
	name: string,
	type: FieldType,
): string | undefined {
	if (operation === 'notEmpty') return `${name} ne null`;
	if (operation !== 'empty') return undefined;
	return type === 'string' ? `${name} eq null or ${name} eq ''` : `${name} eq null`;
}

function comparison(condition: FieldCondition, name: string, type: FieldType): string | undefined {
	switch (type) {
		case 'string':
			return textCondition(condition, name);
		case 'integer':
		case 'decimal':
		case 'choice':
			return numberCondition(condition, name);
		case 'boolean':
			return truthCondition(condition, name);
		case 'dateTime':
		case 'date':
			return dateCondition(condition, name, type);
		case 'id':
		case 'lookup':
			return linkCondition(condition, name);
		default:
			return undefined;
	}
}

/** Live in string filters (T-16): these match more, which harms a condition that is turned round. */
const wildcards = /[%_]/u;

function textCondition(
	{ type, operation, value }: FieldCondition,
	name: string,
): string | undefined {
	if (type !== 'string' || typeof value !== 'string' || value.trim() === '') return undefined;
	// A bracket stands for a set of characters there, and not for itself.
	if (/[[\]]/u.test(value)) return undefined;
	const text = `'${value.replaceAll("'", "''")}'`;
	switch (operation) {
		case 'equals':
			return `${name} eq ${text}`;
		case 'contains':
			return `contains(${name},${text})`;
		case 'startsWith':
			return `startswith(${name},${text})`;
		case 'endsWith':
			return `endswith(${name},${text})`;
		// The database does not see trailing spaces, which count here: it would leave out too much.
		case 'notContains':
			return wildcards.test(value) ? undefined : `not contains(${name},${text}) or ${name} eq null`;
		default:
			return undefined;
	}
}

const numberSigns: Readonly<Record<string, string>> = {
	equals: 'eq',
	notEquals: 'ne',
	gt: 'gt',
	lt: 'lt',
	gte: 'ge',
	lte: 'le',
};

/** Nothing counts as 0 in n8n's comparisons of size, and is different from every number. */
function numberCondition(
	{ type, operation, value }: FieldCondition,
	name: string,
): string | undefined {
	const sign = numberSigns[operation];
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	const isText = type === 'string' && operation !== 'equals';
	if (sign === undefined || isText || (type !== 'number' && type !== 'string')) return undefined;
	if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
	return sign === 'eq' ? `${name} eq ${number}` : `${name} ${sign} ${number} or ${name} eq null`;
}

/** Nothing counts as no. */
function truthCondition(
	{ type, operation, value }: FieldCondition,
	name: string,
): string | undefined {
	if (type !== 'boolean') return undefined;
	const truth = new Map<string, unknown>([
		['true', true],
		['false', false],
		['equals', value],
	]).get(operation);
	if (truth === true) return `${name} eq true`;
	return truth === false ? `${name} eq false or ${name} eq null` : undefined;
}

const dateSigns: Readonly<Record<string, string>> = {
	after: 'ge',
	afterOrEquals: 'ge',
	before: 'le',
	beforeOrEquals: 'le',
};

/** Rows keep whole seconds, so the instant itself is asked for too. A date without a time has no instant to compare. */
function dateCondition(
	{ type, operation, value }: FieldCondition,
	name: string,
	column: FieldType,
): string | undefined {
	const sign = dateSigns[operation];
	const text = value instanceof Date ? value.toISOString() : String(value ?? '');
	const hasZone = /T.*(Z|[+-]\d\d:?\d\d)$/u.test(text);
	if (type !== 'dateTime' || column === 'date' || sign === undefined || !hasZone) return undefined;
	const time = Date.parse(text);
	if (Number.isNaN(time)) return undefined;
	const whole = sign === 'ge' ? Math.floor(time / 1000) : Math.ceil(time / 1000);
	return `${name} ${sign} ${new Date(whole * 1000).toISOString().replace('.000', '')}`;
}

function linkCondition(
	{ type, operation, value }: FieldCondition,
	name: string,
): string | undefined {
	const id = String(value ?? '')
		.trim()
		.toLowerCase();
	return type === 'string' && operation === 'equals' && GUID.test(id)
		? `${name} eq ${id}`
		: undefined;
}
