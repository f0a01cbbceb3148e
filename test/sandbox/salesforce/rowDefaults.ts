import { userCurrency } from './currencies';
import type { Field, ObjectType, RowValues } from './model';
import { factsOf } from './objectFacts';
import type { Org, Session } from './org';
import { moment } from './values';

/** A stored row holds no nulls. */
export function withoutNulls(values: RowValues): RowValues {
	// A plain loop: this runs twice for every row of a bulk job.
	const kept: RowValues = {};
	for (const name of Object.keys(values)) {
		const value = values[name] ?? null;
		if (value !== null) kept[name] = value;
	}
	return kept;
}

/** Formulas and compound names, worked out again with every write. */
export function settle(object: ObjectType, values: RowValues): RowValues {
	for (const { name, compute } of factsOf(object).computed) {
		if (compute !== undefined) values[name] = compute(values);
	}
	return withoutNulls(values);
}

function numberOf(org: Org, object: ObjectType, field: Field): string {
	const numbers = org.part(autoNumbers);
	const next = (numbers.get(`${object.name}.${field.name}`) ?? 0) + 1;
	numbers.set(`${object.name}.${field.name}`, next);
	return (field.autoNumber ?? '').replace(/\{(0+)\}/, (_, zeros: string) =>
		String(next).padStart(zeros.length, '0'),
	);
}

const autoNumbers = () => new Map<string, number>();

/** What a new row holds before the request has its say. */
export function initialValues({ org, userId }: Session, object: ObjectType): RowValues {
	const now = moment(org.clock.now());
	const values: RowValues = {
		IsDeleted: false,
		CreatedDate: now,
		CreatedById: userId,
		LastModifiedDate: now,
		LastModifiedById: userId,
		SystemModstamp: now,
	};
	if (object.fields.has('ownerid')) values.OwnerId = userId;
	const { initial, numbered } = factsOf(object);
	for (const field of initial) values[field.name] = field.initial ?? null;
	Object.assign(values, userCurrency(org, object, userId));
	for (const field of numbered) values[field.name] = numberOf(org, object, field);
	return values;
}
