import {
	READ_ONLY,
	REQUIRED,
	checkbox,
	coordinate,
	decimal,
	defineObject,
	externalId,
	field,
	longText,
	lookup,
	picklist,
	recordType,
	text,
	whole,
} from '../fields';
import type { Field, ObjectType, RowValues } from '../model';

const SOURCES = ['Web', 'Phone Inquiry', 'Partner Referral', 'Other', '-Fax'];

/** First and last name in one, not writable itself (contract 2). */
const fullName = (): Field =>
	text('Name', 'Full Name', 121, {
		...READ_ONLY,
		nillable: false,
		compute: ({ FirstName, LastName }: Readonly<RowValues>) =>
			[FirstName, LastName].filter((part) => part != null).join(' '),
	});

const nameFields = (): Field[] => [
	text('LastName', 'Last Name', 80, { ...REQUIRED, compoundFieldName: 'Name' }),
	text('FirstName', 'First Name', 40, { compoundFieldName: 'Name' }),
	picklist('Salutation', 'Salutation', ['Mr.', 'Ms.', 'Dr.'], { compoundFieldName: 'Name' }),
	fullName(),
];

const email = (): Field => field('email', 'Email', 'Email', { length: 80, idLookup: true });

/** Street, city and so on, and the address they make up. */
function address(prefix: string, label: string): Field[] {
	const compoundFieldName = `${prefix}Address`;
	const part = (name: string, length: number) =>
		text(`${prefix}${name}`, `${label} ${name}`, length, { compoundFieldName });
	return [
		field('textarea', `${prefix}Street`, `${label} Street`, { length: 255, compoundFieldName }),
		part('City', 40),
		part('State', 80),
		part('PostalCode', 20),
		part('Country', 80),
		coordinate(`${prefix}Latitude`, `${label} Latitude`, compoundFieldName),
		coordinate(`${prefix}Longitude`, `${label} Longitude`, compoundFieldName),
		field('address', compoundFieldName, `${label} Address`, READ_ONLY),
	];
}

const consents = (): Field[] => [
	checkbox('HasOptedOutOfEmail', 'Email Opt Out'),
	checkbox('HasOptedOutOfFax', 'Fax Opt Out'),
	checkbox('DoNotCall', 'Do Not Call'),
];

/** Companies and the people in and around them. */
export const people = (): ObjectType[] => [
	defineObject({
		name: 'Account',
		label: 'Account',
		labelPlural: 'Accounts',
		keyPrefix: '001',
		assignable: true,
		recordTypes: [recordType(1, 'Business'), recordType(2, 'Partner')],
		own: [
			// Compound and yet writable (T16).
			text('Name', 'Account Name', 255, { ...REQUIRED, compoundFieldName: 'Name' }),
			picklist('Type', 'Account Type', ['Customer', 'Prospect', 'Partner']),
			picklist('Industry', 'Industry', ['Travel', 'Banking', 'Retail']),
			text('AccountNumber', 'Account Number', 40),
			field('phone', 'Phone', 'Account Phone', { length: 40 }),
			field('url', 'Website', 'Website', { length: 255 }),
			decimal('currency', 'AnnualRevenue', 'Annual Revenue', [18, 0]),
			whole('NumberOfEmployees', 'Employees'),
			...address('Billing', 'Billing'),
			lookup('ParentId', 'Parent Account ID', ['Account']),
			longText('Description', 'Account Description'),
			field('email', 'email_field__c', 'email_field', { length: 80 }),
			externalId('Ext__c', 'External Key'),
		],
	}),
	defineObject({
		name: 'Contact',
		label: 'Contact',
		labelPlural: 'Contacts',
		keyPrefix: '003',
		own: [
			...nameFields(),
			lookup('AccountId', 'Account ID', ['Account']),
			email(),
			field('phone', 'Phone', 'Business Phone', { length: 40 }),
			field('phone', 'MobilePhone', 'Mobile Phone', { length: 40 }),
			text('Title', 'Title', 128),
			field('date', 'Birthdate', 'Birthdate'),
			picklist('LeadSource', 'Lead Source', SOURCES),
			...address('Mailing', 'Mailing'),
			lookup('ReportsToId', 'Reports To ID', ['Contact']),
			...consents(),
			longText('Description', 'Contact Description'),
			externalId('Ext__c', 'External Key'),
		],
	}),
	defineObject({
		name: 'Lead',
		label: 'Lead',
		labelPlural: 'Leads',
		keyPrefix: '00Q',
		assignable: true,
		owners: ['Group', 'User'],
		own: [
			...nameFields(),
			text('Company', 'Company', 255, REQUIRED),
			email(),
			field('phone', 'Phone', 'Phone', { length: 40 }),
			text('Title', 'Title', 128),
			picklist('Status', 'Status', ['Open', 'Working', 'Closed - Converted'], {
				nillable: false,
				defaultedOnCreate: true,
				initial: 'Open',
			}),
			picklist('LeadSource', 'Lead Source', SOURCES),
			decimal('currency', 'AnnualRevenue', 'Annual Revenue', [18, 0]),
			whole('NumberOfEmployees', 'Employees'),
			...consents(),
			checkbox('IsConverted', 'Converted', READ_ONLY),
			lookup('ConvertedContactId', 'Converted Contact ID', ['Contact'], READ_ONLY),
			lookup('ConvertedAccountId', 'Converted Account ID', ['Account'], READ_ONLY),
			externalId('Ext__c', 'External Key'),
		],
	}),
	defineObject({
		name: 'User',
		label: 'User',
		labelPlural: 'Users',
		keyPrefix: '005',
		setup: true,
		deletable: false,
		owners: [],
		own: [
			text('Username', 'Username', 80, { ...REQUIRED, unique: true, idLookup: true }),
			...nameFields(),
			field('email', 'Email', 'Email', { length: 128, nillable: false, idLookup: true }),
			text('Alias', 'Alias', 8, REQUIRED),
			checkbox('IsActive', 'Active', { initial: true }),
		],
	}),
];
