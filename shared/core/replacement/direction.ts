import type { FieldRules } from './checks';
import { refusal } from './checks';
import type { Replacements, ReplacementRule } from './rules';
import { ruleName } from './rules';
import { comparableBy } from './values';
import { foldCase } from './verdict';

/**
 * The rules of a field applied backwards: new values become existing ones, and the destination becomes the
 * source. Refuses what forwards makes equal or takes away, because it cannot be told apart again (sync:C9).
 */
export function backwards(replacements: Replacements, field: FieldRules): FieldRules {
	const { sides, rules } = field;
	const compareNew = comparableBy(sides.destination, replacements.timeZone);
	const compareExisting = comparableBy(sides.source, replacements.timeZone);
	const byNew = new Map<string, ReplacementRule>();
	const byExisting = new Map<string, ReplacementRule>();
	for (const rule of rules) {
		const existing = compareExisting(rule.existingValue) ?? rule.existingValue;
		checkReversible(rule, existing);
		claim(rule, byNew, compareNew(rule.newValue) ?? rule.newValue, 'new');
		claim(rule, byExisting, existing, 'existing');
	}
	return {
		sides: { source: sides.destination, destination: sides.source },
		rules: rules.map((rule) => ({
			...rule,
			existingValue: rule.newValue,
			newValue: rule.existingValue,
			match: 'exact',
		})),
	};
}

/** Refuses a policy that takes values away for good. */
export function checkReversiblePolicy({ whenUnmatched }: Replacements): void {
	if (whenUnmatched.kind === 'keep') return;
	const name = whenUnmatched.kind === 'clear' ? 'Clear' : 'Set to Value';
	throw refusal(
		`The rules cannot be applied backward with When Unmatched set to ${name}: forward, every value without a rule became the same, and what it was is lost`,
		'Set When Unmatched to Keep, or give every value a rule of its own.',
	);
}

function checkReversible(rule: ReplacementRule, compared: string): void {
	const { existingValue, newValue, match } = rule;
	if (match === 'pattern') {
		throw irreversible(rule, 'it is a pattern, which does not say what the text was before');
	}
	if (match === 'ignoreCase' && foldCase(compared) !== compared.toUpperCase()) {
		throw irreversible(
			rule,
			`it ignores case, so several spellings of "${existingValue}" lead to one new value; set its Match to Exact`,
		);
	}
	if (newValue.trim() === '' || existingValue.trim() === '') {
		const side = newValue.trim() === '' ? 'New' : 'Existing';
		throw irreversible(rule, `its ${side} Value is empty, and an empty field does not say why`);
	}
}

function claim(
	rule: ReplacementRule,
	claimed: Map<string, ReplacementRule>,
	value: string,
	side: 'new' | 'existing',
): void {
	const before = claimed.get(value);
	if (before !== undefined) {
		throw irreversible(
			rule,
			`rule ${before.row} has the same ${side} value, so one cannot be told from the other`,
		);
	}
	claimed.set(value, rule);
}

function irreversible(rule: ReplacementRule, reason: string) {
	return refusal(
		`${ruleName(rule)} cannot be applied backward: ${reason}`,
		'Correct the rule, disable it, or set Direction to Forward.',
	);
}
