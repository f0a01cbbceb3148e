import type { Converter } from '../conversion/outcome';
import type { FieldInfo } from '../field';
import type { Likeness, ReadName } from './names';

/** How many of the values the field can hold, as a factor for the score. */
export interface ValueFit {
	readonly share: number;
	/** Empty when all of them fit. */
	readonly why: string;
}

/** Values nobody can convert speak against a pair, however alike the names are. */
export function valueFit(samples: readonly unknown[], convert: Converter): ValueFit {
	if (samples.length === 0) return { share: 1, why: 'no values to check' };
	const unfit = samples.filter((sample) => convert(sample).kind === 'unfit').length;
	if (unfit === 0) return { share: 1, why: '' };
	return {
		share: 1 - unfit / samples.length,
		why: `${unfit} of ${samples.length} sample values do not fit`,
	};
}

const forms: ReadonlyArray<readonly [meaning: string, form: RegExp, noun: string]> = [
	['email', /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/u, 'e-mail addresses'],
	['website', /^(?:https?:\/\/|www\.)\S+\.\S+$/iu, 'web addresses'],
	['phone', /^\+\d[\d\s()/.-]{6,}$/u, 'phone numbers'],
];

/** Sure enough to be shown when the names say nothing, and less sure than any name that says something. */
const BY_FORM = 60;
const BY_OPTIONS = 65;

/** What the values say of where they belong, whatever the field is called. */
export function looksLike(
	samples: readonly unknown[],
	{ type, options = [] }: FieldInfo,
	names: readonly ReadName[],
): Likeness | undefined {
	const texts = samples.filter((sample) => typeof sample === 'string').map((text) => text.trim());
	if (texts.length === 0 || texts.length < samples.length) return undefined;
	const meaning = names.map((name) => name.meaning).find((found) => found !== undefined);
	const form = forms.find(([name]) => name === meaning);
	if (type === 'string' && form && texts.every((text) => form[1].test(text))) {
		const isFirst = names.every(({ number }) => number === undefined);
		return { score: BY_FORM - (isFirst ? 0 : 5), why: `the values look like ${form[2]}` };
	}
	const labels = new Set(options.map(({ label }) => label.trim().toLowerCase()));
	const isChoice = type === 'choice' || type === 'multiChoice';
	return isChoice && texts.every((text) => labels.has(text.toLowerCase()))
		? { score: BY_OPTIONS, why: 'the values are options of the field' }
		: undefined;
}
