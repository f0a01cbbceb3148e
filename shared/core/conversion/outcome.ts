/**
 * What became of one value. The texts are predicates that follow the field's name ('was rounded from 1.5
 * to 2'), without a full stop.
 */
export type Conversion =
	| { readonly kind: 'exact'; readonly value: unknown }
	| { readonly kind: 'lossy'; readonly value: unknown; readonly warning: string }
	| { readonly kind: 'unfit'; readonly problem: string };

/** Converts one value. */
export type Converter = (value: unknown) => Conversion;

/** The value fits and says all the source said. */
export const exact = (value: unknown): Conversion => ({ kind: 'exact', value });

/** The value fits, but something the source said is gone; the warning says what. */
export const lossy = (value: unknown, warning: string): Conversion => ({
	kind: 'lossy',
	value,
	warning,
});

/** The field cannot hold the value; the problem says why and what would fit. */
export const unfit = (problem: string): Conversion => ({ kind: 'unfit', problem });

const SHOWN_CHARACTERS = 60;

/** A value as messages name it: long texts are cut, lists and objects only said to be such. */
export function shown(value: unknown): string {
	if (typeof value === 'string') {
		const cut = cutText(value, SHOWN_CHARACTERS);
		return JSON.stringify(cut === value ? value : `${cut}…`);
	}
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object' && value !== null) return 'an object';
	return typeof value === 'function' || typeof value === 'symbol'
		? `a ${typeof value}`
		: String(value);
}

/** At most so many UTF-16 units, never ending in half a surrogate pair. */
export function cutText(text: string, units: number): string {
	if (text.length <= units) return text;
	const last = text.codePointAt(units - 1) ?? 0;
	return text.slice(0, last > 0xffff ? units - 1 : units);
}
