import { text } from '../sandbox/salesforce/fields';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, writeAll } from './dynamics365Client';
import { collectionCalls, connect, inMode, person, contacts, write } from './salesforceClient';

const org = useSalesforce();

const bookings = inMode('upsert', 'Reference__c', { objectName: 'Booking__c' });

describe('fields that may not be written', () => {
	test('are refused before the first write, all in one message (sync:T19)', async () => {
		const { results, error } = await write(org, bookings, [
			record({ Reference__c: 'r' }, { Name: 'Trip', Number__c: '1', Net__c: 2, Gone__c: 3 }),
		]);
		expect(results).toEqual([]);
		const { message } = error as Error;
		expect(message).toContain('Booking__c');
		for (const field of ['Number__c', 'Net__c', 'Gone__c']) expect(message).toContain(`"${field}"`);
		expect(collectionCalls(org)).toHaveLength(0);
	});

	test('a field that was removed, and one that was added, since the object was read (sync:T19)', async () => {
		const connector = connect(org);
		await writeAll(connector, contacts, [person('a', { LastName: 'A', Title: 'x' })]);
		org.changeField('Contact', 'Title', undefined);
		const records = [person('b', { LastName: 'B', Title: 'x' })];
		const other = connect(org);
		const { error } = await writeAll(other, contacts, records);
		expect((error as Error).message).toContain('"Title"');
	});

	test('a field that was retyped fits none of many values: nothing is written (sync:T19)', async () => {
		const trips = (wrong: (at: number) => boolean) =>
			Array.from({ length: 12 }, (_, at) =>
				record({ Reference__c: `r${at}` }, { Name: 'Trip', Price__c: wrong(at) ? 'much' : at }),
			);
		const { results, error } = await write(
			org,
			bookings,
			trips(() => true),
		);
		expect(results).toEqual([]);
		expect((error as Error).message).toContain('Price__c (one of them is "much"');
		expect(collectionCalls(org)).toHaveLength(0);
		const mixed = await write(
			org,
			bookings,
			trips((at) => at > 0),
		);
		expect(mixed.results.filter(({ status }) => status === 'created')).toHaveLength(1);
	});

	test('are left out where the option says so; a name nobody knows still stops the run', async () => {
		const connector = connect(org, { dropUnwritable: true });
		const trip = { Name: 'Trip', Number__c: '1', Net__c: 2 };
		const { results } = await writeAll(connector, bookings, [record({ Reference__c: 'r' }, trip)]);
		expect(results[0].status).toBe('created');
		expect(Object.keys(connector.summary().fieldWarnings)).toEqual(['Number__c', 'Net__c']);
		const { error } = await writeAll(connector, bookings, [
			record({ Reference__c: 's' }, { Name: 'Trip', Gone__c: 3 }),
		]);
		expect((error as Error).message).toContain('Gone__c');
	});

	test('Account.Name is part of a compound field and yet is written (salesforce:T16)', async () => {
		const { results } = await write(org, inMode('upsert', 'Ext__c', { objectName: 'Account' }), [
			record({ Ext__c: 'A1' }, { Name: 'Acme' }),
		]);
		expect(results[0].status).toBe('created');
	});

	test('hidden by field-level security is as good as not there (salesforce:T20)', async () => {
		org.permissions.hiddenFields.add('Contact.Phone');
		const { error } = await write(org, contacts, [person('a', { LastName: 'A', Phone: '1' })]);
		expect((error as Error).message).toContain('"Phone"');
	});

	test('a field of new records alone is written on create and kept on update', async () => {
		org.changeField('Contact', 'Title', { updateable: false });
		const records = [person('a', { LastName: 'A', Title: 'First' })];
		const first = await write(org, contacts, records);
		expect(first.results[0].status).toBe('created');
		expect(org.rows('Contact')[0].Title).toBe('First');
		const second = await write(org, contacts, [person('a', { LastName: 'B', Title: 'Second' })]);
		expect(second.results[0].status).toBe('updated');
		expect(org.rows('Contact')[0]).toMatchObject({ LastName: 'B', Title: 'First' });
	});
});

describe('person accounts (salesforce:2.2)', () => {
	const accounts = inMode('upsert', 'Ext__c', { objectName: 'Account' });

	test('people go without Name, companies without the parts of one', async () => {
		for (const name of ['FirstName', 'LastName', 'PersonEmail', 'IsPersonAccount']) {
			org.addField('Account', text(name, name, 80));
		}
		await write(org, accounts, [
			record({ Ext__c: 'c' }, { Name: 'Acme', FirstName: null, LastName: null }),
			record(
				{ Ext__c: 'p' },
				{ Name: 'x', FirstName: 'Ada', LastName: 'L', PersonEmail: 'a@x.example' },
			),
		]);
		const [body] = collectionCalls(org).map(({ body: sent }) => sent);
		const { records } = JSON.parse(body) as { records: object[] };
		expect(records[0]).toEqual({ attributes: { type: 'Account' }, Ext__c: 'c', Name: 'Acme' });
		expect(records[1]).not.toHaveProperty('Name');
		expect(records[1]).toHaveProperty('PersonEmail');
	});
});

test('a key is never cut: it would be the key of another record', async () => {
	const { results } = await write(org, contacts, [person('x'.repeat(90))], { cutText: true });
	expect(results[0]).toMatchObject({ status: 'rejected', error: { code: 'valueDoesNotFit' } });
});

test('cutting is offered for free text alone (salesforce:2.1)', async () => {
	const long = 'x'.repeat(300);
	const why = async (key: string, values: Readonly<Record<string, unknown>>, field = 'Ext__c') => {
		const { results } = await write(org, inMode('upsert', field), [
			record({ [field]: key }, values),
		]);
		return results[0].error?.message ?? '';
	};
	const never = /^Contact\.(\w+) has 300 characters, and the field holds \d+; it is never cut/;
	expect(never.exec(await why(long, { LastName: 'L' }))?.[1]).toBe('Ext__c');
	expect(never.exec(await why(long, { LastName: 'L' }, 'Title'))?.[1]).toBe('Title');
	expect(never.exec(await why('a', { LastName: 'L', Phone: long }))?.[1]).toBe('Phone');
	expect(await why('a', { LastName: 'L', Title: long })).toContain('or choose to cut long texts');
	const parent = { key: { Ext__c: long } };
	const child = await why('a', { LastName: 'L', AccountId: parent });
	expect(child).toContain('names a parent whose Ext__c has 300 characters');
	expect(child).toContain('it is never cut');
});
