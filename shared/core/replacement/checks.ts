import { envelopeField } from '../envelope';
import { SyncError } from '../errors';
import { foldCase, patternError } from './verdict';
import type { FieldSides, Replacements, ReplacementRule } from './rules';
import { ruleName } from './rules';
import { comparableBy, writerFor } from './values';

/** Rules by field, with what is known about the field; in the direction they run. */
export interface FieldRules {
	readonly sides: FieldSides;
	readonly rules: readonly ReplacementRule[];
}

/** Refuses rows that cannot work whatever the records hold, before their fields are looked at. */
export function checkRows(replacements: Replacements): void {
	const { rules, picklists, source, destination } = replacements;
	for (const rule of rules) {
		if (rule.field.trim() === '') {
			throw refusal(`Rule ${rule.row} has no field`, 'Name the field or delete the row.');
		}
		if (rule.field === envelopeField) {
			throw refusal(
				`${ruleName(rule)} replaces values of "${envelopeField}", which is reserved for the sync's bookkeeping`,
				'Use another field.',
			);
		}
		if (isBlank(rule.existingValue) && (isBlank(rule.newValue) || rule.match === 'pattern')) {
			throw refusal(
				`${ruleName(rule)} has no existing value`,
				rule.match === 'pattern'
					? 'Enter a regular expression, or delete the row.'
					: 'Enter the value to replace. An empty Existing Value is about empty fields and needs a New Value.',
			);
		}
		if (rule.match === 'pattern') checkPattern(replacements, rule);
	}
	if (picklists !== 'asTheyAre' && source === undefined && destination === undefined) {
		throw refusal(
			'Picklists cannot be converted: neither Source nor Destination names a system, so no options are known',
			'Choose the system and object whose options count in Source or Destination, or set Picklists to Leave as They Are.',
		);
	}
}

/** Refuses new values that their field cannot hold: every record would be written wrong. */
export function checkNewValues(
	{ whenUnmatched, timeZone, direction }: Replacements,
	fields: Iterable<FieldRules>,
): void {
	const side = direction === 'forward' ? 'destination' : 'source';
	for (const { sides, rules } of fields) {
		const write = writerFor(sides.destination, timeZone);
		for (const rule of rules) {
			if (rule.match === 'pattern') continue;
			const written = write(rule.newValue, undefined);
			if (!('problem' in written)) continue;
			throw refusal(
				`${ruleName(rule)} has a new value the ${side} field "${sides.destination?.name}" cannot hold: it ${written.problem}`,
				`Choose a value from the list of the ${side} field, or correct it.`,
			);
		}
		const [first] = rules;
		if (whenUnmatched.kind !== 'setTo' || first === undefined) continue;
		const written = write(whenUnmatched.value, undefined);
		if (!('problem' in written)) continue;
		throw refusal(
			`The value for unmatched values does not fit the ${side} field "${sides.destination?.name}": it ${written.problem}`,
			'Enter a value every field with rules can hold, or choose Keep or Clear.',
		);
	}
}

/** Says what is allowed and yet most likely a mistake. */
export function remarksOn({ timeZone }: Replacements, fields: Iterable<FieldRules>): string[] {
	const remarks: string[] = [];
	for (const { sides, rules } of fields) {
		const form = formOf(sides, timeZone);
		const taken = new Map<string, ReplacementRule>();
		for (const rule of rules) {
			if (rule.match === 'pattern') continue;
			const own = rule.match === 'exact' ? form.exact(rule) : form.folded(rule);
			const before = taken.get(own) ?? taken.get(form.folded(rule));
			if (before !== undefined) {
				remarks.push(
					`${ruleName(rule)} never applies: rule ${before.row} takes its existing value first.`,
				);
			}
			if (!taken.has(own)) taken.set(own, rule);
			const options = sides.source?.type === 'boolean' ? undefined : sides.source?.options;
			const isOption = form.options.has(form.compared(rule));
			if (options?.length && !isBlank(rule.existingValue) && !isOption) {
				remarks.push(
					`${ruleName(rule)} matches nothing: "${rule.existingValue}" is none of the options of "${sides.source?.name}".`,
				);
			}
		}
	}
	return remarks;
}

/** The forms rules of a field are equal in: exact ones by value, others by value without case. */
function formOf({ source }: FieldSides, timeZone: string) {
	const compare = comparableBy(source, timeZone);
	const compared = ({ existingValue }: ReplacementRule) => compare(existingValue) ?? existingValue;
	return {
		compared,
		exact: (rule: ReplacementRule) => `=${compared(rule)}`,
		folded: (rule: ReplacementRule) => `~${foldCase(compared(rule))}`,
		options: new Set(source?.options?.map(({ value }) => String(value))),
	};
}

function checkPattern({ rewrite }: Replacements, rule: ReplacementRule): void {
	const { problem } = rewrite(rule.existingValue, '', rule.newValue);
	if (problem !== undefined) throw patternError(rule, problem);
}

const isBlank = (text: string) => text.trim() === '';

/** A rule set that cannot run, and what to do about it. */
export function refusal(message: string, hint: string): SyncError {
	return new SyncError('config', message, { hint });
}
