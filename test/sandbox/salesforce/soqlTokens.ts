import { badRequest } from './refusal';

/** A word of a query; `at` counts characters from 0. */
export interface Token {
	readonly kind: 'string' | 'moment' | 'number' | 'word' | 'mark';
	readonly text: string;
	readonly at: number;
}

const TOKEN =
	/\s*(?:('(?:[^'\\]|\\.)*')|(\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?)|([+-]?\d+(?:\.\d+)?)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(<=|>=|!=|<>|[=<>(),]))/y;

const kinds = ['string', 'moment', 'number', 'word', 'mark'] as const;

/** How a query that cannot be read is refused. */
export const malformed = (text: string) => badRequest('MALFORMED_QUERY', text);

/** Cuts a query into words. */
export function tokenize(source: string): Token[] {
	const tokens: Token[] = [];
	const text = source.trimEnd();
	TOKEN.lastIndex = 0;
	while (TOKEN.lastIndex < text.length) {
		const start = TOKEN.lastIndex;
		const match = TOKEN.exec(text);
		if (match === null) throw malformed(`unexpected token: '${text.slice(start).trim()}'`);
		const group = match.slice(1).findIndex((part) => part !== undefined);
		const word = match[group + 1] ?? '';
		tokens.push({ kind: kinds[group] ?? 'mark', text: word, at: TOKEN.lastIndex - word.length });
	}
	return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The text between quotes, escapes undone. */
export const unquote = (text: string): string =>
	text.slice(1, -1).replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
