import type { Field, ObjectType, RowValues } from './model';
import { factsOf } from './objectFacts';
import type { Org } from './org';
import { RowRefusal } from './refusal';

/** A geolocation with one coordinate is no place; whether that is refused is open (U25). */
function requirePlace(object: ObjectType, values: Readonly<RowValues>, place: Field): void {
	const parts = [...object.fields.values()].filter(
		({ compoundFieldName }) => compoundFieldName === place.name,
	);
	const empty = parts.filter(({ name }) => (values[name] ?? null) === null);
	if (empty.length === 0 || empty.length === parts.length) return;
	throw new RowRefusal(
		'FIELD_INTEGRITY_EXCEPTION',
		`${place.label}: latitude and longitude must both be given`,
		empty.map(({ name }) => name),
	);
}

/** Refuses a picklist value that does not go with that of the controlling field (U24). */
function requireFitting(
	values: Readonly<RowValues>,
	{ name, label, controllerName = '', picklistValues }: Field,
): void {
	const value = values[name] ?? null;
	const known = picklistValues.find((each) => each.value === value);
	const controlling = String(values[controllerName] ?? '');
	if (known === undefined || known.validFor?.includes(controlling) === true) return;
	throw new RowRefusal(
		'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
		`${label}: bad value for restricted picklist field: ${String(value)}`,
		[name],
	);
}

/** The rules between fields of one row, as far as switches say that the platform has them. */
export function requireConsistency(
	{ switches }: Org,
	object: ObjectType,
	values: Readonly<RowValues>,
): void {
	const { places, dependent } = factsOf(object);
	if (switches.halfLocation === 'refused') {
		for (const place of places) requirePlace(object, values, place);
	}
	if (switches.dependentPicklists === 'enforced') {
		for (const field of dependent) requireFitting(values, field);
	}
}
