import type { OptionIndex, OptionMatch } from './options';
import { fold, indexOptions, listed } from './options';
import type { Conversion, Converter } from './outcome';
import { exact, lossy, shown, unfit } from './outcome';
import type { FieldInfo } from '../field';
import { jsonProblem } from '../jsonValue';

/** How the source reads choices: what the system stores, or what people read. */
export type ChoiceForm = 'value' | 'label';

/**
 * Into the stored value of an option, by value or label. Without known options a single value passes as it is,
 * and so does one beside the options of an open choice.
 */
export function choiceConverter({ options, openOptions = false }: FieldInfo): Converter {
	const index = indexOptions(options);
	if (index === undefined) return single;
	return remembering((value) => {
		const match = index.either(value);
		if (match.option) return exact(match.option.value);
		return openOptions && match.isStranger ? beside(index, value) : unfit(match.problem);
	});
}

/** From the stored value of an option. A label that does not lead back to its option is lossy. */
export function choiceReader({ options, openOptions }: FieldInfo, form: ChoiceForm): Converter {
	const index = indexOptions(options);
	if (index === undefined) return single;
	return remembering((value) => {
		const match = index.stored(value);
		return openOptions && !match.option ? beside(index, value) : read(index, match, form);
	});
}

/** Into true or false: by the field's own labels first, then by the usual words. */
export function booleanConverter({ options = [] }: FieldInfo): Converter {
	const readings = new Map(words);
	const labels = options.map(({ label }) => fold(label));
	options.forEach(({ value }, position) => {
		const truth = words.get(String(value));
		const label = labels[position] ?? '';
		if (truth !== undefined) readings.set(label, truth);
		// Two options of one name say nothing, whatever the name means elsewhere.
		if (labels.indexOf(label) !== labels.lastIndexOf(label)) readings.delete(label);
	});
	const own = options.length > 0 ? `, or one of ${listed(options)}` : '';
	return (value) => {
		if (typeof value === 'boolean') return exact(value);
		const truth =
			typeof value === 'string'
				? (readings.get(value) ?? readings.get(fold(value)))
				: words.get(shown(value));
		if (truth !== undefined) return exact(truth);
		return unfit(`is ${shown(value)}, which is neither yes nor no; send true or false${own}`);
	};
}

const words: ReadonlyMap<string, boolean> = new Map(
	['true', '1', 'yes', 'y', 'on', 't', 'false', '0', 'no', 'n', 'off', 'f'].map(
		(word, position) => [word, position < 6],
	),
);

function read(index: OptionIndex, match: OptionMatch, form: ChoiceForm): Conversion {
	const { option } = match;
	if (option === undefined) return unfit(match.problem);
	if (form === 'value') return exact(option.value);
	if (index.either(option.label).option === option) return exact(option.label);
	return lossy(
		option.label,
		`became the label ${shown(option.label)}, which does not lead back to ${shown(option.value)} alone`,
	);
}

/** A value of its own, stored as the options are: as text or as a number. */
function beside({ options: [{ value: stored }] }: OptionIndex, value: unknown): Conversion {
	const plain = single(value);
	if (plain.kind !== 'exact' || typeof stored !== 'string') return plain;
	return exact(String(value).trim());
}

/** One value of a field whose options nobody knows. */
function single(value: unknown): Conversion {
	const isBlank = value === undefined || (typeof value === 'string' && value.trim() === '');
	if (typeof value === 'object' || isBlank || jsonProblem(value) !== undefined)
		return unfit(`is ${shown(value)}, which is not a choice`);
	return exact(value);
}

const REMEMBERED_VALUES = 5_000;

/** Choices have few values, and each is looked up once. The outcomes are shared, hence frozen. */
function remembering(convert: Converter): Converter {
	const outcomes = new Map<unknown, Conversion>();
	return (value) => {
		if (typeof value === 'object') return convert(value);
		const known = outcomes.get(value);
		if (known !== undefined) return known;
		if (outcomes.size >= REMEMBERED_VALUES) outcomes.clear();
		const outcome = Object.freeze(convert(value));
		outcomes.set(value, outcome);
		return outcome;
	};
}
