import { badQuery } from './odataError';
import type { Switches } from './switches';

/** The query string, read. */
export interface QueryOptions {
	/** `$select` and the like, by name with the dollar. */
	readonly system: ReadonlyMap<string, string>;
	/** `@name` → literal. */
	readonly aliases: ReadonlyMap<string, string>;
}

const known = new Set([
	'$select',
	'$filter',
	'$orderby',
	'$top',
	'$count',
	'$expand',
	'$skiptoken',
	'$deltatoken',
]);

function decode(text: string, plus: Switches['U-12']): string {
	if (plus === 'refused' && text.includes('+')) {
		throw badQuery('Bad Request - Error in query syntax.');
	}
	try {
		return decodeURIComponent(text.replaceAll('+', ' '));
	} catch {
		throw badQuery('Bad Request - Error in query syntax.');
	}
}

/** Reads a query string; options the Web API does not know are refused. */
export function readQuery(query: string, plus: Switches['U-12']): QueryOptions {
	const system = new Map<string, string>();
	const aliases = new Map<string, string>();
	for (const pair of query.split('&').filter((each) => each !== '')) {
		const equals = pair.indexOf('=');
		const name = decode(equals < 0 ? pair : pair.slice(0, equals), plus);
		const value = equals < 0 ? '' : decode(pair.slice(equals + 1), plus);
		if (name.startsWith('@')) aliases.set(name, value);
		if (!name.startsWith('$')) continue;
		if (!known.has(name)) throw badQuery(`The query parameter ${name} is not supported`);
		if (system.has(name)) throw badQuery(`Query option '${name}' was specified more than once.`);
		system.set(name, value);
	}
	return { system, aliases };
}

/** The names in a `$select`, or undefined when there is none. */
export function selectedNames(select: string | undefined): string[] | undefined {
	if (select === undefined || select.trim() === '' || select.trim() === '*') return undefined;
	return select.split(',').map((name) => name.trim());
}

/** One entry of `$expand`: a navigation property and the options in its parentheses. */
export interface Expansion {
	readonly nav: string;
	readonly options: ReadonlyMap<string, string>;
}

/** Splits at a character, but not inside parentheses or quotes. */
function splitOutside(text: string, at: string): string[] {
	const parts = [''];
	let depth = 0;
	let quoted = false;
	for (const char of text) {
		if (char === "'") quoted = !quoted;
		if (!quoted && char === '(') depth += 1;
		if (!quoted && char === ')') depth -= 1;
		if (char === at && depth === 0 && !quoted) parts.push('');
		else parts.push((parts.pop() ?? '') + char);
	}
	return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Reads `$expand=nav($select=a,b;$top=3),other`. */
export function readExpand(expand: string | undefined): Expansion[] {
	return splitOutside(expand ?? '', ',').map((part) => {
		const match = /^(\w+)(?:\((.*)\))?$/s.exec(part);
		if (match?.[1] === undefined) throw badQuery(`Syntax error in $expand: '${part}'.`);
		const options = splitOutside(match[2] ?? '', ';').map((option): [string, string] => {
			const equals = option.indexOf('=');
			return [option.slice(0, equals).trim(), option.slice(equals + 1).trim()];
		});
		return { nav: match[1], options: new Map(options) };
	});
}

/** The preferences of a request, lower-case names; a preference without value is `true`. */
export function readPrefer(header: string | undefined): ReadonlyMap<string, string> {
	const preferences = new Map<string, string>();
	for (const match of (header ?? '').matchAll(/([\w.-]+)(?:\s*=\s*(?:"([^"]*)"|([^,;\s]+)))?/g)) {
		preferences.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? 'true');
	}
	return preferences;
}
