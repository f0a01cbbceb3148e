import type { FieldInfo } from '../../shared/core/field';
import { readSObject } from '../../shared/connectors/salesforce/describe';
import { readFields, readKeys, readObjects } from '../../shared/connectors/salesforce/discover';
import { toField } from '../../shared/connectors/salesforce/fieldTypes';
import { LIMITS } from '../../shared/connectors/salesforce/limits';
import { useSalesforce } from '../sandbox/useSalesforce';
import { openApi, refusalOf } from './salesforceGround';

const org = useSalesforce();

async function fieldsOf(object: string): Promise<ReadonlyMap<string, FieldInfo>> {
	const fields = await readFields(openApi(org).api, object);
	return new Map(fields.map((field) => [field.name, field]));
}

describe('Salesforce objects', () => {
	test('salesforce:2 every object a person can write to, by label', async () => {
		const objects = await readObjects(openApi(org).api);
		expect(objects).toContainEqual({ name: 'Contact', label: 'Contact' });
		expect(objects).toContainEqual({ name: 'Booking__c', label: 'Booking' });
		const labels = objects.map(({ label }) => label);
		expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
	});

	test('salesforce:2 what Salesforce keeps for itself is not offered', async () => {
		const object = (name: string, more: object = {}) => ({
			...{ name, label: name, createable: true, updateable: true, deletable: true, ...more },
		});
		const sobjects = [
			object('Account'),
			object('Workshare__c'),
			object('AccountHistory'),
			object('Booking__History'),
			object('Booking__Share'),
			object('AccountFeed'),
			object('Booking__ChangeEvent'),
			object('Prefs__c', { customSetting: true }),
			object('Old__c', { deprecatedAndHidden: true }),
			object('ApexClass', { createable: false, updateable: false, deletable: false }),
			object('Removable', { createable: false, updateable: false }),
		];
		const effect = { kind: 'respond', status: 200, body: JSON.stringify({ sobjects }) } as const;
		const headers = { 'Content-Type': 'application/json' };
		org.faults.add({ effect: { ...effect, headers }, url: /sobjects$/ });
		const names = (await readObjects(openApi(org).api)).map(({ name }) => name);
		expect(names).toEqual(['Account', 'Removable', 'Workshare__c']);
	});

	test('salesforce:J14 a sign-in page is not taken for a list or an object', async () => {
		const effect = {
			...({ kind: 'respond', status: 200, body: '<html><title>Log in</title></html>' } as const),
			headers: { 'Content-Type': 'text/html' },
		};
		org.faults.add({ effect, url: /sobjects/, times: 2 });
		const { api } = openApi(org);
		for (const work of [readObjects(api), readSObject(api, 'Contact')]) {
			expect(await refusalOf(work)).toMatchObject({ code: 'unavailable' });
		}
	});

	test('salesforce:T20 a user who may see nothing is told what to ask for', async () => {
		const headers = { 'Content-Type': 'application/json' };
		org.faults.add({
			effect: { kind: 'respond', status: 200, body: '{"sobjects":[]}', headers },
			url: /sobjects$/,
		});
		const { told } = await refusalOf(readObjects(openApi(org).api));
		expect(told).toMatch(/shows no objects to the user.*permission set/);
	});
});

describe('Salesforce fields', () => {
	test('salesforce:2.1 each type in the words all systems share', async () => {
		const fields = await fieldsOf('Booking__c');
		expect(fields.get('Status__c')).toMatchObject({
			type: 'choice',
			options: [
				{ value: 'open', label: 'Open' },
				{ value: 'paid', label: 'Paid in Full' },
			],
		});
		expect(fields.get('Status__c')).not.toHaveProperty('openOptions');
		expect(fields.get('Channel__c')).toMatchObject({ type: 'choice', openOptions: true });
		expect(fields.get('Extras__c')).toMatchObject({ type: 'multiChoice' });
		expect(fields.get('Travel_Date__c')).toMatchObject({ type: 'date' });
		expect(fields.get('Booked_At__c')).toMatchObject({ type: 'dateTime' });
		expect(fields.get('Check_In__c')).toMatchObject({ type: 'other' });
		expect(fields.get('Confirmed__c')).toMatchObject({ type: 'boolean', required: false });
		expect(fields.get('Notes__c')).toMatchObject({ type: 'string', maxLength: 32_768 });
		expect(fields.get('Traveller__c')).toMatchObject({ type: 'lookup', targets: ['Contact'] });
		expect(fields.get('Discount__c')).toMatchObject({
			...{ type: 'decimal', precision: 2, minimum: -999.99, maximum: 999.99 },
		});
		expect(fields.get('Price__c')?.maximum).toBe(99_999_999_999_999.99);
		expect(fields.get('Number__c')).toMatchObject({ creatable: false, updatable: false });
		expect(fields.get('Id')).toMatchObject({ type: 'id', shortIds: true, searchable: true });
	});

	test.each([
		['string', 'string'],
		['textarea', 'string'],
		['phone', 'string'],
		['url', 'string'],
		['email', 'string'],
		['encryptedstring', 'string'],
		['combobox', 'string'],
		['boolean', 'boolean'],
		['int', 'integer'],
		['double', 'decimal'],
		['currency', 'decimal'],
		['percent', 'decimal'],
		['date', 'date'],
		['datetime', 'dateTime'],
		['time', 'other'],
		['picklist', 'choice'],
		['multipicklist', 'multiChoice'],
		['reference', 'lookup'],
		['id', 'id'],
		['base64', 'other'],
	])('salesforce:2.1 %s is %s', (type, shared) => {
		expect(toField({ name: 'F__c', type }).info.type).toBe(shared);
	});

	test('salesforce:2.1 an int says its digits, and inactive picklist values are none', () => {
		const digits = toField({ name: 'N', type: 'int', digits: 8, length: 0 }).info;
		expect(digits).toMatchObject({ minimum: -99_999_999, maximum: 99_999_999 });
		const picklistValues = [
			{ value: 'a', label: 'A', active: true },
			{ value: 'b', label: 'B', active: false },
		];
		const picklist = toField({ name: 'P', type: 'picklist', picklistValues }).info;
		expect(picklist.options).toEqual([{ value: 'a', label: 'A' }]);
	});

	test('salesforce:2 required is what has no default: Account Name, Contact LastName, Lead both', async () => {
		const required = async (object: string) =>
			[...(await fieldsOf(object)).values()].filter((field) => field.required).map((f) => f.name);
		expect(await required('Account')).toEqual(['Name']);
		expect(await required('Contact')).toEqual(['LastName']);
		expect((await required('Lead')).sort()).toEqual(['Company', 'LastName']);
	});

	test('salesforce:T16 a field that is part of a compound one is writable when describe says so', async () => {
		expect((await fieldsOf('Account')).get('Name')).toMatchObject({ creatable: true });
		expect((await fieldsOf('Contact')).get('Name')).toMatchObject({ creatable: false });
		const names = [...(await fieldsOf('Contact')).keys()];
		expect(names).toContain('MailingStreet');
		expect(names).not.toContain('MailingAddress');
	});

	test('salesforce:T20 what field-level security hides is not there, and is seen once it may be', async () => {
		org.permissions.hiddenFields.add('Contact.Phone');
		const { api, clock } = openApi(org);
		const knowsPhone = async (anew?: boolean) =>
			(await readSObject(api, 'Contact', anew)).field('phone') !== undefined;
		expect(await knowsPhone()).toBe(false);
		org.permissions.hiddenFields.clear();
		expect(await knowsPhone()).toBe(false);
		expect(await knowsPhone(true)).toBe(true);
		org.permissions.hiddenFields.add('Contact.Phone');
		expect(await knowsPhone()).toBe(true);
		await clock.sleep(LIMITS.metadataMs);
		expect(await knowsPhone()).toBe(false);
	});

	test('salesforce:2 an object is described once for ten minutes, and not for another credential', async () => {
		const { api } = openApi(org);
		await readSObject(api, 'Contact');
		await readSObject(api, 'contact');
		expect(org.count('GET .*/Contact/describe')).toBe(1);
		await readSObject(openApi(org).api, 'Contact');
		expect(org.count('GET .*/Contact/describe')).toBe(2);
	});

	test('salesforce:2 an unknown object is named, with the next step', async () => {
		const { api } = openApi(org);
		const error = await refusalOf(readSObject(api, 'Nonsense__c'));
		expect(error.code).toBe('config');
		expect(error.told).toMatch(/describe the object "Nonsense__c".*NOT_FOUND.*may not see/s);
		expect((await refusalOf(readSObject(api, ' '))).told).toContain('No Salesforce object');
		const before = org.log.length;
		expect((await refusalOf(readSObject(api, '../limits'))).told).toContain('"../limits"');
		expect(org.log).toHaveLength(before);
	});

	test('salesforce:T20 an object whose fields are all hidden says so', async () => {
		const headers = { 'Content-Type': 'application/json' };
		const body = JSON.stringify({ name: 'Contact', label: 'Contact', fields: [] });
		org.faults.add({ effect: { kind: 'respond', status: 200, body, headers }, url: /describe/ });
		const { told } = await refusalOf(readSObject(openApi(org).api, 'Contact'));
		expect(told).toMatch(/shows no fields of "Contact".*permission set/);
	});

	test('salesforce:2.2 record types with and without their developer name (U13)', async () => {
		const named = await readSObject(openApi(org).api, 'Account');
		org.setSwitches({ rtDeveloperName: 'absent' });
		const unnamed = await readSObject(openApi(org).api, 'Account');
		for (const { recordTypes } of [named, unnamed]) {
			expect(recordTypes.some(({ isMaster }) => isMaster)).toBe(true);
			expect(recordTypes.every(({ id, name }) => id.length === 18 && name !== '')).toBe(true);
		}
		expect(named.recordTypes.every(({ developerName }) => developerName)).toBe(true);
		expect(unnamed.recordTypes.some(({ developerName }) => developerName)).toBe(false);
	});
});

describe('Salesforce keys', () => {
	test('salesforce:2 unique external ids first, then the id, then what may repeat', async () => {
		const keys = await readKeys(openApi(org).api, 'Booking__c');
		expect(keys.map(({ name }) => name)).toEqual(['Code__c', 'Reference__c', 'Id', 'Legacy__c']);
		expect(keys[2]).toMatchObject({ primary: true, fields: ['Id'], usable: true });
		expect(keys[3].label).toBe('Legacy Number (Legacy__c) · external ID · may repeat');
	});

	test('salesforce:T7 an e-mail address is offered with the word that it may repeat', async () => {
		const keys = await readKeys(openApi(org).api, 'Contact');
		expect(keys.map(({ label }) => label)).toContain('Email (Email) · may repeat');
	});

	test('salesforce:2 any other field that queries take can be chosen from the fields', async () => {
		const fields = await fieldsOf('Booking__c');
		expect(fields.get('Ticket__c')).toMatchObject({ searchable: true });
		expect(fields.get('Notes__c')).not.toHaveProperty('searchable');
		expect(fields.get('Extras__c')).not.toHaveProperty('searchable');
	});
});
