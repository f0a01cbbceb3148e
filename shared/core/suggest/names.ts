import { meaningOf, placeWords } from './synonyms';

/** How alike two names are, in percent, and what they share. */
export interface Likeness {
	readonly score: number;
	/** Ready for a person to read. */
	readonly why: string;
}

/** A name, read once. */
export interface ReadName {
	/** All words joined. */
	readonly compact: string;
	/** Without publisher prefix and words that only say where the value belongs. */
	readonly core: string;
	readonly words: readonly string[];
	readonly meaning: string | undefined;
	/** `address2_city` is the second of its kind. */
	readonly number: string | undefined;
}

const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** Reads a technical name or a label: case, separators, umlauts and accents do not count. */
export function readName(fullName: string): ReadName {
	const name = withoutSuffix(fullName);
	const words = wordsOf(name);
	const own = wordsOf(withoutPrefix(name));
	const compact = words.join('');
	const core = coreOf(own);
	const meaning = meaningOf(withoutDigits(compact)) ?? meaningOf(withoutDigits(core));
	return { compact, core, words, meaning, number: own.find((word) => /\d/u.test(word)) };
}

/** The first of several fields is mostly meant when no number is said, so a 1 is no word. */
function wordsOf(name: string): readonly string[] {
	const spaced = name
		.normalize('NFC')
		.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
		.toLowerCase()
		.replace(/[äöüß]/gu, (letter) => umlauts[letter])
		.normalize('NFD')
		.replace(/\p{M}/gu, '');
	return (spaced.match(/\p{L}+|\d+/gu) ?? []).filter((word) => word !== '1');
}

/** Salesforce marks custom fields at their end: `Level__c`, `Level__pc` of a person, `Place__Latitude__s`. */
const withoutSuffix = (name: string) => name.replace(/(?<=.)__(?:c|pc|r|s)$/iu, '');

/**
 * Publishers prefix their columns: `new_city`, and `cr4f2_city` where nobody chose a prefix. A number at
 * the end says which of several fields it is, as in `address2_city`.
 */
function withoutPrefix(name: string): string {
	return name.replace(/^(?:cr[a-z0-9]{3}|[a-z][a-z0-9]{0,6}[a-z])_(?=.*\p{L})/u, '');
}

function coreOf(words: readonly string[]): string {
	const core = words.filter((word) => !placeWords.has(word)).join('');
	return /\p{L}/u.test(core) ? core : words.join('');
}

const withoutDigits = (text: string) => text.replace(/\d/gu, '');

/** How alike two names are. Below 100 the names differ, and a person should look. */
export function likeness(one: ReadName, other: ReadName): Likeness {
	if (one.compact === '') return { score: 0, why: 'a name without letters' };
	if (one.compact === other.compact) return { score: 100, why: 'same name' };
	if (one.core === other.core) return { score: 90, why: 'same name apart from prefixes' };
	const apart = one.number === other.number ? 0 : 20;
	if (one.meaning !== undefined && one.meaning === other.meaning) {
		return { score: 88 - apart, why: 'same meaning' };
	}
	const near = Math.max(shared(one.words, other.words), similarity(one.compact, other.compact));
	return { score: Math.max(0, Math.round(80 * near) - apart), why: 'similar name' };
}

/** Words both have, as a share of all words. */
function shared(one: readonly string[], other: readonly string[]): number {
	const [ones, others] = [new Set(one), new Set(other)];
	const common = [...ones].filter((word) => others.has(word)).length;
	return (2 * common) / (ones.size + others.size);
}

/** One minus the share of letters that must be changed to turn one text into the other. */
function similarity(one: string, other: string): number {
	const longest = Math.max(one.length, other.length);
	if (Math.abs(one.length - other.length) > longest / 2) return 0;
	return 1 - editDistance(one, other) / longest;
}

/** Inserted, deleted, replaced and swapped letters between two texts. */
function editDistance(one: string, other: string): number {
	// A sign no name holds stands in front, so that looking one letter back never leaves the text.
	const [from, to] = [` ${one}`, ` ${other}`];
	let row = Array.from({ length: other.length + 1 }, (_, column) => column);
	let before = row;
	for (let line = 1; line <= one.length; line++) {
		const next = [line];
		for (let column = 1; column <= other.length; column++) {
			const differs = from[line] === to[column] ? 0 : 1;
			const isSwap = from[line] === to[column - 1] && from[line - 1] === to[column];
			next[column] = Math.min(
				next[column - 1] + 1,
				row[column] + 1,
				row[column - 1] + differs,
				isSwap ? before[column - 2] + 1 : Infinity,
			);
		}
		before = row;
		row = next;
	}
	return row[other.length];
}
