import type { ValidationRule } from './model';

/** A duplicate rule: rows equal in all `fields` are duplicates (S18). */
export interface DuplicateRule {
	readonly name: string;
	/** `alert` yields to `allowSave=true`, `block` never does (4.7). */
	readonly action: 'block' | 'alert';
	readonly fields: readonly string[];
}

/** The active assignment rule of an object (S18). */
export interface AssignmentRule {
	readonly id: string;
	readonly ownerId: string;
}

/** The rules an administrator would add, and the rows an approval holds. */
export class DataRules {
	readonly validation = new Map<string, ValidationRule[]>();
	readonly duplicates = new Map<string, DuplicateRule[]>();
	readonly assignment = new Map<string, AssignmentRule>();
	/** Ids of rows locked for editing. */
	readonly locked = new Set<string>();

	addValidation(object: string, rule: ValidationRule): void {
		this.validation.set(object, [...(this.validation.get(object) ?? []), rule]);
	}

	addDuplicateRule(object: string, rule: DuplicateRule): void {
		this.duplicates.set(object, [...(this.duplicates.get(object) ?? []), rule]);
	}

	clear(): void {
		this.validation.clear();
		this.duplicates.clear();
		this.assignment.clear();
		this.locked.clear();
	}
}
