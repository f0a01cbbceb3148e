const STRING = /"(?:[^"\\]|\\.)*"/y;
const PLAIN = /[^\s,\]}]+/y;
const SPACE = /[\s,:]*/y;

/** The end of what a sticky pattern matches at a place. */
function past(pattern: RegExp, text: string, at: number): number {
	pattern.lastIndex = at;
	return pattern.test(text) ? pattern.lastIndex : at;
}

function endOf(text: string, start: number): number {
	if (text[start] === '"') return past(STRING, text, start);
	if (text[start] !== '{' && text[start] !== '[') return past(PLAIN, text, start);
	let depth = 0;
	for (let at = start; at < text.length;) {
		if (text[at] === '"') {
			at = past(STRING, text, at);
			continue;
		}
		if (text[at] === '{' || text[at] === '[') depth += 1;
		if (text[at] === '}' || text[at] === ']') depth -= 1;
		at += 1;
		if (depth === 0) return at;
	}
	return text.length;
}

function member(text: string, start: number, step: string | number): number {
	let at = past(SPACE, text, start + 1);
	for (let index = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; index += 1) {
		let name: unknown = index;
		if (text[start] === '{') {
			const end = endOf(text, at);
			name = JSON.parse(text.slice(at, end));
			at = past(SPACE, text, end);
		}
		if (name === step) return at;
		at = past(SPACE, text, endOf(text, at));
	}
	return start;
}

/** Where the value at a path begins in valid JSON, as the parser tells it: line and column from 1 (4.2). */
export function positionOf(
	text: string,
	path: ReadonlyArray<string | number>,
	unit: 'chars' | 'bytes',
): { readonly line: number; readonly column: number } {
	let at = past(SPACE, text, 0);
	for (const step of path) at = member(text, at, step);
	const before = text.slice(0, at).split('\n');
	const last = before.at(-1) ?? '';
	const width = unit === 'bytes' ? Buffer.byteLength(last) : last.length;
	return { line: before.length, column: width + 1 };
}
