import type { Token } from './soqlTokens';
import { malformed, tokenize, unquote } from './soqlTokens';

export interface Literal {
	readonly kind: 'string' | 'number' | 'boolean' | 'date' | 'datetime' | 'null';
	readonly text: string;
}

export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=' | 'like' | 'in' | 'not in';

export type Condition =
	| { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
	| { readonly kind: 'not'; readonly part: Condition }
	| {
			readonly kind: 'compare';
			readonly path: string;
			readonly operator: Operator;
			readonly values: readonly Literal[];
	  };

export interface Order {
	readonly path: string;
	readonly descending: boolean;
	readonly nullsLast: boolean;
}

export interface Soql {
	/** `COUNT()` has no fields. */
	readonly count: boolean;
	readonly fields: readonly string[];
	readonly object: string;
	readonly where?: Condition;
	readonly order: readonly Order[];
	readonly limit?: number;
	readonly offset: number;
}

class Reader {
	#at = 0;

	constructor(private readonly tokens: readonly Token[]) {}

	get done(): boolean {
		return this.#at >= this.tokens.length;
	}

	peek(text: string): boolean {
		const token = this.tokens[this.#at];
		return token !== undefined && token.kind !== 'string' && token.text.toLowerCase() === text;
	}

	/** Takes the words when they all follow. */
	take(...texts: readonly string[]): boolean {
		const start = this.#at;
		for (const text of texts) {
			if (!this.peek(text)) {
				this.#at = start;
				return false;
			}
			this.#at += 1;
		}
		return true;
	}

	expect(text: string): void {
		if (!this.take(text)) throw this.unexpected(`expecting ${text}`);
	}

	next(kind?: Token['kind']): Token {
		const token = this.tokens[this.#at];
		if (token === undefined || (kind !== undefined && token.kind !== kind)) {
			throw this.unexpected(kind === undefined ? 'query is incomplete' : `expecting a ${kind}`);
		}
		this.#at += 1;
		return token;
	}

	unexpected(hint: string) {
		const token = this.tokens[this.#at];
		const found = token === undefined ? '<EOF>' : `'${token.text}'`;
		return malformed(`unexpected token: ${found} at column ${(token?.at ?? -1) + 1}, ${hint}`);
	}
}

const RESERVED = /^(?:true|false|null|and|or|not|like|in|from|where|order|limit|offset|select)$/i;

function path(reader: Reader): string {
	const { text } = reader.next('word');
	if (RESERVED.test(text)) throw malformed(`unexpected token: '${text}'`);
	return text;
}

function literal(reader: Reader): Literal {
	const { kind, text } = reader.next();
	if (kind === 'string') return { kind, text: unquote(text) };
	if (kind === 'number') return { kind, text };
	if (kind === 'moment') return { kind: text.includes('T') ? 'datetime' : 'date', text };
	const word = text.toLowerCase();
	if (word === 'null') return { kind: 'null', text: word };
	if (word === 'true' || word === 'false') return { kind: 'boolean', text: word };
	throw malformed(`unexpected token: '${text}', expecting a value`);
}

function list(reader: Reader): Literal[] {
	reader.expect('(');
	const values = [literal(reader)];
	while (reader.take(',')) values.push(literal(reader));
	reader.expect(')');
	return values;
}

const MARKS: Readonly<Record<string, Operator>> = {
	'=': '=',
	'!=': '!=',
	'<>': '!=',
	'<': '<',
	'>': '>',
	'<=': '<=',
	'>=': '>=',
};

function comparison(reader: Reader): Condition {
	const name = path(reader);
	if (reader.take('not', 'in')) {
		return { kind: 'compare', path: name, operator: 'not in', values: list(reader) };
	}
	if (reader.take('in')) {
		return { kind: 'compare', path: name, operator: 'in', values: list(reader) };
	}
	if (reader.take('like')) {
		return { kind: 'compare', path: name, operator: 'like', values: [literal(reader)] };
	}
	const mark = reader.next();
	const operator = MARKS[mark.text];
	if (operator === undefined) throw malformed(`unexpected token: '${mark.text}'`);
	return { kind: 'compare', path: name, operator, values: [literal(reader)] };
}

function term(reader: Reader): Condition {
	if (reader.take('not')) return { kind: 'not', part: term(reader) };
	if (!reader.take('(')) return comparison(reader);
	const inner = condition(reader);
	reader.expect(')');
	return inner;
}

/** AND and OR side by side need parentheses, as in Salesforce. */
function condition(reader: Reader): Condition {
	const parts = [term(reader)];
	const word = (['and', 'or'] as const).find((each) => reader.peek(each));
	if (word === undefined) return parts[0]!;
	while (reader.take(word)) parts.push(term(reader));
	if (reader.peek('and') || reader.peek('or')) throw reader.unexpected('use parentheses');
	return { kind: word, parts };
}

function orders(reader: Reader): Order[] {
	if (!reader.take('order', 'by')) return [];
	const found: Order[] = [];
	do {
		const name = path(reader);
		const descending = reader.take('desc');
		if (!descending) reader.take('asc');
		const nullsLast = reader.take('nulls', 'last');
		if (!nullsLast) reader.take('nulls', 'first');
		found.push({ path: name, descending, nullsLast });
	} while (reader.take(','));
	return found;
}

function whole(reader: Reader, word: string): number | undefined {
	if (!reader.take(word)) return undefined;
	const { text } = reader.next('number');
	if (!/^\d+$/.test(text)) throw malformed(`${word} must be a whole number: ${text}`);
	return Number(text);
}

function selected(reader: Reader): string[] {
	if (reader.take('count', '(', ')')) return [];
	const fields = [path(reader)];
	while (reader.take(',')) fields.push(path(reader));
	return fields;
}

/** Reads a query of the subset this stand-in knows (S9). */
export function parseSoql(source: string): Soql {
	const reader = new Reader(tokenize(source));
	reader.expect('select');
	const fields = selected(reader);
	reader.expect('from');
	const object = path(reader);
	const where = reader.take('where') ? condition(reader) : undefined;
	const order = orders(reader);
	const limit = whole(reader, 'limit');
	const offset = whole(reader, 'offset') ?? 0;
	if (!reader.done) throw reader.unexpected('end of the query');
	return { count: fields.length === 0, fields, object, where, order, limit, offset };
}
