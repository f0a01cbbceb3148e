import type { Envelope } from '../envelope';
import type { SyncRecord } from '../record';
import { refusal } from './checks';
import type { ReplacementRule } from './rules';
import { ruleName } from './rules';

/**
 * Watches whether the fields of the rules occur. Holds and removed records may consist of their key alone, and
 * Segment Diff hands out what changed: only a record from before it proves that a field is missing.
 */
export function fieldSightings(rules: readonly ReplacementRule[]) {
	const unseen = new Map<string, ReplacementRule>();
	for (const rule of rules) if (!unseen.has(rule.field)) unseen.set(rule.field, rule);
	const names = new Set<string>();
	let isProof = false;
	return {
		look({ record, envelope }: { record: SyncRecord; envelope?: Envelope }): void {
			for (const field of unseen.keys()) if (Object.hasOwn(record, field)) unseen.delete(field);
			if (envelope?.change !== undefined) return;
			isProof = true;
			if (unseen.size > 0) for (const name of Object.keys(record)) names.add(name);
		},
		unseen: (): string[] => [...unseen.keys()],
		check(): void {
			const [rule] = unseen.values();
			if (rule === undefined || !isProof) return;
			throw refusal(
				`${ruleName(rule)} names a field that no record has`,
				`Correct the name (upper and lower case count) or delete the row. The records have: ${listed([...names])}.`,
			);
		},
	};
}

const LISTED = 20;

function listed(names: readonly string[]): string {
	if (names.length === 0) return 'no fields';
	const more = names.length - LISTED;
	return names.slice(0, LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
