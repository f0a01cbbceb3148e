import {
	choice,
	double,
	lookup,
	memo,
	money,
	owner,
	platformColumns,
	stateColumns,
	target,
	text,
	yesNo,
} from '../columns';
import type { Column } from '../model';

/** The opt-out columns, with the labels that make their polarity a trap (dataverse contract 2.5, T-19). */
export function consentColumns(): Column[] {
	const refuse = ['Do Not Allow', 'Allow'] as const;
	return [
		yesNo('donotemail', 'Do not allow Emails', refuse),
		yesNo('donotbulkemail', 'Do not allow Bulk Emails', refuse),
		yesNo('donotphone', 'Do not allow Phone Calls', refuse),
		yesNo('donotfax', 'Do not allow Faxes', refuse),
		yesNo('donotpostalmail', 'Do not allow Mails', refuse),
		yesNo('donotbulkpostalmail', 'Do not allow Bulk Mails', ['Yes', 'No']),
		yesNo('donotsendmm', 'Send Marketing Materials', ['Do Not Send', 'Send']),
		{ ...yesNo('followemail', 'Follow Email Activity', ['Allow', 'Do Not Allow']), initial: true },
		yesNo('marketingonly', 'Marketing Only', ['Yes', 'No']),
		choice('preferredcontactmethodcode', 'Preferred Method of Contact', [
			'Any',
			'Email',
			'Phone',
			'Fax',
			'Mail',
		]),
	];
}

/** The first postal address, as account and contact have it. */
export function addressColumns(): Column[] {
	return [
		text('address1_name', 'Address 1: Name', 200),
		text('address1_line1', 'Address 1: Street 1', 250),
		text('address1_line2', 'Address 1: Street 2', 250),
		text('address1_city', 'Address 1: City', 80),
		text('address1_stateorprovince', 'Address 1: State/Province', 50),
		text('address1_postalcode', 'Address 1: ZIP/Postal Code', 20),
		text('address1_country', 'Address 1: Country/Region', 80),
		text('address1_county', 'Address 1: County', 50),
		text('address1_telephone1', 'Address Phone', 50, { format: 'Phone' }),
		double('address1_latitude', 'Address 1: Latitude', { min: -90, max: 90, precision: 5 }),
		double('address1_longitude', 'Address 1: Longitude', { min: -180, max: 180, precision: 5 }),
	];
}

/** What account and contact have in common beside the address. */
export function partyColumns(table: string): Column[] {
	return [
		text('emailaddress1', 'Email', 100, { format: 'Email' }),
		text('emailaddress2', 'Email Address 2', 100, { format: 'Email' }),
		text('telephone1', 'Main Phone', 50, { format: 'Phone' }),
		text('telephone2', 'Other Phone', 50, { format: 'Phone' }),
		text('fax', 'Fax', 50, { format: 'Phone' }),
		text('websiteurl', 'Website', 200, { format: 'Url' }),
		memo('description', 'Description', 2000),
		money('creditlimit', 'Credit Limit', 100_000_000_000),
		lookup(
			'transactioncurrencyid',
			'Currency',
			target('transactioncurrency', 'transactioncurrencyid', `transactioncurrency_${table}`),
		),
		...addressColumns(),
		...consentColumns(),
		...stateColumns(),
		owner(table),
		...platformColumns(table),
	];
}
