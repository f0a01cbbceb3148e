import { abortJob, bulkResult } from '../../shared/connectors/salesforce/bulkActions';
import { createJob } from '../../shared/connectors/salesforce/bulkJob';
import { bulkQuery } from '../../shared/connectors/salesforce/bulkQuery';
import type { Session } from '../../shared/connectors/salesforce/session';
import { SyncError } from '../../shared/core/errors';
import { bulkSteps, type BulkSteps } from '../sandbox/salesforce/bulkSteps';
import { openClient } from '../sandbox/salesforce/client';
import { useSalesforce } from '../sandbox/useSalesforce';
import { openSession } from './salesforceBulkSession';

const org = useSalesforce();
let bulk: BulkSteps;
let session: Session;

beforeEach(async () => {
	bulk = bulkSteps(await openClient(org));
	session = await openSession(org);
});

const CONTACTS = { object: 'Contact', operation: 'upsert', externalIdFieldName: 'Ext__c' };

describe('Get Bulk Job Result', () => {
	it('salesforce:S32 tells nothing of the rows of a job that goes on', async () => {
		org.settings.bulkPolls = 5;
		const id = await bulk.started(CONTACTS, 'Ext__c,LastName\nE1,A\n');
		const { job, ended, rows } = await bulkResult(session.api, id);
		expect([job.id, ended, rows]).toEqual([id, false, []]);
	});

	it('salesforce:S32 has every row with its outcome, its error and its cells', async () => {
		const csv = 'Ext__c,LastName,Email\nE1,A,\nE2,,\nE3,"C, ""x""",no address\n';
		const id = await bulk.started(CONTACTS, csv);
		await bulk.ended(id);
		const { job, ended, rows } = await bulkResult(session.api, id.slice(0, 15));
		expect(job).toMatchObject({ id, state: 'JobComplete', records: 3, failed: 2 });
		expect(ended).toBe(true);
		const byKey = new Map(rows.map(({ record, result }) => [record.Ext__c, { record, result }]));
		const [contact] = org.rows('Contact');
		expect(byKey.get('E1')).toEqual({
			record: { Ext__c: 'E1', LastName: 'A', Email: '' },
			result: { status: 'created', id: contact.Id, requestId: id },
		});
		expect(byKey.get('E2')?.result).toMatchObject({
			status: 'rejected',
			error: { code: 'REQUIRED_FIELD_MISSING', fields: ['LastName'] },
		});
		expect(byKey.get('E3')?.result.error).toMatchObject({ code: 'INVALID_EMAIL_ADDRESS' });
	});

	it('salesforce:S24 rows that Salesforce never reached were not attempted', async () => {
		org.faults.add({
			method: 'PATCH',
			url: /jobs\/ingest/,
			effect: { kind: 'jobFailed', afterRows: 1, message: 'InternalServerError : Too slow' },
		});
		const id = await bulk.started(CONTACTS, 'Ext__c,LastName\nE1,A\nE2,B\n');
		await bulk.ended(id);
		const { message, rows } = await bulkResult(session.api, id);
		expect(message).toBe('InternalServerError : Too slow');
		expect(rows.map(({ record, result }) => [record.Ext__c, result.status])).toEqual([
			['E1', 'created'],
			['E2', 'notAttempted'],
		]);
	});

	it('says what is wrong with an id, before and after asking', async () => {
		const requests = org.log.length;
		await expect(bulkResult(session.api, 'job 7')).rejects.toThrow(
			/not the id of a Salesforce bulk/,
		);
		expect(org.log).toHaveLength(requests);
		const unknown = await bulkResult(session.api, '750000000000099AAA').catch((e: unknown) => e);
		expect(unknown).toBeInstanceOf(SyncError);
		expect(unknown).toMatchObject({
			code: 'config',
			details: { hint: expect.stringMatching(/seven days/) },
		});
	});
});

describe('Abort Bulk Job', () => {
	it('salesforce 4.11 aborts a job that has not ended', async () => {
		org.settings.bulkPolls = 5;
		const id = await bulk.started(CONTACTS, 'Ext__c,LastName\nE1,A\n');
		expect(await abortJob(session.api, id)).toMatchObject({ id, state: 'Aborted' });
		expect((await bulk.info(id)).state).toBe('Aborted');
	});

	it('tells the state of a job that has ended', async () => {
		const id = await bulk.started(CONTACTS, 'Ext__c,LastName\nE1,A\n');
		await bulk.ended(id);
		expect(await abortJob(session.api, id)).toMatchObject({ state: 'JobComplete', records: 1 });
	});

	it('looks at the job when nobody answers', async () => {
		const { id } = await createJob(
			session.api,
			'ingest',
			{ object: 'Contact', operation: 'insert' },
			'',
		);
		org.faults.add({ method: 'PATCH', effect: { kind: 'reset', when: 'afterCommit' } });
		expect(await abortJob(session.api, id)).toMatchObject({ state: 'Aborted' });
		const other = await createJob(
			session.api,
			'ingest',
			{ object: 'Contact', operation: 'insert' },
			'',
		);
		org.faults.add({ method: 'PATCH', effect: { kind: 'reset', when: 'beforeCommit' } });
		await expect(abortJob(session.api, other.id)).rejects.toThrow(
			/does not answer when asked to abort/,
		);
	});
});

describe('Bulk query', () => {
	const SOQL = 'SELECT Id, LastName, Birthdate, HasOptedOutOfEmail FROM Contact';

	async function readAll(soql = SOQL) {
		const pages = [];
		for await (const page of bulkQuery(session, session.sobject, soql)) pages.push(page);
		return pages;
	}

	it('salesforce 3.4 reads all rows, typed as JSON would have them', async () => {
		org.insert('Contact', {
			LastName: 'A, "B"',
			Birthdate: '2001-02-03',
			HasOptedOutOfEmail: true,
		});
		org.insert('Contact', { LastName: 'C' });
		const rows = (await readAll()).flat();
		expect(rows.map(({ Id: _, ...row }) => row)).toEqual([
			{ LastName: 'A, "B"', Birthdate: '2001-02-03', HasOptedOutOfEmail: true },
			{ LastName: 'C', Birthdate: null, HasOptedOutOfEmail: false },
		]);
	});

	it('salesforce:J18 ends also when no answer has a locator', async () => {
		org.insert('Contact', { LastName: 'A' });
		const body = '"Id","LastName"\n"003000000000001AAA","A"\n';
		org.faults.add({
			url: /results/,
			effect: { kind: 'respond', status: 200, body, headers: { 'Content-Type': 'text/csv' } },
		});
		expect((await readAll()).flat()).toHaveLength(1);
	});

	it('salesforce 3.4 reads page after page', async () => {
		const page = (url: RegExp, name: string, locator: string) =>
			org.faults.add({
				url,
				effect: {
					kind: 'respond',
					status: 200,
					body: `"Id","LastName"\n"003000000000001AAA","${name}"\n`,
					headers: { 'Content-Type': 'text/csv', 'Sforce-Locator': locator },
				},
			});
		page(/results\?maxRecords=\d+$/, 'A', 'a/b');
		page(/&locator=a%2Fb$/, 'B', 'null');
		expect((await readAll()).map(([row]) => row.LastName)).toEqual(['A', 'B']);
	});

	it('salesforce:J18 and when the locators go in circles', async () => {
		const headers = { 'Content-Type': 'text/csv', 'Sforce-Locator': 'again' };
		const effect = { kind: 'respond', status: 200, body: '"Id"\n', headers } as const;
		org.faults.add({ url: /results/, times: 10, effect });
		await expect(readAll()).rejects.toThrow(/in circles/);
		expect(org.count(/GET .*results/)).toBe(2);
	});

	it('a page with fewer rows than it says is no answer', async () => {
		const headers = { 'Content-Type': 'text/csv', 'Sforce-NumberOfRecords': '2' };
		const body = '"Id"\n"003000000000001AAA"\n';
		org.faults.add({ url: /results/, effect: { kind: 'respond', status: 200, body, headers } });
		await expect(readAll()).rejects.toThrow(/cut off/);
	});

	it("says Salesforce's own words when the query is wrong", async () => {
		await expect(readAll('SELECT Nothing__c FROM Contact')).rejects.toThrow(/Nothing__c/);
	});
});
