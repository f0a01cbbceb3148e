import { longId } from '../../shared/connectors/salesforce/ids';
import { referenceConverter } from '../../shared/connectors/salesforce/references';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally } from './dynamics365Client';
import { sobjectOf } from './salesforceBulkSteps';
import { contacts, inMode, person, write } from './salesforceClient';

const org = useSalesforce();

describe('owners and record types (salesforce:2.2)', () => {
	const user = (name: string, more: object = {}) =>
		org.insert('User', {
			Username: `${name}@corp.example`,
			Email: `${name}@mail.example`,
			LastName: name,
			Alias: name.slice(0, 8),
			...more,
		});

	test('an owner by id, user name or e-mail, looked up once for all', async () => {
		const ada = user('ada');
		const { results } = await write(org, contacts, [
			person('a', { LastName: 'A', OwnerId: ada }),
			person('b', { LastName: 'B', OwnerId: 'ADA@corp.example' }),
			person('c', { LastName: 'C', OwnerId: 'ada@mail.example' }),
			person('d', { LastName: 'D', OwnerId: 'nobody@mail.example' }),
		]);
		expect(tally(results)).toEqual({ created: 3, rejected: 1 });
		expect(org.rows('Contact').map(({ OwnerId }) => OwnerId)).toEqual([ada, ada, ada]);
		expect(results[3].error?.message).toContain('no user name');
	});

	test('an e-mail several people have names nobody; who left does not count', async () => {
		user('one', { Email: 'shared@mail.example' });
		user('two', { Email: 'shared@mail.example' });
		const here = user('here', { Email: 'desk@mail.example' });
		user('gone', { Email: 'desk@mail.example', IsActive: false });
		const { results } = await write(org, contacts, [
			person('a', { LastName: 'A', OwnerId: 'shared@mail.example' }),
			person('b', { LastName: 'B', OwnerId: 'desk@mail.example' }),
		]);
		expect(results[0].error?.message).toContain('2 records of User');
		expect(org.rows('Contact')[0].OwnerId).toBe(here);
	});

	test('a lead may go to a queue, by its name or API name; other groups own nothing (salesforce:2.2)', async () => {
		org.insert('Group', { Name: 'Inbound', DeveloperName: 'Inbound_Team', Type: 'Regular' });
		const queue = org.insert('Group', {
			Name: 'Inbound',
			DeveloperName: 'Inbound_Leads',
			Type: 'Queue',
		});
		const by = (OwnerId: string) =>
			record({ Ext__c: OwnerId }, { LastName: 'L', Company: 'C', OwnerId });
		const { results } = await write(org, inMode('upsert', 'Ext__c', { objectName: 'Lead' }), [
			by('inbound'),
			by('inbound_leads'),
			by('inbound_team'),
		]);
		expect(tally(results)).toEqual({ created: 2, rejected: 1 });
		expect(results[2].error?.message).toContain('no API name of a queue');
		expect(org.rows('Lead').map(({ OwnerId }) => OwnerId)).toEqual([queue, queue]);
	});

	test('a queue whose API name has the length of a short id is found by it (salesforce:T13)', async () => {
		const DeveloperName = 'SupportTierOne1';
		const queue = org.insert('Group', { Name: 'Support', DeveloperName, Type: 'Queue' });
		const leads = inMode('upsert', 'Ext__c', { objectName: 'Lead' });
		const { results } = await write(org, leads, [
			record({ Ext__c: 'a' }, { LastName: 'L', Company: 'C', OwnerId: DeveloperName }),
			record({ Ext__c: 'b' }, { LastName: 'L', Company: 'C', OwnerId: queue.slice(0, 15) }),
		]);
		expect(tally(results)).toEqual({ created: 2 });
		expect(org.rows('Lead').map(({ OwnerId }) => OwnerId)).toEqual([queue, queue]);
	});

	test('a name that several record types have names none of them; their API names do (salesforce:2.2)', () => {
		const type = { type: 'reference', referenceTo: ['RecordType'] };
		const usable = { active: true, available: true, isMaster: false };
		const sobject = {
			...sobjectOf({ RecordTypeId: type }),
			recordTypes: [
				{ ...usable, id: '012000000000001', name: 'Support', developerName: 'Support_EU' },
				{ ...usable, id: '012000000000002', name: 'support', developerName: 'Support_US' },
			],
		};
		const field = sobject.field('RecordTypeId')!;
		const facts = { prefixes: new Map(), parents: new Map(), owners: new Map() };
		const convert = referenceConverter(sobject, field, facts);
		expect(convert('Support')).toMatchObject({
			kind: 'unfit',
			problem: expect.stringContaining('several record types'),
		});
		expect(convert('support_us')).toEqual({ kind: 'exact', value: longId('012000000000002') });
	});

	test.each(['v43', 'absent'] as const)(
		'a record type by id, name or API name (salesforce:U13 %s)',
		async (rtDeveloperName) => {
			org.setSwitches({ rtDeveloperName });
			const bookings = inMode('upsert', 'Reference__c', { objectName: 'Booking__c' });
			const by = (key: string, RecordTypeId: unknown) =>
				record({ Reference__c: key }, { Name: key, RecordTypeId });
			const { results } = await write(org, bookings, [
				by('a', 'stay at hotel'),
				by('b', rtDeveloperName === 'v43' ? 'Stay' : 'Stay at Hotel'),
				by('c', 'Cruise'),
			]);
			expect(tally(results)).toEqual({ created: 2, rejected: 1 });
			const types = org.rows('Booking__c').map(({ RecordTypeId }) => RecordTypeId);
			expect(new Set(types).size).toBe(1);
			expect(results[2].error?.message).toContain('"Flight", "Stay at Hotel"');
			await write(org, bookings, [by('a', types[0])]);
		},
	);
});
