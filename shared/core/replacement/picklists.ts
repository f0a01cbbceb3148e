import type { Conversion } from '../conversion';
import { converterFrom, converterTo } from '../conversion';
import type { FieldInfo } from '../field';
import { inFormOf } from './members';
import type { FieldSides, Replacements } from './rules';

/** What a field's value leaves as. `problem`: it is no option and cannot be written (sync:T10, sync:T44). */
export interface Leaving {
	readonly value?: unknown;
	readonly problem?: string;
	readonly warning?: string;
}

/** What happened to the value before. */
export interface Handling {
	readonly isReplaced: boolean;
	readonly isUnmatched: boolean;
}

/** Brings the choices of one field into the form asked for (sync:A26), or refuses what is none of its options. */
export type PicklistConverter = (value: unknown, handling: Handling) => Leaving;

/** Types people choose from. */
const chosen: ReadonlySet<FieldInfo['type']> = new Set(['choice', 'multiChoice', 'boolean']);

/** The last step of a field; undefined for a field whose options nobody knows. */
export function picklistConverter(
	{ picklists, timeZone }: Pick<Replacements, 'picklists' | 'timeZone'>,
	sides: FieldSides,
): PicklistConverter | undefined {
	const source = withOptions(sides.source);
	const destination = withOptions(sides.destination);
	if (source === undefined && destination === undefined) return undefined;
	const [fromSource, fromDestination] = [source, destination].map(
		(field) => field && converting(field, picklists, timeZone),
	);
	if (picklists === 'technicalValues') {
		const convert = fromDestination ?? fromSource;
		return (value, { isReplaced }) =>
			isReplaced && !fromDestination ? { value } : (convert?.(value) ?? { value });
	}
	if (picklists === 'labels') {
		return (value, { isReplaced }) => {
			const convert = isReplaced ? fromDestination : (fromSource ?? fromDestination);
			return convert?.(value) ?? { value };
		};
	}
	return (value, { isUnmatched }) => {
		const leaving = isUnmatched ? fromDestination?.(value) : undefined;
		return leaving?.problem === undefined ? { value } : leaving;
	};
}

function withOptions(field: FieldInfo | undefined): FieldInfo | undefined {
	return field && chosen.has(field.type) && field.options?.length ? field : undefined;
}

/** By value or label into the stored value, and from there into the label where labels are asked for. */
function converting(field: FieldInfo, picklists: Replacements['picklists'], timeZone: string) {
	const store = converterTo(field, { timeZone, cutText: false });
	const name =
		picklists === 'labels'
			? labelsOf(field, timeZone)
			: (value: unknown): Conversion => ({ kind: 'exact', value });
	const separator = picklists === 'labels' ? '; ' : ',';
	return (value: unknown): Leaving => {
		const stored = store(value);
		if (stored.kind === 'unfit') return { problem: stored.problem };
		const named = name(stored.value);
		if (named.kind === 'unfit') return { problem: named.problem };
		const leaving = inFormOf(value, named.value, separator);
		return named.kind === 'lossy' ? { value: leaving, warning: named.warning } : { value: leaving };
	};
}

/** A truth value has a label only where its field names one. */
function labelsOf(field: FieldInfo, timeZone: string): (value: unknown) => Conversion {
	if (field.type !== 'boolean') return converterFrom(field, { timeZone, choices: 'label' });
	const labels = new Map(field.options?.map(({ label, value }) => [value, label]));
	return (value) => ({ kind: 'exact', value: labels.get(value as boolean) ?? value });
}
