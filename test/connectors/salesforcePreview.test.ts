import type { RecordResult } from '../../shared/core/results';
import type { WriteRecord, WriteTarget } from '../../shared/connectors/connector';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record } from './dynamics365Client';
import { connect, contacts, inMode, person, write } from './salesforceClient';

const org = useSalesforce();

async function preview(
	target: WriteTarget,
	records: readonly WriteRecord[],
	options: SalesforceWriteOptions = {},
) {
	const results: RecordResult[] = [];
	const cost = { requests: 0, planned: 0 };
	const context = {
		onRequest: () => void cost.requests++,
		onPlanned: (requests: number) => void (cost.planned += requests),
	};
	for await (const batch of connect(org, options).preview(target, records, context)) {
		for (const { index, result } of batch) results[index] = result;
	}
	return { results, ...cost };
}

/** Requests that change something. */
const writes = () =>
	org.log.filter(({ method, url }) => method !== 'GET' && !url.includes('oauth2'));

describe('preview', () => {
	test('tells per record what would be done, and field by field old and new; sends nothing (sync:T78)', async () => {
		const AccountId = org.insert('Account', { Name: 'Acme', Ext__c: 'A1' });
		const a = org.insert('Contact', { LastName: 'Old', Title: 'Same', Ext__c: 'a' });
		const values = { LastName: 'New', Title: 'Same', AccountId: { key: { Ext__c: 'A1' } } };
		const records = [
			person('a', values),
			person('b', values),
			person('c', { LastName: 'x'.repeat(90) }),
		];
		const { results } = await preview(contacts, records);
		expect(results[0]).toEqual({
			status: 'updated',
			id: a,
			preview: {
				fields: [
					{ field: 'LastName', before: 'Old', after: 'New' },
					{ field: 'AccountId', before: null, after: { Ext__c: 'A1' } },
				],
			},
		});
		expect(results[1]).toMatchObject({ status: 'created' });
		expect(results[1].preview?.fields).toContainEqual({ field: 'Ext__c', after: 'b' });
		expect(results[2]).toMatchObject({ status: 'rejected', error: { code: 'valueDoesNotFit' } });
		expect(writes()).toEqual([]);
		const real = await write(org, contacts, records);
		expect(real.results.map(({ status }) => status)).toEqual(results.map(({ status }) => status));
		expect(AccountId).toBeTruthy();
	});

	test('tells updates, skips, deletes and doubts of each mode as the write decides them', async () => {
		org.insert('Contact', { LastName: 'Old', Ext__c: 'a', Email: 'two@x.example' });
		org.insert('Contact', { LastName: 'Old', Ext__c: 'b', Email: 'two@x.example' });
		const both = [person('a'), person('z')];
		const statusOf = async (target: WriteTarget, records: readonly WriteRecord[]) =>
			(await preview(target, records)).results.map(({ status }) => status);
		expect(await statusOf(inMode('update'), both)).toEqual(['updated', 'skipped']);
		expect(await statusOf(inMode('delete'), both)).toEqual(['deleted', 'skipped']);
		const byEmail = [record({ Email: 'two@x.example' }, { LastName: 'New' })];
		expect(await statusOf(inMode('upsert', 'Email'), byEmail)).toEqual(['rejected']);
		const leaving = [person('a', {}, { change: 'removed' })];
		expect(await statusOf({ ...contacts, removedRecords: 'delete' }, leaving)).toEqual(['deleted']);
		expect(await statusOf(inMode('insert'), [record({}, { LastName: 'A' })])).toEqual(['created']);
		expect(writes()).toEqual([]);
	});

	test('warns of parents nobody has, and of rows that have every value already', async () => {
		org.insert('Contact', { LastName: 'Same', Ext__c: 'a' });
		const { results } = await preview(contacts, [
			person('a', { LastName: 'Same' }),
			person('b', { LastName: 'B', AccountId: { key: { Ext__c: 'nobody' } } }),
			person('c', { LastName: 'C', ReportsToId: { key: { Ext__c: 'b' } } }),
		]);
		expect(results[0].warnings).toEqual([expect.stringContaining('has every value already')]);
		expect(results[1].warnings).toEqual([expect.stringContaining('AccountId points at')]);
		expect(results[2].warnings?.[0]).toContain('unless this run writes it');
	});

	test('tells what the write would cost: Collections, look-ups left out, or jobs (salesforce:4.1)', async () => {
		const records = Array.from({ length: 450 }, (_, at) => person(`k${at}`));
		const small = await preview(contacts, records);
		const before = org.log.length;
		await write(org, contacts, records);
		const sent = org.log.slice(before).filter(({ url }) => !url.includes('oauth2')).length;
		expect(small.requests + small.planned).toBe(sent);
		const bulk = await preview(contacts, records, { api: 'bulk' });
		expect(bulk.requests + bulk.planned).toBe(sent - 3 + 6);
	});

	test('counts only the look-ups the write does without: none by id, one of two by key (sync:T78)', async () => {
		const costs = async (target: WriteTarget, records: readonly WriteRecord[]) => {
			const told = await preview(target, records);
			const before = org.log.length;
			await write(org, target, records);
			const sent = org.log.slice(before).filter(({ url }) => !url.includes('oauth2')).length;
			return [told.requests + told.planned, sent];
		};
		const Id = org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const [byId, byIdSent] = await costs(inMode('update', 'Id'), [
			record({ Id }, { LastName: 'B' }),
		]);
		expect(byId).toBe(byIdSent);
		const mixed = [
			person('a', { LastName: 'C', Title: 'T' }, { update: { LastName: 'C' } }),
			person('b'),
		];
		const [byKey, byKeySent] = await costs(contacts, mixed);
		expect(byKey).toBe(byKeySent);
	});

	test('the write after a preview of all changed fields does what was told (sync:T78)', async () => {
		const ids = ['a', 'b'].map((key) =>
			org.insert('Contact', { LastName: 'Old', Title: 'T', Ext__c: key }),
		);
		const records = ['a', 'b'].map((key) => person(key, { LastName: `New ${key}`, Title: 'T' }));
		const { results } = await preview(contacts, records);
		await write(org, contacts, records);
		const rows = org.rows('Contact');
		for (const [at, id] of ids.entries()) {
			const row = rows.find(({ Id }) => Id === id) ?? {};
			for (const { field, after } of results[at].preview?.fields ?? []) {
				expect(row[field]).toEqual(after);
			}
		}
	});
});
