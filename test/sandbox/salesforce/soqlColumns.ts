import { visibleField, visibleObject } from './fieldSecurity';
import type { Field, ObjectType, Row, Value } from './model';
import type { Org } from './org';
import { badRequest } from './refusal';

/** A field of the queried object, or one of a parent over a lookup. */
export interface Column {
	/** As written, in the schema's case: `Account.Name`. */
	readonly name: string;
	readonly field: Field;
	/** The lookup a parent's field is reached by. */
	readonly relation?: Field;
}

const invalid = (message: string) => badRequest('INVALID_FIELD', message);

function ownColumn(org: Org, object: ObjectType, name: string): Field {
	const field = visibleField(org, object, name);
	if (field !== undefined) return field;
	throw invalid(
		`No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
	);
}

/** What a name or a path of one level stands for; refused when nothing does. */
export function column(org: Org, object: ObjectType, path: string): Column {
	const [first = '', second, ...deeper] = path.split('.');
	if (second === undefined) {
		const field = ownColumn(org, object, first);
		return { name: field.name, field };
	}
	const relation = org.schema.relation(object, first);
	if (relation === undefined || deeper.length > 0) {
		throw invalid(`Didn't understand relationship '${first}' in field path ${path}.`);
	}
	const parents = relation.referenceTo.flatMap((name) => visibleObject(org, name) ?? []);
	const fields = parents.map((parent) => ownColumn(org, parent, second));
	const [field] = fields;
	if (field === undefined) throw invalid(`No such relation '${first}' on entity '${object.name}'.`);
	return { name: `${relation.relationshipName}.${field.name}`, field, relation };
}

/** The row a lookup points at. */
export function parentOf(org: Org, row: Row, relation: Field): [ObjectType, Row] | undefined {
	const id = row.values[relation.name];
	const object = typeof id === 'string' ? org.schema.byPrefix(id) : undefined;
	const parent = object === undefined ? undefined : org.store.get(object, String(id));
	return object === undefined || parent === undefined ? undefined : [object, parent];
}

/** A row's value in a column; null over an empty lookup. */
export function columnValue(org: Org, row: Row, { field, relation }: Column): Value {
	const holder = relation === undefined ? row : parentOf(org, row, relation)?.[1];
	return holder?.values[field.name] ?? null;
}
