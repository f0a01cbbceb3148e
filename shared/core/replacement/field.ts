import type { Members } from './members';
import { membersOf } from './members';
import type { PicklistConverter } from './picklists';
import { picklistConverter } from './picklists';
import type { FieldSides, Replacements, ReplacementRule, UnmatchedPolicy } from './rules';
import { isEmptyValue } from './rules';
import type { RuleVerdict } from './verdict';
import { judgeBy } from './verdict';
import { writerFor } from './values';

/** A value no rule names, or that is none of the options. */
export interface Unmatched {
	/** The member concerned; a list where there are several. */
	readonly value: unknown;
	/** Predicate that follows the field's name. */
	readonly problem: string;
	/** What became of it, as a clause. */
	readonly fate: string;
}

/** What became of a field's value. */
export interface FieldOutcome {
	readonly value: unknown;
	readonly isReplaced: boolean;
	/** The destination would take the value for another, or refuse it: the field must not be sent. */
	readonly isLeftOut: boolean;
	readonly unmatched?: Unmatched;
	readonly warning?: string;
}

/** Applies the rules and the picklist conversion of one field; the same value always has the same outcome. */
export type FieldReplacer = (value: unknown) => FieldOutcome;

/** Works out one field; undefined for a field nothing is done to. */
export function fieldReplacer(
	replacements: Replacements,
	sides: FieldSides,
	rules: readonly ReplacementRule[],
): FieldReplacer | undefined {
	const convert = picklistConverter(replacements, sides);
	if (rules.length === 0 && (convert === undefined || replacements.picklists === 'asTheyAre')) {
		return undefined;
	}
	const judge = rules.length > 0 ? judgeBy(replacements, sides, rules) : undefined;
	const settle = settler(replacements, sides);
	return (value) => {
		if (judge === undefined) return leave({ value, isReplaced: false }, convert);
		if (isEmptyValue(value)) {
			const verdict = judge(Array.isArray(value) ? undefined : value);
			return verdict.kind === 'replaced'
				? leave({ value: verdict.value, isReplaced: true }, convert)
				: kept(value);
		}
		const members = membersOf(sides, value);
		return leave(settle(members, members.values.map(judge)), convert);
	};
}

type Settled = Pick<FieldOutcome, 'value' | 'isReplaced' | 'unmatched'>;

const kept = (value: unknown): FieldOutcome => ({ value, isReplaced: false, isLeftOut: false });

const fates: Readonly<Record<UnmatchedPolicy['kind'], string>> = {
	keep: 'it was kept',
	clear: 'it was cleared',
	setTo: 'it was set to the value for unmatched ones',
};

/** Puts the members of a field together again; what no rule names goes by the policy. */
function settler({ whenUnmatched, timeZone }: Replacements, { destination }: FieldSides) {
	const standIn = standInFor(whenUnmatched, writerFor(destination, timeZone));
	const valueOf = (member: unknown, verdict: RuleVerdict): unknown => {
		if (verdict.kind === 'empty') return member;
		return verdict.kind === 'replaced' ? verdict.value : standIn(member);
	};
	return (members: Members, verdicts: readonly RuleVerdict[]): Settled => {
		const values: unknown[] = [];
		const originOf = new Map<unknown, unknown>();
		const strangers: Array<{ readonly value: unknown; readonly problem: string }> = [];
		verdicts.forEach((verdict, position) => {
			const member = members.values[position];
			if (verdict.kind === 'unmatched') strangers.push({ value: member, problem: verdict.problem });
			const value = valueOf(member, verdict);
			// Two members may become one, and a cleared one is none.
			const isTaken = originOf.has(value) && originOf.get(value) !== member;
			if (isTaken || (value === null && member !== null)) return;
			originOf.set(value, member);
			values.push(value);
		});
		const isSet = strangers.length > 0 && whenUnmatched.kind === 'setTo';
		const isReplaced = isSet || verdicts.some(({ kind }) => kind === 'replaced');
		const value = members.join(values);
		return { value, isReplaced, ...unmatchedOf(strangers, fates[whenUnmatched.kind]) };
	};
}

function standInFor(policy: UnmatchedPolicy, write: ReturnType<typeof writerFor>) {
	return (member: unknown): unknown => {
		if (policy.kind !== 'setTo') return policy.kind === 'keep' ? member : null;
		const written = write(policy.value, member);
		return 'problem' in written ? member : written.value;
	};
}

function unmatchedOf(
	strangers: ReadonlyArray<{ readonly value: unknown; readonly problem: string }>,
	fate: string,
): { unmatched?: Unmatched } {
	const [first] = strangers;
	if (first === undefined) return {};
	const value = strangers.length === 1 ? first.value : strangers.map((stranger) => stranger.value);
	return { unmatched: { value, problem: first.problem, fate } };
}

/** The last step: what cannot be written as a choice of the destination is left out, never written wrong. */
function leave(settled: Settled, convert: PicklistConverter | undefined): FieldOutcome {
	const { value, isReplaced, unmatched } = settled;
	const leaving =
		convert === undefined || isEmptyValue(value)
			? { value }
			: convert(value, { isReplaced, isUnmatched: unmatched !== undefined });
	const { problem, warning } = leaving;
	if (problem === undefined) {
		return { ...settled, value: leaving.value, isLeftOut: false, ...(warning && { warning }) };
	}
	return {
		value,
		isReplaced: false,
		isLeftOut: true,
		unmatched: {
			value: unmatched?.value ?? value,
			problem: unmatched ? `${unmatched.problem} and ${problem}` : problem,
			fate: 'the field was left out',
		},
	};
}
