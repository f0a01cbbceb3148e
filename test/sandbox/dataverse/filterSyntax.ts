import { badQuery } from './odataError';

export type Literal =
	| { readonly kind: 'string' | 'number' | 'guid' | 'date' | 'enum'; readonly text: string }
	| { readonly kind: 'boolean'; readonly text: 'true' | 'false' }
	| { readonly kind: 'null'; readonly text: 'null' }
	| { readonly kind: 'list'; readonly text: string; readonly values: readonly string[] };

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TextTest = 'contains' | 'startswith' | 'endswith';

export type Expression =
	| { readonly kind: 'and' | 'or'; readonly parts: readonly [Expression, Expression] }
	| { readonly kind: 'not'; readonly part: Expression }
	| {
			readonly kind: 'compare';
			readonly operator: Comparison;
			readonly path: string;
			readonly value: Literal;
	  }
	| {
			readonly kind: 'text';
			readonly test: TextTest;
			readonly path: string;
			readonly value: Literal;
	  }
	/** A bare boolean property. */
	| { readonly kind: 'truth'; readonly path: string }
	| {
			readonly kind: 'function';
			readonly name: string;
			readonly path: string;
			readonly value: Literal;
	  };

const TOKEN =
	/\s*(?:('(?:[^']|'')*')|(\[[^\]]*\])|([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})|(\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?)|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_@][\w./]*(?:'(?:[^']|'')*')?)|([(),=]))/y;

interface Token {
	readonly kind: 'string' | 'list' | 'guid' | 'date' | 'number' | 'word' | 'mark';
	readonly text: string;
}

const kinds = ['string', 'list', 'guid', 'date', 'number', 'word', 'mark'] as const;

function tokenize(text: string): Token[] {
	const tokens: Token[] = [];
	const source = text.trim();
	TOKEN.lastIndex = 0;
	while (TOKEN.lastIndex < source.length) {
		const start = TOKEN.lastIndex;
		const match = TOKEN.exec(source);
		if (match === null) throw badQuery(`Syntax error at position ${start} in '${source}'.`);
		const group = match.slice(1).findIndex((part) => part !== undefined);
		tokens.push({ kind: kinds[group] ?? 'mark', text: match[group + 1] ?? '' });
	}
	return tokens;
}

const unquote = (text: string) => text.slice(1, -1).replaceAll("''", "'");

function readList(text: string): Literal {
	const quoted = text.replace(/'((?:[^']|'')*)'/g, (_all, inner: string) =>
		JSON.stringify(inner.replaceAll("''", "'")),
	);
	let values: unknown;
	try {
		values = JSON.parse(quoted);
	} catch {
		throw badQuery(`Syntax error in the collection literal '${text}'.`);
	}
	if (!Array.isArray(values) || values.some((value) => typeof value !== 'string')) {
		throw badQuery(`The collection '${text}' must hold strings.`);
	}
	return { kind: 'list', text, values: values as string[] };
}

const comparisons = new Set<string>(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const textTests = new Set<string>(['contains', 'startswith', 'endswith']);

class Parser {
	#position = 0;

	constructor(
		private readonly tokens: readonly Token[],
		private readonly aliases: ReadonlyMap<string, string>,
		private readonly source: string,
	) {}

	#fail(): never {
		throw badQuery(`Syntax error at position ${this.#position} in '${this.source}'.`);
	}

	#peek(text: string): boolean {
		return this.tokens[this.#position]?.text === text;
	}

	#accept(text: string): boolean {
		const found = this.#peek(text);
		if (found) this.#position += 1;
		return found;
	}

	#expect(text: string): void {
		if (!this.#accept(text)) this.#fail();
	}

	#next(): Token {
		const token = this.tokens[this.#position];
		if (token === undefined) this.#fail();
		this.#position += 1;
		return token;
	}

	parse(): Expression {
		const expression = this.#or();
		if (this.#position < this.tokens.length) this.#fail();
		return expression;
	}

	#or(): Expression {
		let left = this.#and();
		while (this.#accept('or')) left = { kind: 'or', parts: [left, this.#and()] };
		return left;
	}

	#and(): Expression {
		let left = this.#not();
		while (this.#accept('and')) left = { kind: 'and', parts: [left, this.#not()] };
		return left;
	}

	#not(): Expression {
		if (this.#accept('not')) return { kind: 'not', part: this.#not() };
		if (!this.#accept('(')) return this.#primary();
		const inner = this.#or();
		this.#expect(')');
		return inner;
	}

	#primary(): Expression {
		const token = this.#next();
		if (token.kind !== 'word') this.#fail();
		if (textTests.has(token.text) && this.#peek('(')) return this.#text(token.text as TextTest);
		if (token.text.startsWith('Microsoft.Dynamics.CRM.')) return this.#function(token.text);
		const operator = this.tokens[this.#position]?.text ?? '';
		if (!comparisons.has(operator)) return { kind: 'truth', path: token.text };
		this.#position += 1;
		const value = this.#literal();
		return { kind: 'compare', operator: operator as Comparison, path: token.text, value };
	}

	#text(test: TextTest): Expression {
		this.#expect('(');
		const path = this.#next().text;
		this.#expect(',');
		const value = this.#literal();
		this.#expect(')');
		return { kind: 'text', test, path, value };
	}

	#function(name: string): Expression {
		this.#expect('(');
		const parameters = new Map<string, Literal>();
		do {
			const parameter = this.#next().text;
			this.#expect('=');
			parameters.set(parameter, this.#literal());
		} while (this.#accept(','));
		this.#expect(')');
		const path = parameters.get('PropertyName');
		const value = parameters.get('PropertyValues');
		if (path?.kind !== 'string' || value === undefined) {
			throw badQuery(`The function '${name}' needs PropertyName and PropertyValues.`);
		}
		return { kind: 'function', name, path: path.text, value };
	}

	#literal(): Literal {
		const { kind, text } = this.#next();
		if (kind === 'word' && text.startsWith('@')) {
			const value = this.aliases.get(text);
			if (value === undefined) throw badQuery(`The parameter alias '${text}' has no value.`);
			return new Parser(tokenize(value), new Map(), value).#literal();
		}
		switch (kind) {
			case 'string':
				return { kind, text: unquote(text) };
			case 'list':
				return readList(text);
			case 'guid':
			case 'date':
			case 'number':
				return { kind, text };
			default:
				return this.#word(text);
		}
	}

	#word(text: string): Literal {
		if (text === 'null') return { kind: 'null', text };
		if (text === 'true' || text === 'false') return { kind: 'boolean', text };
		const enumeration = /^Microsoft\.Dynamics\.CRM\.\w+'(.*)'$/.exec(text);
		if (enumeration?.[1] === undefined) this.#fail();
		return { kind: 'enum', text: enumeration[1] };
	}
}

/** Reads a `$filter`; `aliases` are the `@name` options beside it. */
export function parseFilter(source: string, aliases: ReadonlyMap<string, string>): Expression {
	return new Parser(tokenize(source), aliases, source).parse();
}
