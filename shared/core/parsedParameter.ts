/**
 * What a raw parameter value asks for. `path`: a bare `={{ $json.path }}`. `constant`: the same value for
 * every record. `expression`: anything else, without the leading `=`, for n8n's engine.
 */
export type ParsedParameter =
	| { readonly kind: 'path'; readonly path: readonly string[] }
	| { readonly kind: 'constant'; readonly value: unknown }
	| { readonly kind: 'expression'; readonly text: string };

const wholeExpression = /^=\{\{\s*([\s\S]*?)\s*\}\}$/u;
/** One step of a path: `.name`, `?.name`, `[0]`, `['any text']`, `["any text"]`, `?.[…]`. */
const step =
	/(?:\?)?\.(?<name>[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|(?:\?\.)?\[(?:(?<index>0|[1-9]\d*)|(?<quoted>'(?:[^'\\\n\r]|\\['"\\])*'|"(?:[^"\\\n\r]|\\['"\\])*"))\]/uy;
const quotedText = /^(?:'(?:[^'\\\n\r]|\\['"\\])*'|"(?:[^"\\\n\r]|\\['"\\])*")$/u;
const plainNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/u;
const words = new Map<string, unknown>([
	['true', true],
	['false', false],
	['null', null],
]);

/** Reads a raw parameter without evaluating it. Names that `isReadable` refuses stay with the engine, which explains itself. */
export function parseParameter(
	raw: unknown,
	isReadable: (name: string) => boolean,
): ParsedParameter {
	if (typeof raw !== 'string' || !raw.startsWith('=')) return { kind: 'constant', value: raw };
	const expression: ParsedParameter = { kind: 'expression', text: raw.slice(1) };
	// n8n refuses this text anywhere in an expression, quoted keys included.
	if (/\.\s*constructor/u.test(raw)) return expression;
	if (!/\{\{|\\/u.test(raw)) return { kind: 'constant', value: raw.slice(1) };
	const code = wholeExpression.exec(raw)?.[1];
	if (code === undefined || /\{\{|\}\}/u.test(code)) return expression;
	return parseLiteral(code) ?? parsePath(code, isReadable) ?? expression;
}

/** The names in a comma-separated parameter. A dragged `{{ $json.name }}` stands for the name itself; undefined for any other expression. */
export function parseNames(raw: unknown): string[] | undefined {
	if (typeof raw !== 'string') return undefined;
	const isExpression = raw.startsWith('=');
	const names: string[] = [];
	for (const part of (isExpression ? raw.slice(1) : raw).split(',')) {
		const name = isExpression && part.includes('{{') ? draggedName(part.trim()) : part.trim();
		if (name === undefined) return undefined;
		if (name !== '' && !names.includes(name)) names.push(name);
	}
	return names;
}

function draggedName(part: string): string | undefined {
	const parsed = parseParameter(`=${part}`, () => true);
	return parsed.kind === 'path' && parsed.path.length === 1 ? parsed.path[0] : undefined;
}

function parseLiteral(code: string): ParsedParameter | undefined {
	if (words.has(code)) return { kind: 'constant', value: words.get(code) };
	if (plainNumber.test(code)) return { kind: 'constant', value: Number(code) };
	if (quotedText.test(code)) return { kind: 'constant', value: unquote(code) };
	return undefined;
}

function parsePath(
	code: string,
	isReadable: (name: string) => boolean,
): ParsedParameter | undefined {
	if (!code.startsWith('$json')) return undefined;
	const path: string[] = [];
	step.lastIndex = '$json'.length;
	while (step.lastIndex < code.length) {
		const groups = step.exec(code)?.groups;
		if (!groups) return undefined;
		const name = groups.name ?? groups.index ?? unquote(groups.quoted);
		if (!isReadable(name)) return undefined;
		path.push(name);
	}
	return path.length > 0 ? { kind: 'path', path } : undefined;
}

function unquote(quoted: string): string {
	return quoted.slice(1, -1).replace(/\\(.)/gu, '$1');
}
