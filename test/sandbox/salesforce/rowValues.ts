import { checkCurrency } from './currencies';
import { isHidden, isReadOnly } from './fieldSecurity';
import { checkFormat, rounded } from './fieldRules';
import { fullId } from './ids';
import type { Field, ObjectType, RowValues, Value } from './model';
import type { Session } from './org';
import { checkReference, resolveRelation } from './references';
import { RowRefusal } from './refusal';
import { readValue } from './values';

/** How a name that no field has is refused. */
export const noSuchColumn = (object: ObjectType, name: string): string =>
	`No such column '${name}' on sobject of type ${object.name}`;

/** How fields that nobody, or not this user, may write are refused. */
export const notWritable = (names: readonly string[]): RowRefusal =>
	new RowRefusal(
		'INVALID_FIELD_FOR_INSERT_UPDATE',
		`Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
		names,
	);

/** What a name in a record stands for: a field itself, or the lookup behind a relationship name. */
export function namedField(
	{ org }: Session,
	object: ObjectType,
	name: string,
): { readonly field: Field; readonly relation: boolean } | undefined {
	const field = object.fields.get(name.toLowerCase());
	if (field === undefined) {
		const lookup = org.schema.relation(object, name);
		return lookup === undefined || isHidden(org, object, lookup)
			? undefined
			: { field: lookup, relation: true };
	}
	const unseen = org.switches.hiddenFieldError === 'INVALID_FIELD' && isHidden(org, object, field);
	return unseen ? undefined : { field, relation: false };
}

function storedValue(session: Session, object: ObjectType, field: Field, raw: unknown): Value {
	const { org } = session;
	const value = readValue(org.switches, field, raw);
	if (value === undefined || (value === null && field.type === 'boolean')) {
		const text = `${field.label}: value not of required type: ${String(raw)}`;
		throw new RowRefusal('INVALID_TYPE_ON_FIELD_IN_RECORD', text, [field.name]);
	}
	if (typeof value === 'string' && field.type === 'reference') {
		return checkReference(org, object, field, value);
	}
	checkCurrency(org, field, value);
	checkFormat(field, value);
	return rounded(field, value);
}

/** What a record sets, by stored names; its own id and `attributes` are left out. */
export function readValues(
	session: Session,
	object: ObjectType,
	record: Readonly<Record<string, unknown>>,
	flag: 'createable' | 'updateable',
): RowValues {
	const { org } = session;
	const values: RowValues = {};
	for (const [name, raw] of Object.entries(record)) {
		if (raw === undefined || /^(?:id|attributes)$/i.test(name)) continue;
		const named = namedField(session, object, name);
		if (named === undefined) throw new RowRefusal('INVALID_FIELD', noSuchColumn(object, name));
		const { field, relation } = named;
		const writable = field[flag] && !isReadOnly(org, object, field);
		if (!writable || isHidden(org, object, field)) throw notWritable([field.name]);
		if (Object.hasOwn(values, field.name)) {
			throw new RowRefusal(
				'INVALID_FIELD',
				`Cannot specify both an external ID reference ${field.relationshipName} and a salesforce id, ${field.name}`,
			);
		}
		values[field.name] = relation
			? resolveRelation(session, field, raw)
			: storedValue(session, object, field, raw);
	}
	return values;
}

/** The id a record carries in any case, as 18 characters; undefined when it has none. */
export function ownId(
	object: ObjectType,
	record: Readonly<Record<string, unknown>>,
): string | undefined {
	const key = Object.keys(record).find((name) => name.toLowerCase() === 'id');
	const raw = key === undefined ? undefined : record[key];
	if (raw === undefined || raw === null || raw === '') return undefined;
	const id = typeof raw === 'string' ? fullId(raw) : undefined;
	if (id?.startsWith(object.keyPrefix) === true) return id;
	throw new RowRefusal('MALFORMED_ID', `Record ID: id value of incorrect type: ${String(raw)}`, [
		'Id',
	]);
}
