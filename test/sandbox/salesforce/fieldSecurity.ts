import type { Field, ObjectType } from './model';
import type { Org } from './org';

/** True for a field that field-level security hides from the calling user (S8). */
export const isHidden = ({ permissions }: Org, object: ObjectType, field: Field): boolean =>
	permissions.hiddenFields.size > 0 && permissions.hiddenFields.has(`${object.name}.${field.name}`);

/** True for a field that field-level security lets the calling user see and not write. */
export const isReadOnly = ({ permissions }: Org, object: ObjectType, field: Field): boolean =>
	permissions.readOnlyFields.size > 0 &&
	permissions.readOnlyFields.has(`${object.name}.${field.name}`);

/** The object a user may see under this name, in any case. */
export function visibleObject(org: Org, name: string): ObjectType | undefined {
	const object = org.schema.find(name);
	return object !== undefined && !org.permissions.hiddenObjects.has(object.name)
		? object
		: undefined;
}

/** The field a user may see under this name, in any case. */
export function visibleField(org: Org, object: ObjectType, name: string): Field | undefined {
	const field = object.fields.get(name.toLowerCase());
	return field !== undefined && !isHidden(org, object, field) ? field : undefined;
}
