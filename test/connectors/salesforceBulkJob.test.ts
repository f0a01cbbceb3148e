import { sendBulk } from '../../shared/connectors/salesforce/bulk';
import type { Sending } from '../../shared/connectors/salesforce/plan';
import { BulkUnsupportedError } from '../../shared/connectors/salesforce/session';
import { useSalesforce } from '../sandbox/useSalesforce';
import { fastClock, tally } from './dynamics365Client';
import { jobRequests, openSession, sendAll } from './salesforceBulkSession';
import { create, remove, update, upsert } from './salesforceBulkSteps';

const org = useSalesforce();

const upserts = (count: number): Sending[] =>
	Array.from({ length: count }, (_, index) =>
		upsert(index, `E${index}`, { LastName: `Name ${index}` }),
	);

const contacts = () => new Map(org.rows('Contact').map((row) => [row.Ext__c, row]));

describe('a job', () => {
	it('salesforce 4.4 takes six requests, each once', async () => {
		const session = await openSession(org);
		const { results } = await sendAll(sendBulk, session, upserts(3));
		expect(jobRequests(org)).toEqual([
			'POST ingest',
			'PUT batches',
			'PATCH job',
			'GET job',
			'GET job',
			'GET successfulResults',
		]);
		expect(results.map(({ status, id }) => [status, id])).toEqual(
			[0, 1, 2].map((index) => ['created', contacts().get(`E${index}`)?.Id]),
		);
		const [job] = session.report.jobs;
		expect(job).toEqual({
			id: results[0].requestId,
			operation: 'upsert',
			object: 'Contact',
			state: 'JobComplete',
			records: 3,
			failed: 0,
		});
	});

	it('salesforce:J16 is not created for nothing', async () => {
		const session = await openSession(org);
		await sendAll(sendBulk, session, []);
		expect(jobRequests(org)).toEqual([]);
	});

	it('updates, and tells created from updated', async () => {
		org.insert('Contact', { Ext__c: 'E1', LastName: 'Old' });
		const { results } = await sendAll(sendBulk, await openSession(org), upserts(2));
		expect(results.map(({ status }) => status)).toEqual(['created', 'updated']);
		expect(contacts().get('E1')?.LastName).toBe('Name 1');
	});

	it('salesforce:T3 a completed job may hold failed rows only', async () => {
		const steps = [
			upsert(0, 'E0', { LastName: null }),
			upsert(1, 'E1', { LastName: 'B', Email: 'nowhere' }),
		];
		const { results } = await sendAll(sendBulk, await openSession(org), steps);
		expect(results.map(({ status, error }) => [status, error?.code])).toEqual([
			['rejected', 'REQUIRED_FIELD_MISSING'],
			['rejected', 'INVALID_EMAIL_ADDRESS'],
		]);
		expect(results[0].error).toMatchObject({ category: 'data', fields: ['LastName'] });
	});

	it('salesforce:S34 an update never creates, a delete finds nothing to delete', async () => {
		const id = org.insert('Contact', { LastName: 'Old' });
		const gone = '003000000000999AAA';
		const session = await openSession(org);
		const updated = await sendAll(sendBulk, session, [
			update(0, id, { LastName: 'New' }),
			update(1, gone, { LastName: 'New' }),
		]);
		expect(updated.results.map(({ status, reason }) => [status, reason])).toEqual([
			['updated', undefined],
			['skipped', 'notFound'],
		]);
		const deleted = await sendAll(sendBulk, session, [remove(0, gone), remove(1, id)]);
		expect(deleted.results.map(({ status, reason }) => [status, reason])).toEqual([
			['skipped', 'gone'],
			['deleted', undefined],
		]);
		expect(org.rows('Contact')).toEqual([]);
	});

	it('salesforce 4.4 is asked after 2 s, then ever later, at most every 30 s', async () => {
		org.settings.bulkPolls = 10;
		const clock = fastClock();
		await sendAll(sendBulk, await openSession(org, { clock }), upserts(1));
		const waits = clock.slept.map((ms) => Math.round(ms));
		expect(waits.slice(0, 8)).toEqual([2000, 3000, 4500, 6750, 10125, 15188, 22781, 30000]);
		expect(Math.max(...waits)).toBe(30_000);
	});

	it('salesforce:T17 loads are cut into jobs, one upload each, one job at a time', async () => {
		const session = await openSession(org, { options: { jobRows: 2 } });
		const { results } = await sendAll(sendBulk, session, upserts(5));
		expect(tally(results)).toEqual({ created: 5 });
		expect(session.report.jobs.map(({ records }) => records)).toEqual([2, 2, 1]);
		const requests = jobRequests(org).filter((text) => /POST|PUT|Results/.test(text));
		expect(requests.slice(0, 4)).toEqual([
			'POST ingest',
			'PUT batches',
			'GET successfulResults',
			'POST ingest',
		]);
		expect(requests.filter((text) => text === 'PUT batches')).toHaveLength(3);
	});

	it('salesforce 4.4 an object the Bulk API does not know is told apart', async () => {
		const session = await openSession(org, { object: 'User' });
		org.faults.add({
			method: 'POST',
			url: /ingest/,
			effect: {
				kind: 'respond',
				status: 400,
				body: '[{"errorCode":"INVALIDENTITY","message":"Entity \'User\' is not supported by the Bulk API."}]',
			},
		});
		const { error, results } = await sendAll(sendBulk, session, [create(0, { LastName: 'A' })]);
		expect(error).toBeInstanceOf(BulkUnsupportedError);
		expect(results).toEqual([]);
	});

	it('names the object and the cause when a job is refused', async () => {
		const steps = upserts(1).map((step) => ({ ...step, key: { field: 'LastName', value: 'A' } }));
		const { error } = await sendAll(sendBulk, await openSession(org), steps);
		expect(error).toMatchObject({ name: 'SyncError', code: 'config' });
		expect((error as Error).message).toMatch(
			/refused to create a bulk job for the object "Contact": The field 'LastName'/,
		);
	});

	it('runs an assignment rule where one is named', async () => {
		const options = { assignmentRule: '01Q000000000001AAA' };
		const session = await openSession(org, { object: 'Lead', options });
		await sendAll(sendBulk, session, [create(0, { LastName: 'A', Company: 'B' })]);
		const [{ body }] = org.log.filter(({ method, url }) => method === 'POST' && /ingest/.test(url));
		expect(JSON.parse(String(body))).toMatchObject({ assignmentRuleId: '01Q000000000001AAA' });
	});
});

describe('parents', () => {
	it('salesforce:T18 salesforce:S19 by id, by external id and by none in one load', async () => {
		const a1 = org.insert('Account', { Name: 'One', Ext__c: 'A1' });
		const a2 = org.insert('Account', { Name: 'Two', Ext__c: 'A2' });
		const linked = org.insert('Contact', { LastName: 'Old', Ext__c: 'E3', AccountId: a1 });
		const steps = [
			upsert(0, 'E0', { LastName: 'A', AccountId: a2 }),
			upsert(1, 'E1', { LastName: 'B', Account: { Ext__c: 'A1' } }),
			upsert(2, 'E2', { LastName: 'C' }),
			upsert(3, 'E3', { LastName: 'D' }),
			upsert(4, 'E4', { LastName: 'E', Account: { Ext__c: 'nobody' } }),
		];
		for (const relationNull of ['#N/A', 'empty', 'neither']) {
			org.setSwitches({ relationNull });
			const { results } = await sendAll(sendBulk, await openSession(org), steps);
			expect(results.map(({ status }) => status).slice(0, 4)).not.toContain('rejected');
			expect(results[4].error).toMatchObject({ code: 'INVALID_FIELD', category: 'data' });
			const parents = ['E0', 'E1', 'E2', 'E3'].map((key) => contacts().get(key)?.AccountId);
			expect(parents).toEqual([a2, a1, null, a1]);
			expect(contacts().get('E3')?.Id).toBe(linked);
		}
	});

	it('salesforce 4.6 a polymorphic parent', async () => {
		const lead = org.insert('Lead', { LastName: 'L', Company: 'C', Email: 'lead@example.org' });
		const session = await openSession(org, { object: 'Task' });
		const who = { attributes: { type: 'Lead' }, Email: 'lead@example.org' };
		const { results } = await sendAll(sendBulk, session, [
			create(0, { Subject: 'Call', Who: who }),
		]);
		expect(results[0].status).toBe('created');
		expect(org.rows('Task')[0].WhoId).toBe(lead);
	});
});
