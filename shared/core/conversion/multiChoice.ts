import type { ChoiceForm } from './choices';
import { choiceConverter, choiceReader } from './choices';
import { indexOptions, listed } from './options';
import type { Conversion, Converter } from './outcome';
import { exact, lossy, shown, unfit } from './outcome';
import type { FieldInfo } from '../field';

/** Into a list of stored values, each once and in the order of the options. Takes lists, and texts separated by ; or comma. */
export function multiChoiceConverter(field: FieldInfo): Converter {
	const known = choiceConverter({ ...field, openOptions: false });
	return listConverter(field, { convert: choiceConverter(field), known }, ({ value }) => value);
}

/** From stored values, as a list or as the text Dataverse stores ("1,9", dataverse 2.3), in the order of the options. */
export function multiChoiceReader(field: FieldInfo, form: ChoiceForm): Converter {
	const known = choiceReader({ ...field, openOptions: false }, form);
	return listConverter(
		field,
		{ convert: choiceReader(field, form), known },
		(option) => option[form],
	);
}

type Option = NonNullable<FieldInfo['options']>[number];

/** `known` takes options only: it tells where one of them ends. */
function listConverter(
	{ options = [] }: FieldInfo,
	{ convert, known }: { readonly convert: Converter; readonly known: Converter },
	outcomeOf: (option: Option) => unknown,
): Converter {
	const order = new Map(options.map((option, position) => [outcomeOf(option), position]));
	const membersOf = indexOptions(options) === undefined ? split : splitKnown(options, known);
	return (value) => {
		if (typeof value === 'object' && !Array.isArray(value)) {
			return unfit(`is ${shown(value)}, and the field holds a list of choices`);
		}
		const members: readonly unknown[] = Array.isArray(value) ? value : membersOf(value);
		return joined(members.map(convert), order, { members, options });
	};
}

interface Members {
	readonly members: readonly unknown[];
	readonly options: readonly Option[];
}

function joined(
	outcomes: readonly Conversion[],
	order: ReadonlyMap<unknown, number>,
	{ members, options }: Members,
): Conversion {
	const values = new Set<unknown>();
	const warnings: string[] = [];
	const strangers: string[] = [];
	let problem = '';
	outcomes.forEach((outcome, position) => {
		if (outcome.kind === 'unfit') {
			strangers.push(shown(members[position]));
			problem = outcome.problem;
		} else values.add(outcome.value);
		if (outcome.kind === 'lossy') warnings.push(outcome.warning);
	});
	if (strangers.length === 1) return unfit(`has a member that ${problem}`);
	if (strangers.length > 1) {
		const which = `has members that are not exactly one option: ${strangers.join(', ')}`;
		return unfit(options.length === 0 ? which : `${which}; the options are ${listed(options)}`);
	}
	const list = [...values].sort(
		(a, b) => (order.get(a) ?? order.size) - (order.get(b) ?? order.size),
	);
	return warnings.length === 0 ? exact(list) : lossy(list, warnings.join(' and '));
}

/** Without options nothing tells a separator from a comma within a choice, so semicolons win. */
function split(value: unknown): unknown[] {
	if (typeof value !== 'string') return [value];
	return value
		.split(value.includes(';') ? ';' : ',')
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

/** Labels may contain separators themselves: from each place the longest run of parts that is an option is taken. */
function splitKnown(options: readonly Option[], convert: Converter) {
	const longest = Math.max(
		...options.map(({ label, value }) => Math.max(partsOf(label), partsOf(String(value)))),
	);
	return (value: unknown): unknown[] => {
		if (typeof value !== 'string') return [value];
		const members: string[] = [];
		const ends = [...value.matchAll(/[;,]|$/gu)].map(({ index }) => index);
		for (let part = 0, start = 0; part < ends.length; start = (ends[part - 1] ?? 0) + 1) {
			const runs = ends.slice(part, part + longest).map((end) => value.slice(start, end).trim());
			const taken = runs.findLastIndex((run) => convert(run).kind !== 'unfit');
			const member = runs[Math.max(taken, 0)];
			if (member) members.push(member);
			part += Math.max(taken, 0) + 1;
		}
		return members;
	};
}

const partsOf = (text: string) => text.split(/[;,]/u).length;
