import type { FieldInfo } from '../field';

/** How an existing value is compared: as it is, without case, or as a regular expression. */
export type MatchMode = 'exact' | 'ignoreCase' | 'pattern';

/** One row of the list: in this field, this existing value becomes this new value. */
export interface ReplacementRule {
	/** Position in the list a person sees, from 1. */
	readonly row: number;
	/** A rule that is off is neither run nor checked (sync:T43). */
	readonly enabled: boolean;
	readonly field: string;
	readonly existingValue: string;
	readonly newValue: string;
	readonly match: MatchMode;
	/** The field's name at the destination, where it has another one there. */
	readonly destinationField?: string;
}

/** What happens to a value of a field with rules that none of them names. */
export type UnmatchedPolicy =
	{ readonly kind: 'keep' | 'clear' } | { readonly kind: 'setTo'; readonly value: string };

/** The form choices leave in: untouched, as the systems store them, or as people read them. */
export type PicklistForm = 'asTheyAre' | 'technicalValues' | 'labels';

/** `backward`: new values become existing ones again. */
export type Direction = 'forward' | 'backward';

/** What a pattern made of a text. Neither entry: it does not match. */
export interface Rewriting {
	readonly text?: string;
	/** Why the pattern cannot be used, without a full stop. */
	readonly problem?: string;
}

/** Everything a rule set needs to run. */
export interface Replacements {
	readonly rules: readonly ReplacementRule[];
	readonly direction: Direction;
	readonly whenUnmatched: UnmatchedPolicy;
	readonly picklists: PicklistForm;
	/** Fields of the objects the rules lead from and to, where they are known. */
	readonly source?: readonly FieldInfo[];
	readonly destination?: readonly FieldInfo[];
	/** Time zone of dates that name none. */
	readonly timeZone: string;
	/** Replaces every match of a pattern; injected, because only the caller can limit the time a pattern takes. */
	rewrite(pattern: string, text: string, replacement: string): Rewriting;
}

/** What is known about a field where its values come from and where they go. */
export interface FieldSides {
	readonly source?: FieldInfo;
	readonly destination?: FieldInfo;
}

/** How messages name a rule: its row and its field. */
export function ruleName({ row, field }: ReplacementRule): string {
	return `Rule ${row} ("${field}")`;
}

/** Null, blank text or an empty list: only a rule with an empty existing value is about these. */
export function isEmptyValue(value: unknown): boolean {
	return (
		value === undefined ||
		value === null ||
		(typeof value === 'string' && value.trim() === '') ||
		(Array.isArray(value) && value.length === 0)
	);
}
