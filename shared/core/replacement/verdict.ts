import { SyncError } from '../errors';
import type { FieldSides, Replacements, ReplacementRule } from './rules';
import { ruleName } from './rules';
import { comparableBy, plainText, writerFor } from './values';
import type { Written } from './values';

/** What the rules of a field say to one value. */
export type RuleVerdict =
	| { readonly kind: 'replaced'; readonly value: unknown }
	| { readonly kind: 'unmatched'; readonly problem: string }
	| { readonly kind: 'empty' };

/** A rule, ready to run: its new value for this value, undefined where it is not about it. */
type Attempt = (value: unknown, text: string, compared: string) => Written | undefined;

/**
 * The rules of one field: the first that is about a value decides, always about the original value, so that
 * rules never chain. Verdicts are remembered, because fields worth rules have few values.
 */
export function judgeBy(
	replacements: Replacements,
	sides: FieldSides,
	rules: readonly ReplacementRule[],
): (value: unknown) => RuleVerdict {
	const compare = comparableBy(sides.source, replacements.timeZone);
	const write = writerFor(sides.destination, replacements.timeZone);
	const attempts = rules.map((rule) =>
		rule.match === 'pattern'
			? patternAttempt(replacements, rule, write)
			: valueAttempt(rule, compare, write),
	);
	const emptyRule = rules.find((rule) => rule.match !== 'pattern' && isBlank(rule.existingValue));
	const decide = (value: unknown): RuleVerdict => {
		const text = plainText(value ?? '');
		const compared = compare(value ?? '');
		if (text === undefined || compared === undefined) {
			return { kind: 'unmatched', problem: 'is a list or an object, which no rule can name' };
		}
		if (isBlank(text)) {
			const written = emptyRule && write(emptyRule.newValue, undefined);
			return written && 'value' in written
				? { kind: 'replaced', value: written.value }
				: { kind: 'empty' };
		}
		return firstOf(attempts, value, text, compared);
	};
	return remembering(decide);
}

function firstOf(
	attempts: readonly Attempt[],
	...[value, text, compared]: Parameters<Attempt>
): RuleVerdict {
	for (const attempt of attempts) {
		const written = attempt(value, text, compared);
		if (written === undefined) continue;
		return 'problem' in written
			? { kind: 'unmatched', problem: `became a value that ${written.problem}` }
			: { kind: 'replaced', value: written.value };
	}
	return { kind: 'unmatched', problem: 'is named by no rule' };
}

function valueAttempt(
	rule: ReplacementRule,
	compare: ReturnType<typeof comparableBy>,
	write: ReturnType<typeof writerFor>,
): Attempt {
	const fold = rule.match === 'ignoreCase' ? foldCase : (text: string) => text;
	const wanted = fold(compare(rule.existingValue) ?? rule.existingValue);
	return (value, _text, compared) =>
		fold(compared) === wanted ? write(rule.newValue, value) : undefined;
}

function patternAttempt(
	{ rewrite }: Replacements,
	rule: ReplacementRule,
	write: ReturnType<typeof writerFor>,
): Attempt {
	return (value, text) => {
		const rewriting = rewrite(rule.existingValue, text, rule.newValue);
		if (rewriting.problem !== undefined) throw patternError(rule, rewriting.problem);
		return rewriting.text === undefined ? undefined : write(rewriting.text, value);
	};
}

/** A pattern that cannot be used stops the run: one value that hangs it would be followed by the next. */
export function patternError(rule: ReplacementRule, problem: string): SyncError {
	return new SyncError(
		'config',
		`${ruleName(rule)} has a pattern that cannot be used: ${problem}`,
		{
			hint: 'Correct the regular expression in Existing Value. Repetitions within repetitions, such as (a+)+, take too long.',
		},
	);
}

/** One form for all spellings of a text. */
export function foldCase(text: string): string {
	return text.toLowerCase();
}

const isBlank = (text: string) => text.trim() === '';

const REMEMBERED_VALUES = 5_000;

/** Only plain values are remembered, by type and text; so many that a field of free text does not fill the memory. */
function remembering(decide: (value: unknown) => RuleVerdict): (value: unknown) => RuleVerdict {
	const verdicts = new Map<unknown, RuleVerdict>();
	return (value) => {
		if (typeof value === 'object') return decide(value);
		const known = verdicts.get(value);
		if (known !== undefined) return known;
		const verdict = decide(value);
		if (verdicts.size < REMEMBERED_VALUES) verdicts.set(value, verdict);
		return verdict;
	};
}
