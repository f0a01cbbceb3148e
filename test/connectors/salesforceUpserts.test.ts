import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally, writeAll } from './dynamics365Client';
import { connect, contacts, inMode, vanishing, person, rowsBy, write } from './salesforceClient';

const org = useSalesforce();

const NOWHERE = '003000000000999AAA';

describe('upsert', () => {
	test('by Id: an id nobody has is rejected, because Salesforce gives ids (salesforce:4.1)', async () => {
		const id = org.insert('Contact', { LastName: 'Old' });
		const by = (key: string) => record({ Id: key }, { LastName: 'New' });
		const { results } = await write(org, inMode('upsert', 'Id'), [
			by(id.slice(0, 15)),
			by(NOWHERE),
		]);
		// 15 characters and 18 are one id (salesforce:T13).
		expect(results[0]).toEqual({ status: 'updated', id });
		expect(results[1]).toMatchObject({ status: 'rejected', error: { code: 'NOT_FOUND' } });
		expect(results[1].error?.message).toContain('Salesforce gives new records ids of its own');
		expect(org.count('PATCH .*composite')).toBe(1);
		expect(org.rows('Contact')).toHaveLength(1);
	});

	test('by any field: none creates, one updates, several are refused (salesforce:T7, 3.2)', async () => {
		const one = org.insert('Contact', { LastName: 'Old', Email: 'one@x.example' });
		org.insert('Contact', { LastName: 'Twin', Email: 'two@x.example' });
		org.insert('Contact', { LastName: 'Twin', Email: 'two@x.example' });
		const by = (key: string) => record({ Email: key }, { LastName: 'New' });
		const records = [by('ONE@x.example'), by('two@x.example'), by('three@x.example')];
		const { results } = await write(org, inMode('upsert', 'Email'), records);
		expect(results[0]).toEqual({ status: 'updated', id: one });
		expect(results[1]).toMatchObject({ status: 'rejected', error: { code: 'AMBIGUOUS_MATCH' } });
		expect(results[2].status).toBe('created');
		expect(rowsBy(org, 'Contact', 'Email').get('three@x.example')?.LastName).toBe('New');
	});

	test('several found: the first, or all of them with one result', async () => {
		const ids = ['A', 'B'].map((name) =>
			org.insert('Contact', { LastName: name, Email: 'two@x.example' }),
		);
		const records = [record({ Email: 'two@x.example' }, { LastName: 'New' })];
		const target = inMode('upsert', 'Email');
		const first = await write(org, target, records, { severalFound: 'first' });
		expect(first.results).toEqual([{ status: 'updated', id: ids[0] }]);
		expect(org.rows('Contact').map(({ LastName }) => LastName)).toEqual(['New', 'B']);
		const all = await write(org, target, records, { severalFound: 'all' });
		expect(all.results).toHaveLength(1);
		expect(all.results[0]).toMatchObject({ status: 'updated' });
		expect(all.results[0].warnings?.[0]).toContain('2 records');
		expect(org.rows('Contact').map(({ LastName }) => LastName)).toEqual(['New', 'New']);
	});

	test('a record that vanished after its look-up is sent whole (design section 3)', async () => {
		const lost = org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const values = { LastName: 'New', Title: 'Whole' };
		const { results } = await writeAll(connect(org, {}, vanishing(org, lost)), contacts, [
			person('a', values, { update: { LastName: 'New' } }),
		]);
		expect(results[0].status).toBe('created');
		expect(org.rows('Contact')).toEqual([expect.objectContaining(values)]);
	});

	test('one key twice: both refused, or the last is taken and the other told (salesforce:T9)', async () => {
		const twins = [person('a'), person('b'), person('A ', { LastName: 'Last' })];
		const both = await write(org, contacts, twins);
		expect(tally(both.results)).toEqual({ rejected: 2, created: 1 });
		expect(both.results[0].error?.code).toBe('duplicateKey');
		const last = await write(org, contacts, twins, { duplicateKeys: 'last' });
		expect(last.results[0]).toMatchObject({ status: 'skipped', reason: 'policy' });
		expect(last.results[2].status).toBe('created');
		expect(rowsBy(org, 'Contact', 'Ext__c').get('A')?.LastName).toBe('Last');
	});

	test('keys that differ in case are two where the field tells case apart', async () => {
		const booking = inMode('upsert', 'Code__c', { objectName: 'Booking__c' });
		const by = (key: string) => record({ Code__c: key }, { Name: key });
		const { results } = await write(org, booking, [by('a'), by('A')]);
		expect(tally(results)).toEqual({ created: 2 });
	});

	test('two records that lead to one row: the second is refused', async () => {
		const id = org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const values = { LastName: 'New', Title: 'T' };
		const { results } = await write(org, contacts, [
			person('a', values, { update: { LastName: 'First' }, id }),
			person('b', values, { update: { LastName: 'Second' }, previousKey: { Ext__c: 'a' } }),
		]);
		expect(results[0]).toEqual({ status: 'updated', id });
		expect(results[1]).toMatchObject({ status: 'rejected', id, error: { code: 'duplicateKey' } });
		expect(org.rows('Contact')).toEqual([expect.objectContaining({ LastName: 'First' })]);
	});

	test('a rename goes by id, by the previous key, and carries the new key (design:R10)', async () => {
		const byId = org.insert('Contact', { LastName: 'A', Ext__c: 'old1' });
		const byKey = org.insert('Contact', { LastName: 'B', Ext__c: 'old2' });
		const renamed = (to: string, from: string, id?: string) =>
			person(to, { LastName: to }, { ...(id && { id }), previousKey: { Ext__c: from } });
		const { results } = await write(org, contacts, [
			renamed('new1', 'old1', byId),
			renamed('new2', 'old2'),
		]);
		expect(results).toEqual([
			{ status: 'updated', id: byId },
			{ status: 'updated', id: byKey },
		]);
		expect(org.rows('Contact').map(({ Ext__c }) => Ext__c)).toEqual(['new1', 'new2']);
	});

	test('a remembered id that no longer holds the key is not written by (design:R10)', async () => {
		const other = org.insert('Contact', { LastName: 'Other', Ext__c: 'x' });
		const own = org.insert('Contact', { LastName: 'Own', Ext__c: 'a' });
		const { results } = await write(org, contacts, [
			person('a', { LastName: 'New', Title: 'T' }, { id: other, update: { LastName: 'New' } }),
		]);
		expect(results).toEqual([{ status: 'updated', id: own }]);
		expect(rowsBy(org, 'Contact', 'Ext__c').get('x')?.LastName).toBe('Other');
	});
});

describe('only what differs', () => {
	const values = {
		LastName: 'Same',
		Birthdate: '2000-01-31',
		HasOptedOutOfEmail: true,
		Email: 'same@x.example',
	};

	test('only if different: equal rows are not sent, of others what differs (salesforce:4.11)', async () => {
		const a = org.insert('Contact', { ...values, Ext__c: 'a' });
		const b = org.insert('Contact', { ...values, Ext__c: 'b', LastName: 'Other' });
		const target = inMode('upsert', 'Ext__c', { onlyIfDifferent: true });
		const { results } = await write(org, target, [person('a', values), person('b', values)]);
		expect(results).toEqual([
			{ status: 'unchanged', id: a },
			{ status: 'updated', id: b },
		]);
		const [change] = org.history('Contact').slice(-1);
		expect(Object.keys(change.values)).toEqual(['LastName']);
	});

	test('spaces Salesforce does not keep make no difference', async () => {
		org.insert('Contact', { ...values, Ext__c: 'a' });
		const target = inMode('upsert', 'Ext__c', { onlyIfDifferent: true });
		const { results } = await write(org, target, [person('a', { LastName: ' Same ' })]);
		expect(results[0].status).toBe('unchanged');
	});

	test('a parent named by key is compared by the id it has (salesforce:4.6)', async () => {
		const AccountId = org.insert('Account', { Name: 'Acme', Ext__c: 'A1' });
		org.insert('Contact', { LastName: 'Same', Ext__c: 'a', AccountId });
		const target = inMode('upsert', 'Ext__c', { onlyIfDifferent: true });
		const by = (key: string) =>
			person('a', { LastName: 'Same', AccountId: { key: { Ext__c: key } } });
		org.insert('Account', { Name: 'Other', Ext__c: 'A2' });
		const same = await write(org, target, [by('A1')]);
		expect(same.results[0].status).toBe('unchanged');
		const other = await write(org, target, [by('A2')]);
		expect(other.results[0].status).toBe('updated');
	});

	test('adopted records send what differs, and fields only where nothing is in them', async () => {
		const a = org.insert('Contact', { ...values, Ext__c: 'a', Title: 'Kept' });
		const { results } = await write(org, contacts, [
			person(
				'a',
				{ ...values, Title: 'New', Phone: '1' },
				{
					onlyIfEmpty: ['Title', 'Phone'],
					adopt: true,
				},
			),
		]);
		expect(results).toEqual([{ status: 'updated', id: a }]);
		expect(org.rows('Contact')[0]).toMatchObject({ Title: 'Kept', Phone: '1' });
	});
});

test('a converted lead is refused, or its contact is updated instead (salesforce:2.2)', async () => {
	const contactId = org.insert('Contact', { LastName: 'Converted' });
	const id = org.insert('Lead', { LastName: 'L', Company: 'C', Ext__c: 'a' });
	org.convertLead(id, contactId);
	const leads = inMode('update', 'Ext__c', { objectName: 'Lead' });
	const records = [record({ Ext__c: 'a' }, { LastName: 'New', Company: 'New' })];
	const refused = await write(org, leads, records);
	expect(refused.results[0].error?.code).toBe('CANNOT_UPDATE_CONVERTED_LEAD');
	const followed = await write(org, leads, records, { redirectConverted: true });
	expect(followed.results[0]).toMatchObject({ status: 'updated', id });
	expect(followed.results[0].warnings?.join()).toContain('Company');
	expect(org.rows('Contact')[0]).toMatchObject({ LastName: 'New' });
});
