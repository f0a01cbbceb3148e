import type { Field, ObjectType, RowValues, Value } from './model';
import type { Org } from './org';
import { RowRefusal } from './refusal';

/** The field that says in which currency the amounts of a row are. */
export const NAME = 'CurrencyIsoCode';

/** The currency of the organisation. */
export const CORPORATE = 'EUR';

/** The currency a new row takes from the user who creates it. */
export function userCurrency(
	{ schema, store }: Org,
	object: ObjectType,
	userId: string,
): RowValues {
	if (!object.fields.has(NAME.toLowerCase())) return {};
	const user = store.get(schema.named('User'), userId);
	return { [NAME]: user?.values.DefaultCurrencyIsoCode ?? CORPORATE };
}

/** Refuses a currency that is not active or not known, and none at all; the code is open (U23). */
export function checkCurrency({ switches }: Org, field: Field, value: Value): void {
	if (field.name !== NAME) return;
	if (field.picklistValues.some((each) => each.active && each.value === value)) return;
	throw new RowRefusal(
		switches.currencyError,
		`${field.label}: bad value for restricted picklist field: ${String(value ?? '')}`,
		[NAME],
	);
}
