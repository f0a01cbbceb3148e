import { useSalesforce } from '../sandbox/useSalesforce';
import { tally } from './dynamics365Client';
import { collectionCalls, contacts, inMode, person, rowsBy, write } from './salesforceClient';

const org = useSalesforce();

describe('upsert by external id', () => {
	test('creates and updates in one call of 200, without a look-up (salesforce:4.1)', async () => {
		const a = org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const records = Array.from({ length: 250 }, (_, at) => person(at === 0 ? 'a' : `k${at}`));
		const { results } = await write(org, contacts, records);
		expect(tally(results)).toEqual({ updated: 1, created: 249 });
		expect(results[0]).toEqual({ status: 'updated', id: a });
		expect(collectionCalls(org).map(({ method }) => method)).toEqual(['PATCH', 'PATCH']);
		expect(org.count('/query')).toBe(0);
		expect(rowsBy(org, 'Contact', 'Ext__c').get('a')?.LastName).toBe('Name a');
	});

	test('a second run writes the same rows and creates none (salesforce:T6)', async () => {
		const records = [person('a'), person('b')];
		await write(org, contacts, records);
		const { results } = await write(org, contacts, records);
		expect(tally(results)).toEqual({ updated: 2 });
		expect(org.rows('Contact')).toHaveLength(2);
	});

	test('a changed record sends its changed fields, and is sent whole where Salesforce lost it (design:R11)', async () => {
		org.insert('Contact', { LastName: 'Old', FirstName: 'Kept', Ext__c: 'a' });
		const values = { LastName: 'New', FirstName: 'Ada' };
		const { results } = await write(org, contacts, [
			person('a', values, { update: { LastName: 'New' } }),
			person('b', values, { update: { LastName: 'New' } }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['updated', 'created']);
		const rows = rowsBy(org, 'Contact', 'Ext__c');
		expect(rows.get('a')).toMatchObject({ LastName: 'New', FirstName: 'Kept' });
		expect(rows.get('b')).toMatchObject({ LastName: 'New', FirstName: 'Ada' });
	});
});

describe('update and delete', () => {
	test('update never creates, by any field (salesforce:S34)', async () => {
		const a = org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const { results } = await write(org, inMode('update'), [person('a'), person('b')]);
		expect(results).toEqual([
			{ status: 'updated', id: a },
			{ status: 'skipped', reason: 'notFound' },
		]);
		expect(org.rows('Contact')).toHaveLength(1);
	});

	test('delete by external id; what is gone is skipped (salesforce:4.1)', async () => {
		const a = org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const { results } = await write(org, inMode('delete'), [person('a'), person('b')]);
		expect(results).toEqual([
			{ status: 'deleted', id: a },
			{ status: 'skipped', reason: 'gone' },
		]);
		expect(org.rows('Contact')).toHaveLength(0);
	});
});
