import type { FieldInfo, FieldOption, FieldType } from '../../shared/core/field';
import type { Envelope } from '../../shared/core/envelope';
import type { SyncRecord } from '../../shared/core/record';
import { replacer } from '../../shared/core/replacement';
import type { ReplacementRule, Replacements } from '../../shared/core/replacement/rules';

/** Field, existing value, new value, and what else a row says. */
export type Row = readonly [
	field: string,
	existingValue: string,
	newValue: string,
	more?: Partial<ReplacementRule>,
];

/** Rules as the node reads them, with JavaScript's own patterns. */
export function replacements(rows: readonly Row[], more: Partial<Replacements> = {}): Replacements {
	return {
		rules: rows.map(([field, existingValue, newValue, rule], position) => ({
			row: position + 1,
			enabled: true,
			match: 'exact',
			field,
			existingValue,
			newValue,
			...rule,
		})),
		direction: 'forward',
		whenUnmatched: { kind: 'keep' },
		picklists: 'asTheyAre',
		timeZone: 'UTC',
		rewrite: (pattern, text, replacement) => {
			if (!new RegExp(pattern).test(text)) return {};
			return { text: text.replace(new RegExp(pattern, 'g'), replacement) };
		},
		...more,
	};
}

/** Runs one record through a rule set. */
export function replaceOne(
	rows: readonly Row[],
	record: SyncRecord,
	more?: Partial<Replacements>,
	envelope?: Envelope,
) {
	return replacer(replacements(rows, more)).replace({ record, envelope });
}

/** The value one field ends up with. */
export function valueOf(
	rows: readonly Row[],
	value: unknown,
	more?: Partial<Replacements>,
): unknown {
	return replaceOne(rows, { field: value }, more).record.field;
}

/** A field as a connector describes it. */
export function fieldOf(
	name: string,
	type: FieldType,
	options?: readonly FieldOption[],
	more: Partial<FieldInfo> = {},
): FieldInfo {
	return {
		name,
		label: name.toUpperCase(),
		type,
		required: false,
		creatable: true,
		updatable: true,
		...(options && { options }),
		...more,
	};
}

export const industries: readonly FieldOption[] = [
	{ value: 1, label: 'Accounting' },
	{ value: 2, label: 'Agriculture' },
	{ value: 3, label: 'Retail, Food' },
];
