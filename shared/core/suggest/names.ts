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
	readonly meaning?: string;
	/** `address2_city` is the second of its kind. */
	readonly number?: string;
}

const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** Reads a technical name or a label: case, separators, umlauts and accents do not count. */
export function readName(name: string): ReadName {
	const spaced = name
		.replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
		.normalize('NFC')
		.toLowerCase()
		.replace(/[äöüß]/gu, (letter) => umlauts[letter] ?? letter)
		.normalize('NFD')
		.replace(/\p{M}/gu, '');
	const parts = spaced.match(/\p{L}+|\d+/gu) ?? [];
	const numbers = parts.filter((part) => /^\d/u.test(part));
	// The first of several fields is mostly meant when no number is said.
	const number = numbers.find((part) => part !== '1');
	const words = parts.filter((part) => part !== '1');
	const core = coreOf(words, name).join('');
	const compact = words.join('');
	const meaning = meaningOf(withoutDigits(compact)) ?? meaningOf(withoutDigits(core));
	return { compact, core, words, ...(meaning && { meaning }), ...(number && { number }) };
}

const withoutDigits = (text: string) => text.replace(/\d+/gu, '');

/** Publishers prefix their columns (`new_city`): two to eight letters or digits and an underscore. */
function coreOf(words: readonly string[], name: string): readonly string[] {
	const isPrefixed = /^[a-z][a-z0-9]{1,7}_./u.test(name) && words.length > 1;
	const unprefixed = isPrefixed ? words.slice(1) : words;
	const core = unprefixed.filter((word) => !placeWords.has(word));
	return core.length > 0 ? core : unprefixed;
}

/** How alike two names are. Below 100 the names differ, and a person should look. */
export function likeness(one: ReadName, other: ReadName): Likeness {
	if (one.compact === other.compact && one.compact !== '') return { score: 100, why: 'same name' };
	const apart = one.number === other.number ? 0 : 20;
	if (one.core === other.core && one.core !== '') {
		return { score: 90 - apart, why: 'same name apart from prefixes' };
	}
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
	return common === 0 ? 0 : (2 * common) / (ones.size + others.size);
}

/** One minus the share of letters that must be changed to turn one text into the other. */
function similarity(one: string, other: string): number {
	const longest = Math.max(one.length, other.length);
	if (longest === 0 || Math.abs(one.length - other.length) > longest / 2) return 0;
	return 1 - editDistance(one, other) / longest;
}

/** Inserted, deleted, replaced and swapped letters between two texts. */
function editDistance(one: string, other: string): number {
	let before: number[] = [];
	let row = Array.from({ length: other.length + 1 }, (_, column) => column);
	for (let line = 1; line <= one.length; line++) {
		const next = [line];
		for (let column = 1; column <= other.length; column++) {
			const differs = one[line - 1] === other[column - 1] ? 0 : 1;
			const isSwap =
				line > 1 &&
				column > 1 &&
				one[line - 1] === other[column - 2] &&
				one[line - 2] === other[column - 1];
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
