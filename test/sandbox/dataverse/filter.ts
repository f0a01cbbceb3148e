import type { Comparison, Expression, Literal } from './filterSyntax';
import { badQuery } from './odataError';

export type Scalar = string | number | boolean | null;

/** How the server sees a property: `edm` decides which literals may stand beside it. */
export interface Property<Row> {
	readonly edm: 'String' | 'Number' | 'Boolean' | 'Guid' | 'Date' | 'DateTimeOffset' | 'Enum';
	readonly get: (row: Row) => Scalar;
	/** Stored as numbers joined by commas. */
	readonly multiSelect?: boolean;
}

/** What a filter is compiled against. */
export interface FilterContext<Row> {
	/** Throws the server's unknown-property error. */
	property(path: string): Property<Row>;
	/** U-26: do `%`, `_` and `[]` act in `eq`, `ne` and `In` too? They always act in text functions. */
	readonly wildcardsInEquality: boolean;
}

type Test<Row> = (row: Row) => boolean;

const accepted: Record<Property<unknown>['edm'], ReadonlyArray<Literal['kind']>> = {
	String: ['string'],
	Number: ['number'],
	Boolean: ['boolean'],
	Guid: ['guid'],
	Date: ['date'],
	DateTimeOffset: ['date'],
	Enum: ['enum'],
};

/** As the database collates: case and trailing spaces do not matter (contract 3.1). */
export const fold = (text: string): string => text.toLowerCase().trimEnd();

const WILDCARD = /%|_|\[[^\]]*\]/;

function wildcardPattern(text: string): string {
	return text
		.toLowerCase()
		.split(/(%|_|\[[^\]]*\])/)
		.map((part) => {
			if (part === '%') return '.*';
			if (part === '_') return '.';
			if (/^\[.*\]$/.test(part)) return `[${part.slice(1, -1).replace(/[\\\]]/g, '\\$&')}]`;
			return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		})
		.join('');
}

const like = (text: string, before: string, after: string) => {
	const pattern = new RegExp(`^${before}${wildcardPattern(text)}${after}$`, 's');
	return (value: Scalar) => typeof value === 'string' && pattern.test(value.toLowerCase());
};

function literalValue(literal: Literal, edm: Property<unknown>['edm']): Scalar {
	switch (literal.kind) {
		case 'null':
			return null;
		case 'number':
			return Number(literal.text);
		case 'boolean':
			return literal.text === 'true';
		case 'guid':
			return literal.text.toLowerCase();
		case 'date':
			if (edm === 'Date') return literal.text.slice(0, 10);
			return `${new Date(literal.text).toISOString().slice(0, 19)}Z`;
		default:
			return edm === 'String' ? fold(literal.text) : literal.text;
	}
}

const order: Record<Exclude<Comparison, 'eq' | 'ne'>, (a: number) => boolean> = {
	gt: (a) => a > 0,
	ge: (a) => a >= 0,
	lt: (a) => a < 0,
	le: (a) => a <= 0,
};

function compileEquality<Row>(
	property: Property<Row>,
	literal: Literal,
	context: FilterContext<Row>,
): Test<Row> {
	const { get, edm } = property;
	if (edm === 'String' && literal.kind === 'string') {
		if (context.wildcardsInEquality && WILDCARD.test(literal.text)) {
			const matches = like(literal.text, '', '\\s*');
			return (row) => matches(get(row));
		}
		const wanted = fold(literal.text);
		return (row) => {
			const value = get(row);
			return typeof value === 'string' && fold(value) === wanted;
		};
	}
	const wanted = literalValue(literal, edm);
	return (row) => get(row) === wanted;
}

function compileComparison<Row>(
	expression: Extract<Expression, { kind: 'compare' }>,
	context: FilterContext<Row>,
): Test<Row> {
	const { operator, path, value: literal } = expression;
	const property = context.property(path);
	const { edm, get } = property;
	if (literal.kind !== 'null' && !accepted[edm].includes(literal.kind)) {
		throw badQuery(
			`A binary operator with incompatible types was detected. Found operand types 'Edm.${edm}' and ` +
				`'Edm.${literal.kind}' for operator '${operator}' on '${path}'.`,
		);
	}
	if (operator === 'eq') return compileEquality(property, literal, context);
	if (operator === 'ne') {
		// `ne` on a nullable column also returns nulls (T-16); `ne null` does not.
		const equal = compileEquality(property, literal, context);
		return (row) => !equal(row);
	}
	const wanted = literalValue(literal, edm);
	const passes = order[operator];
	return (row) => {
		const raw = get(row);
		if (raw === null || wanted === null) return false;
		const value = edm === 'String' && typeof raw === 'string' ? fold(raw) : raw;
		return passes(value < wanted ? -1 : value > wanted ? 1 : 0);
	};
}

function compileText<Row>(
	expression: Extract<Expression, { kind: 'text' }>,
	context: FilterContext<Row>,
): Test<Row> {
	const { test, path, value } = expression;
	const { get, edm } = context.property(path);
	if (edm !== 'String' || value.kind !== 'string') {
		throw badQuery(`The function '${test}' needs a string property and a string, not '${path}'.`);
	}
	const before = test === 'startswith' ? '' : '.*';
	const after = test === 'endswith' ? '' : '.*';
	const matches = like(value.text, before, after);
	return (row) => matches(get(row));
}

function compileFunction<Row>(
	expression: Extract<Expression, { kind: 'function' }>,
	context: FilterContext<Row>,
): Test<Row> {
	const { name, path, value } = expression;
	const { get, multiSelect, edm } = context.property(path);
	if (value.kind !== 'list') throw badQuery(`PropertyValues of '${name}' must be a collection.`);
	if (name === 'Microsoft.Dynamics.CRM.ContainValues') {
		if (multiSelect !== true) throw badQuery(`'${path}' is not a multi-select column.`);
		const wanted = new Set(value.values);
		return (row) =>
			String(get(row) ?? '')
				.split(',')
				.some((each) => wanted.has(each));
	}
	if (name !== 'Microsoft.Dynamics.CRM.In') {
		throw badQuery(`An unknown function with name '${name}' was found.`);
	}
	if (context.wildcardsInEquality && edm === 'String') {
		const tests = value.values.map((each) =>
			compileEquality({ edm, get }, { kind: 'string', text: each }, context),
		);
		return (row) => tests.some((test) => test(row));
	}
	const wanted = new Set(value.values.map(fold));
	return (row) => {
		const each = get(row);
		return each !== null && wanted.has(fold(String(each)));
	};
}

/** Turns a parsed `$filter` into a test of one row (S-27). */
export function compileFilter<Row>(expression: Expression, context: FilterContext<Row>): Test<Row> {
	switch (expression.kind) {
		case 'and':
		case 'or': {
			const [left, right] = expression.parts.map((part) => compileFilter(part, context));
			if (left === undefined || right === undefined) throw badQuery('Syntax error.');
			if (expression.kind === 'and') return (row) => left(row) && right(row);
			return (row) => left(row) || right(row);
		}
		case 'not': {
			const inner = compileFilter(expression.part, context);
			return (row) => !inner(row);
		}
		case 'truth': {
			const { get, edm } = context.property(expression.path);
			if (edm !== 'Boolean') throw badQuery(`'${expression.path}' is not a condition.`);
			return (row) => get(row) === true;
		}
		case 'compare':
			return compileComparison(expression, context);
		case 'text':
			return compileText(expression, context);
		case 'function':
			return compileFunction(expression, context);
	}
}
