import type { ObjectType, Row, RowValues, RowWrite } from './model';
import { factsOf } from './objectFacts';
import type { Org } from './org';
import { isForKind } from './personAccounts';
import { RowRefusal } from './refusal';

/** Refuses a row in which a required field is empty, also when it was cleared. */
export function requireFields(object: ObjectType, values: Readonly<RowValues>): void {
	const missing = factsOf(object).required.filter(
		(field) => values[field.name] == null && isForKind(field, values),
	);
	if (missing.length === 0) return;
	const names = missing.map(({ name }) => name);
	const text = `Required fields are missing: [${names.join(', ')}]`;
	throw new RowRefusal('REQUIRED_FIELD_MISSING', text, names);
}

/** Refuses a value that another row holds in a unique field. */
export function requireUnique(
	org: Org,
	object: ObjectType,
	written: Readonly<RowValues>,
	own?: string,
): void {
	for (const field of factsOf(object).unique) {
		const value = written[field.name] ?? null;
		if (value === null) continue;
		const other = org.store.matches(object, field, value).find(({ id }) => id !== own);
		if (other === undefined) continue;
		throw new RowRefusal(
			'DUPLICATE_VALUE',
			`duplicate value found: ${field.name} duplicates value on record with id: ${other.id}`,
		);
	}
}

function isDuplicate(org: Org, object: ObjectType, fields: readonly string[], row: Candidate) {
	const [first = ''] = fields;
	const field = object.fields.get(first.toLowerCase());
	const value = row.values[first] ?? null;
	if (field === undefined || value === null) return false;
	return org.store
		.matches(object, field, value)
		.some(
			(other) =>
				other.id !== row.id &&
				fields.every((name) => (other.values[name] ?? null) === (row.values[name] ?? null)),
		);
}

interface Candidate {
	readonly id?: string;
	readonly values: Readonly<RowValues>;
}

/** The customer's own rules: validation, then duplicate rules, which `allowSave` passes when they only alert (S18). */
export function applyRules(org: Org, object: ObjectType, row: Candidate, write: RowWrite): void {
	for (const rule of org.rules.validation.get(object.name) ?? []) {
		if (!rule.refuses(row.values)) continue;
		const fields = rule.field === undefined ? [] : [rule.field];
		throw new RowRefusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, fields);
	}
	for (const rule of org.rules.duplicates.get(object.name) ?? []) {
		if (rule.action === 'alert' && write.allowSave === true) continue;
		if (!isDuplicate(org, object, rule.fields, row)) continue;
		throw new RowRefusal('DUPLICATES_DETECTED', 'Use one of these records?');
	}
}

/** Refuses to touch a row an approval holds. */
export function requireUnlocked(org: Org, row: Row): void {
	if (!org.rules.locked.has(row.id)) return;
	throw new RowRefusal('ENTITY_IS_LOCKED', 'the entity is locked for editing');
}

/** Refuses to change a converted lead or a locked row. */
export function requireEditable(org: Org, object: ObjectType, row: Row): void {
	if (object.name === 'Lead' && row.values.IsConverted === true) {
		throw new RowRefusal('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
	}
	requireUnlocked(org, row);
}

/** The owner the active assignment rule gives a row, unless the caller switched it off (T10). */
export function assignedOwner(org: Org, object: ObjectType, write: RowWrite): RowValues {
	const rule = object.assignable ? org.rules.assignment.get(object.name) : undefined;
	const wanted = write.autoAssign ?? true;
	if (rule === undefined || wanted === false) return {};
	return wanted === true || wanted === rule.id ? { OwnerId: rule.ownerId } : {};
}
