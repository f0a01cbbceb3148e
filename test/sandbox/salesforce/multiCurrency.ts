import { CORPORATE, NAME } from './currencies';
import { checkbox, decimal, defineObject, picklist, text } from './fields';
import type { Field, ObjectType } from './model';
import type { Org } from './org';
import { ids } from './org';
import { settle } from './rowDefaults';

/** Currencies of the organisation, the corporate one first; `-` marks one that is not active any more. */
const CURRENCIES = ['EUR', 'USD', 'GBP', '-CHF'];

const currencyField = (name: string, label: string): Field => ({
	...picklist(name, label, CURRENCIES, { restrictedPicklist: true, initial: CORPORATE }),
	length: 3,
	nillable: false,
	defaultedOnCreate: true,
});

const currencyType = (): ObjectType =>
	defineObject({
		name: 'CurrencyType',
		label: 'Currency Type',
		labelPlural: 'Currency Types',
		keyPrefix: '01L',
		owners: [],
		setup: true,
		bulk: false,
		deletable: false,
		own: [
			text('IsoCode', 'Currency ISO Code', 3, { nillable: false }),
			decimal('double', 'ConversionRate', 'Conversion Rate', [18, 6]),
			checkbox('IsActive', 'Active', { initial: true }),
			checkbox('IsCorporate', 'Corporate Currency'),
		],
	});

/** The switch in Setup: every object with data gets a currency, and users one of their own (2.2). */
export function enableMultiCurrency({ schema, store }: Org): void {
	const currencies = currencyType();
	schema.addObject(currencies);
	for (const entry of CURRENCIES) {
		const IsoCode = entry.replace('-', '');
		const values = {
			IsoCode,
			IsActive: entry === IsoCode,
			IsCorporate: IsoCode === CORPORATE,
			ConversionRate: 1,
		};
		store.create(currencies, settle(currencies, values), values);
	}
	for (const { name, setup, bulk, createable } of schema.objects) {
		if (createable && bulk && !setup)
			schema.addField(name, currencyField(NAME, 'Currency ISO Code'));
	}
	schema.addField('User', currencyField('DefaultCurrencyIsoCode', 'Default Currency ISO Code'));
	const user = schema.named('User');
	const other = store.get(user, ids.otherUser);
	const change = { DefaultCurrencyIsoCode: 'USD' };
	if (other !== undefined) store.update(user, other, { ...other.values, ...change }, change);
}
