import type { WriteRecord } from '../../shared/connectors/connector';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { switchValues } from '../sandbox/salesforce';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record } from './dynamics365Client';
import { connect, inMode, rowsBy, write } from './salesforceClient';

const org = useSalesforce({ features: ['personAccounts'] });

const target = (mode: 'upsert' | 'update' | 'delete' = 'upsert') =>
	inMode(mode, 'Ext__c', { objectName: 'Account' });
const TYPE = 'Person Account';

/** A segment of persons and companies in one mapping: what one kind lacks is empty. */
const person = (key: string, more: WriteRecord['values'] = {}): WriteRecord =>
	record(
		{ Ext__c: key },
		{
			Name: `Name ${key}`,
			FirstName: 'Ada',
			LastName: key,
			PersonEmail: `${key}@example.org`.toLowerCase(),
			RecordTypeId: TYPE,
			...more,
		},
	);
const company = (key: string, more: WriteRecord['values'] = {}): WriteRecord =>
	record(
		{ Ext__c: key },
		{
			Name: `Name ${key}`,
			FirstName: null,
			LastName: null,
			PersonEmail: null,
			RecordTypeId: null,
			...more,
		},
	);

const accounts = () => rowsBy(org, 'Account', 'Ext__c');
const contacts = () => org.rows('Contact');
const byBoth: ReadonlyArray<[string, SalesforceWriteOptions]> = [
	['Collections', { api: 'collections' }],
	['Bulk', { api: 'bulk' }],
];

describe.each(byBoth)('salesforce:2.2 person accounts by %s', (_, options) => {
	it('persons and companies of one segment are created, then updated', async () => {
		const records = [person('P1'), company('C1'), person('P2')];
		const first = await write(org, target(), records, options);
		expect(first.results.map(({ status }) => status)).toEqual(['created', 'created', 'created']);
		expect(accounts().get('P1')).toMatchObject({
			Name: 'Ada P1',
			IsPersonAccount: true,
			PersonEmail: 'p1@example.org',
		});
		expect(accounts().get('C1')).toMatchObject({ Name: 'Name C1', IsPersonAccount: false });
		expect(contacts().map(({ AccountId }) => AccountId)).toEqual(
			['P1', 'P2'].map((key) => accounts().get(key)?.Id),
		);
		const again = [
			person('P1', { PersonEmail: null, FirstName: 'Augusta' }),
			company('C1', { Name: 'Acme' }),
		];
		const second = await write(org, target(), again, options);
		expect(second.results.map(({ status }) => status)).toEqual(['updated', 'updated']);
		expect(accounts().get('P1')).toMatchObject({ Name: 'Augusta P1', PersonEmail: null });
		expect(accounts().get('C1')?.Name).toBe('Acme');
		expect(contacts()).toHaveLength(2);
	});

	it('a change of the name in one piece is none for a person', async () => {
		await write(org, target(), [person('P1')], options);
		const changed = { ...person('P1', { Name: 'Other' }), update: { Name: 'Other' } };
		const { results } = await write(org, target(), [changed], options);
		expect(results[0].status).not.toBe('rejected');
		expect(accounts().get('P1')?.Name).toBe('Ada P1');
	});

	it('what is the same already is not sent again, whatever the name in one piece', async () => {
		const records = [person('P1'), company('C1')];
		await write(org, target(), records, options);
		const same = { ...target(), onlyIfDifferent: true };
		const changes = org.history('Account').length;
		const { results } = await write(org, same, records, options);
		expect(results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
		expect(org.history('Account')).toHaveLength(changes);
	});

	it('an external id of the contact finds the account, as __pc', async () => {
		const byContact = inMode('upsert', 'Ext__pc', { objectName: 'Account' });
		const named = (FirstName: string) => record({ Ext__pc: 'K1' }, { FirstName, LastName: 'L' });
		const first = await write(org, byContact, [named('Ada')], options);
		const second = await write(org, byContact, [named('Eva')], options);
		expect([first, second].map(({ results }) => results[0].status)).toEqual(['created', 'updated']);
		expect(contacts()).toMatchObject([{ Ext__c: 'K1', Name: 'Eva L' }]);
	});

	it('a removal takes the person with its contact', async () => {
		await write(org, target(), [person('P1'), company('C1')], options);
		const removals = { ...target(), removedRecords: 'delete' } as const;
		const gone = record({ Ext__c: 'P1' }, {}, { change: 'removed' });
		const { results } = await write(org, removals, [gone], options);
		expect(results[0].status).toBe('deleted');
		expect([...accounts().keys()]).toEqual(['C1']);
		expect(contacts()).toEqual([]);
	});
});

describe('salesforce:2.2 what the stand-in leaves open', () => {
	it.each(switchValues.personRecordType)(
		'U21 %s: with its record type a person is written in either case',
		async (personRecordType) => {
			org.setSwitches({ personRecordType });
			const { results } = await write(org, target(), [person('P1'), company('C1')]);
			expect(results.map(({ status }) => status)).toEqual(['created', 'created']);
		},
	);

	it('U21 required: without it the person is refused, and the company written', async () => {
		org.setSwitches({ personRecordType: 'required' });
		const values = { FirstName: 'Ada', LastName: 'P1' };
		const { results } = await write(org, target(), [
			record({ Ext__c: 'P1' }, values),
			company('C1'),
		]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'created']);
		expect(results[0].error).toMatchObject({
			code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
			retryable: false,
		});
	});

	it.each(switchValues.personFieldText)(
		'U22 %s: a company with a field of persons says which field it is',
		async (personFieldText) => {
			org.setSwitches({ personFieldText });
			// Without the last name mapped nothing tells persons from companies.
			const values = { Name: 'Acme', PersonEmail: 'a@example.org' };
			const { results } = await write(org, target(), [
				record({ Ext__c: 'C1' }, values),
				record({ Ext__c: 'C2' }, { Name: 'Good' }),
			]);
			expect(results.map(({ status }) => status)).toEqual(['rejected', 'created']);
			expect(results[0].error).toMatchObject({
				code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
				fields: ['PersonEmail'],
				hint: expect.stringContaining(
					personFieldText === 'badNames'
						? 'Map Last Name and Record Type ID'
						: 'field-level security',
				) as string,
			});
		},
	);

	it.each(switchValues.personLastName)(
		'U26 %s: companies alone are written without a last name',
		async (personLastName) => {
			org.setSwitches({ personLastName });
			const { results } = await write(org, target(), [record({ Ext__c: 'C1' }, { Name: 'Acme' })]);
			expect(results.map(({ status }) => status)).toEqual(['created']);
		},
	);
});

it('salesforce:S34 an update by key finds persons, and creates none', async () => {
	await write(org, target(), [person('P1')]);
	const { results } = await write(org, target('update'), [person('P1'), person('P9')]);
	expect(results.map(({ status, reason }) => [status, reason])).toEqual([
		['updated', undefined],
		['skipped', 'notFound'],
	]);
	expect(contacts()).toHaveLength(1);
});

it('salesforce:S14 a person whose contact would be a duplicate is refused alone', async () => {
	org.insert('Contact', { LastName: 'Other', Ext__c: 'taken' });
	const { results } = await write(org, target(), [
		person('P1', { Ext__pc: 'taken' }),
		person('P2', { Ext__pc: 'free' }),
	]);
	expect(results.map(({ status, error }) => [status, error?.code])).toEqual([
		['rejected', 'DUPLICATE_VALUE'],
		['created', undefined],
	]);
	expect([...accounts().keys()]).toEqual(['P2']);
});

it('design:7 neither name is required of every account, where there are persons and companies', async () => {
	const fields = await connect(org).fields('Account');
	const names = fields.filter(({ name }) => ['Name', 'LastName'].includes(name));
	expect(names.map(({ required }) => required)).toEqual([false, false]);
});
