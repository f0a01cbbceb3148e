import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';
import { fullId } from '../sandbox/salesforce/ids';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

interface Described {
	name: string;
	label: string;
	type: string;
	length: number;
	digits: number;
	precision: number;
	scale: number;
	createable: boolean;
	updateable: boolean;
	nillable: boolean;
	defaultedOnCreate: boolean;
	idLookup: boolean;
	externalId: boolean;
	unique: boolean;
	caseSensitive: boolean;
	calculated: boolean;
	autoNumber: boolean;
	compoundFieldName: string | null;
	referenceTo: string[];
	relationshipName: string | null;
	polymorphicForeignKey: boolean;
	restrictedPicklist: boolean;
	soapType: string;
	picklistValues: Array<{ value: string; label: string; active: boolean }>;
}

interface ObjectDescription {
	name: string;
	keyPrefix: string;
	fields: Described[];
	recordTypeInfos: Array<Record<string, unknown>>;
}

const describeObject = async (name: string) =>
	(await client.call(`sobjects/${name}/describe`)).json<ObjectDescription>();
const fieldsOf = async (name: string) =>
	new Map((await describeObject(name)).fields.map((field) => [field.name, field]));
const requiredIn = async (name: string) =>
	[...(await fieldsOf(name)).values()]
		.filter(
			(field) =>
				field.createable && !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean',
		)
		.map((field) => field.name)
		.sort();

const FIELD_KEYS =
	'aggregatable autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo filterable filteredLookupInfo groupable highScaleNumber htmlFormatted idLookup inlineHelpText label length mask maskType name nameField namePointing nillable permissionable picklistValues polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo relationshipName relationshipOrder restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead';

testRules('salesforce', {
	S6: {
		'the object list has every object with its flags': async () => {
			const body = (await client.call('sobjects')).json<{
				encoding: string;
				maxBatchSize: number;
				sobjects: Array<Record<string, unknown>>;
			}>();
			expect([body.encoding, body.maxBatchSize]).toEqual(['UTF-8', 200]);
			const names = body.sobjects.map(({ name }) => name);
			expect(names).toEqual(
				expect.arrayContaining([
					...['Account', 'Contact', 'Lead', 'Case', 'Opportunity', 'Campaign', 'User', 'Task'],
					'Booking__c',
				]),
			);
			const flags = ['createable', 'updateable', 'deletable', 'queryable', 'replicateable'];
			const more = ['label', 'labelPlural', 'keyPrefix', 'custom', 'customSetting'];
			for (const object of body.sobjects) {
				for (const key of [...flags, ...more, 'deprecatedAndHidden']) {
					expect(object).toHaveProperty(key);
				}
			}
			// What an object list has to hide is there to be hidden.
			expect(names).toEqual(
				expect.arrayContaining(['AccountHistory', 'Booking__Share', 'Booking__ChangeEvent']),
			);
			expect(body.sobjects.some((object) => object.customSetting === true)).toBe(true);
			expect(body.sobjects.some((object) => object.deprecatedAndHidden === true)).toBe(true);
		},
		'describe has every key of a field': async () => {
			const { fields } = await describeObject('Booking__c');
			for (const field of fields) {
				expect(Object.keys(field).sort()).toEqual(FIELD_KEYS.split(' ').sort());
			}
		},
		'names are found in any case, unknown ones are 404': async () => {
			expect((await describeObject('aCCount')).name).toBe('Account');
			const answer = await client.call('sobjects/Nothing/describe');
			expect([answer.status, answer.code]).toEqual([404, 'NOT_FOUND']);
		},
		'required on create as recorded': async () => {
			expect(await requiredIn('Account')).toEqual(['Name']);
			expect(await requiredIn('Contact')).toEqual(['LastName']);
			expect(await requiredIn('Lead')).toEqual(['Company', 'LastName']);
		},
		'the recorded facts about standard fields': async () => {
			const account = await fieldsOf('Account');
			const contact = await fieldsOf('Contact');
			const lead = await fieldsOf('Lead');
			expect(account.get('Name')).toMatchObject({ compoundFieldName: 'Name', createable: true });
			expect(contact.get('Name')?.createable).toBe(false);
			expect(lead.get('Name')?.createable).toBe(false);
			expect(account.get('NumberOfEmployees')).toMatchObject({ type: 'int', digits: 8, length: 0 });
			expect(account.get('AnnualRevenue')).toMatchObject({ precision: 18, scale: 0 });
			expect(account.get('BillingLatitude')).toMatchObject({ precision: 18, scale: 15 });
			expect(contact.get('HasOptedOutOfEmail')).toMatchObject({
				nillable: false,
				defaultedOnCreate: true,
			});
			for (const fields of [contact, lead]) {
				expect(fields.get('Email')).toMatchObject({ idLookup: true, unique: false });
			}
			expect(lead.get('OwnerId')).toMatchObject({
				referenceTo: ['Group', 'User'],
				polymorphicForeignKey: true,
			});
			expect(account.get('OwnerId')?.referenceTo).toEqual(['User']);
			expect(lead.get('Status')).toMatchObject({ nillable: false, defaultedOnCreate: true });
			const soapTypes = ['Id', 'BillingAddress', 'Name', 'NumberOfEmployees', 'CreatedDate'];
			expect(soapTypes.map((name) => account.get(name)?.soapType)).toEqual([
				'tns:ID',
				'urn:address',
				'xsd:string',
				'xsd:int',
				'xsd:dateTime',
			]);
		},
		'the custom object has a field of every kind': async () => {
			const fields = await fieldsOf('Booking__c');
			const key = { externalId: true, idLookup: true };
			expect(fields.get('Reference__c')).toMatchObject({
				...key,
				unique: true,
				caseSensitive: false,
			});
			expect(fields.get('Code__c')).toMatchObject({ ...key, unique: true, caseSensitive: true });
			expect(fields.get('Legacy__c')).toMatchObject({ ...key, unique: false });
			expect(fields.get('Status__c')?.restrictedPicklist).toBe(true);
			expect(fields.get('Channel__c')?.restrictedPicklist).toBe(false);
			expect(fields.get('Traveller__c')?.relationshipName).toBe('Traveller__r');
			expect(fields.get('Number__c')).toMatchObject({ autoNumber: true, createable: false });
			expect(fields.get('Net__c')).toMatchObject({ calculated: true, createable: false });
			const types = [...fields.values()].map(({ type }) => type);
			expect(types).toEqual(
				expect.arrayContaining([
					...['picklist', 'multipicklist', 'date', 'datetime', 'time', 'currency', 'percent'],
					...['reference', 'textarea', 'boolean', 'url', 'double'],
				]),
			);
		},
		'Task points at several objects from Who and What': async () => {
			const fields = await fieldsOf('Task');
			expect(fields.get('WhoId')).toMatchObject({
				referenceTo: ['Contact', 'Lead'],
				relationshipName: 'Who',
			});
			expect(fields.get('WhatId')?.referenceTo).toContain('Booking__c');
		},
	},
	S7: {
		'ids are prefix, 12 characters and a checksum that any case leads to': async () => {
			const id = sandbox.insert('Account', { Name: 'a' });
			expect(id).toMatch(/^001[A-Za-z0-9]{12}[A-Z0-5]{3}$/);
			expect(fullId(id.slice(0, 15))).toBe(id);
			for (const form of [id, id.slice(0, 15), id.toLowerCase(), id.toUpperCase()]) {
				const answer = await client.call(`sobjects/Account/${form}`);
				expect(answer.json<{ Id: string }>().Id).toBe(id);
			}
			// Worked out by hand: no capital; a third one, none, and the first four.
			expect(fullId('001000000000001')).toBe('001000000000001AAA');
			expect(fullId('a0B1x00000ABCDe')).toBe('a0B1x00000ABCDeEAP');
			expect(fullId(`${id.slice(0, 15)}zzz`)).toBeUndefined();
		},
	},
	U13: {
		'developerName of record types since v43, or never': async () => {
			const infos = async (version: number) =>
				(
					await client.call(`/services/data/v${version}.0/sobjects/Booking__c/describe`)
				).json<ObjectDescription>().recordTypeInfos;
			const [first, , master] = await infos(66);
			expect(first).toMatchObject({
				active: true,
				available: true,
				defaultRecordTypeMapping: true,
				name: 'Flight',
				developerName: 'Flight',
			});
			expect(master).toMatchObject({ master: true, recordTypeId: '012000000000000AAA' });
			expect((await infos(42))[0]).not.toHaveProperty('developerName');
			sandbox.switches.rtDeveloperName = 'absent';
			expect((await infos(66))[0]).not.toHaveProperty('developerName');
		},
	},
});
