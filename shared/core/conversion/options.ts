import { shortNumber } from './numbers';
import { shown } from './outcome';
import type { FieldOption } from '../field';

/** What a text or number means among the options of a field. */
export type OptionMatch =
	| { readonly option: FieldOption }
	| {
			readonly option?: undefined;
			readonly problem: string;
			/** No option comes near it, rather than several. */
			readonly isStranger: boolean;
	  };

/** The options of a field, found by stored value or label. */
export interface OptionIndex {
	readonly options: readonly FieldOption[];
	/** By stored value alone, as the system reports it. */
	stored(value: unknown): OptionMatch;
	/**
	 * By stored value or label. Where a text is the one of one option and the other of another, the type
	 * decides: against stored texts it is a stored value, against stored numbers a label.
	 */
	either(value: unknown): OptionMatch;
}

const LISTED_OPTIONS = 10;

/** Builds the index once per field; undefined for a field whose options are not known. */
export function indexOptions(options: readonly FieldOption[] = []): OptionIndex | undefined {
	if (options.length === 0) return undefined;
	const isNumeric = options.every(({ value }) => typeof value === 'number');
	const keyOf = (value: unknown) => storedKey(value, isNumeric);
	const byValue = new Map<string | undefined, FieldOption>();
	const byLabel = new Map<string, FieldOption[]>();
	for (const option of options) {
		byValue.set(keyOf(option.value), option);
		const label = fold(option.label);
		byLabel.set(label, [...(byLabel.get(label) ?? []), option]);
	}
	const unknown = (value: unknown): OptionMatch => ({
		problem: `is ${shown(value)}, which is none of the options: ${listed(options)}`,
		isStranger: true,
	});
	return {
		options,
		stored(value) {
			const option = byValue.get(keyOf(value));
			return option === undefined ? unknown(value) : { option };
		},
		either(value) {
			const key = keyOf(value);
			if (key === undefined) return unknown(value);
			const stored = byValue.get(key);
			const labelled = byLabel.get(fold(String(value))) ?? [];
			if (stored !== undefined && (typeof stored.value === typeof value || labelled.length === 0))
				return { option: stored };
			const [option] = labelled;
			if (option === undefined) return unknown(value);
			return labelled.length === 1
				? { option }
				: { problem: shared(value, labelled), isStranger: false };
		},
	};
}

/** A label as people mean it: without case, accents and repeated or outer spaces (dataverse 2.2, row 8). */
export function fold(label: string): string {
	return label.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** Some options as messages name them. */
export function listed(options: readonly FieldOption[]): string {
	const names = options
		.slice(0, LISTED_OPTIONS)
		.map(({ value, label }) => `${shown(value)} (${shown(label)})`);
	const more = options.length - names.length;
	return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function shared(value: unknown, options: readonly FieldOption[]): string {
	return `is ${shown(value)}, the label of several options: ${listed(options)}; send the stored value`;
}

/** The form equal stored values share: "1" is 1 where numbers are stored. Undefined for lists, objects and the like. */
function storedKey(value: unknown, isNumeric: boolean): string | undefined {
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (typeof value !== 'string') return undefined;
	return String((isNumeric ? shortNumber(value) : undefined) ?? value.trim());
}
