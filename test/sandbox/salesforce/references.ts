import { visibleField } from './fieldSecurity';
import { fullId } from './ids';
import type { Field, ObjectType, Row, Value } from './model';
import type { Org, Session } from './org';
import { RowRefusal } from './refusal';
import { readValue } from './values';

const wrongType = (code: string, field: Field, id: string) =>
	new RowRefusal(code, `${field.label}: id value of incorrect type: ${id}`, [field.name]);

function checkRecordType(object: ObjectType, field: Field, id: string): string {
	if (object.recordTypes.some((type) => type.id === id)) return id;
	throw new RowRefusal(
		'INVALID_CROSS_REFERENCE_KEY',
		`${field.label}: this ID value isn't valid for the user: ${id}`,
		[field.name],
	);
}

/** The 18-character id a lookup may take: well formed, of an object it points at, of a row that exists (S14). */
export function checkReference(org: Org, object: ObjectType, field: Field, raw: string): string {
	const id = fullId(raw);
	if (id === undefined) throw wrongType('MALFORMED_ID', field, raw);
	if (field.name === 'RecordTypeId') return checkRecordType(object, field, id);
	const target = org.schema.byPrefix(id);
	if (target === undefined || !field.referenceTo.includes(target.name)) {
		throw wrongType('FIELD_INTEGRITY_EXCEPTION', field, raw);
	}
	const row = org.store.get(target, id);
	if (row === undefined) {
		throw org.store.deleted(target, id) === undefined
			? new RowRefusal('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [field.name])
			: new RowRefusal('ENTITY_IS_DELETED', 'entity is deleted', [field.name]);
	}
	if (target.name === 'User' && field.name === 'OwnerId' && row.values.IsActive === false) {
		throw new RowRefusal(
			'INACTIVE_OWNER_OR_USER',
			`operation performed with inactive user [${id}] as owner of ${object.label.toLowerCase()}`,
			[field.name],
		);
	}
	return id;
}

/** More than one row holds the value of a key that should name one. */
export const severalMatches = (field: Field, rows: readonly Row[]): RowRefusal =>
	new RowRefusal(
		'DUPLICATE_EXTERNAL_ID',
		`${field.name}: more than one record found for external id field: [${rows.map(({ id }) => id).join(', ')}]`,
		[field.name],
	);

/** The objects a relation may mean: the named one, or by U5 all it points at. */
function targets(session: Session, field: Field, type: unknown): ObjectType[] {
	const { schema, switches } = session.org;
	const named = typeof type === 'string' ? schema.find(type) : undefined;
	if (named !== undefined && field.referenceTo.includes(named.name)) return [named];
	const mayGuess = field.referenceTo.length === 1 || switches.polyAttributes === 'optional';
	if (type !== undefined || !mayGuess) {
		throw new RowRefusal(
			'INVALID_FIELD',
			`The external foreign key reference does not reference a valid entity: ${field.relationshipName}`,
		);
	}
	return field.referenceTo.map((name) => schema.named(name));
}

function search(org: Org, object: ObjectType, name: string, raw: unknown): Row[] {
	const key = visibleField(org, object, name);
	if (key === undefined) return [];
	if (!key.externalId && !key.idLookup) {
		throw new RowRefusal(
			'INVALID_FIELD',
			`Field name provided, ${key.name} is not an External ID or indexed field for ${object.name}`,
		);
	}
	const value = key.type === 'id' ? fullId(String(raw)) : readValue(org.switches, key, raw);
	if (value === undefined || value === null) return [];
	if (key.type === 'id') return [org.store.get(object, String(value)) ?? []].flat();
	const rows = org.store.matches(object, key, value);
	if (rows.length > 1) throw severalMatches(key, rows);
	return rows;
}

/** The id behind a lookup by a parent's external id, `Account: {Ext__c: 'A1'}` (4.6). */
export function resolveRelation(session: Session, field: Field, raw: unknown): Value {
	if (raw === null) return null;
	const { attributes, ...keys } = raw as Record<string, unknown>;
	const [[name, value] = ['', undefined], ...others] = Object.entries(keys);
	if (name === '' || others.length > 0) {
		throw new RowRefusal(
			'INVALID_FIELD',
			`The external foreign key reference must name exactly one field: ${field.relationshipName}`,
		);
	}
	const objects = targets(session, field, (attributes as { type?: unknown } | undefined)?.type);
	const found = objects.flatMap((object) => search(session.org, object, name, value));
	if (found.length === 1) return found[0]?.id ?? null;
	throw new RowRefusal(
		'INVALID_FIELD',
		`Foreign key external ID: ${String(value ?? '').toLowerCase()} not found for field ${name} in entity ${objects.map((each) => each.name).join(', ')}`,
	);
}
