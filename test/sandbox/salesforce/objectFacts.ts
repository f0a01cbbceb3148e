import type { Field, ObjectType } from './model';

/** The fields of an object that every written row has to look at, found once. */
export interface ObjectFacts {
	/** Required on create = createable, not nillable, not defaulted, no checkbox (contract 2). */
	readonly required: readonly Field[];
	readonly unique: readonly Field[];
	readonly initial: readonly Field[];
	readonly numbered: readonly Field[];
	readonly computed: readonly Field[];
	/** Geolocations. */
	readonly places: readonly Field[];
	/** Picklists whose values go with those of another field. */
	readonly dependent: readonly Field[];
}

const known = new WeakMap<ObjectType, ObjectFacts>();

const isRequired = (field: Field) =>
	field.createable && !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean';

/** Reads an object's facts; a changed object is another one. */
export function factsOf(object: ObjectType): ObjectFacts {
	const before = known.get(object);
	if (before !== undefined) return before;
	const fields = [...object.fields.values()];
	const facts: ObjectFacts = {
		required: fields.filter(isRequired),
		unique: fields.filter(({ unique }) => unique),
		initial: fields.filter(({ initial }) => initial !== undefined),
		numbered: fields.filter(({ autoNumber }) => autoNumber !== undefined),
		computed: fields.filter(({ compute }) => compute !== undefined),
		places: fields.filter(({ type }) => type === 'location'),
		dependent: fields.filter(({ controllerName }) => controllerName !== undefined),
	};
	known.set(object, facts);
	return facts;
}
