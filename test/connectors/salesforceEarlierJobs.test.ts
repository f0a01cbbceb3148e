import type { WriteRecord } from '../../shared/connectors/connector';
import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
import { openClient } from '../sandbox/salesforce/client';
import { useSalesforce } from '../sandbox/useSalesforce';
import { fastClock, tally, writeAll } from './dynamics365Client';
import { connect, contacts, inMode, keyless, person, write } from './salesforceClient';
import { salesforceHttp } from './salesforceGround';

const org = useSalesforce();
const redelivered = { redelivered: true };
const upserting = { object: 'Contact', operation: 'upsert', externalIdFieldName: 'Ext__c' };
const csv = 'Ext__c,LastName\nE1,Old\n';

/** A job that a run which has broken off left at work. */
async function leaveJob(job: object = upserting, text = csv): Promise<string> {
	return await bulkSteps(await openClient(org)).started(job, text);
}

const names = () => org.rows('Contact').map(({ LastName }) => LastName);
const lists = () => org.count('GET .*/jobs/ingest\\?');
const e1 = (more: Partial<WriteRecord> = redelivered) => [person('E1', { LastName: 'New' }, more)];

describe('a bulk job of a run that has broken off', () => {
	it('design:R3 is waited for, so that it does not write over what is newer', async () => {
		const id = await leaveJob();
		const { results } = await write(org, contacts, e1());
		expect(results).toMatchObject([{ status: 'updated' }]);
		expect((await bulkSteps(await openClient(org)).info(id)).state).toBe('JobComplete');
		expect(names()).toEqual(['New']);
	});

	it('design:R11 is waited for before an insert is looked up, and the record is there once', async () => {
		await leaveJob({ object: 'Contact', operation: 'insert' });
		const record = keyless({ Ext__c: 'E1', LastName: 'Old' }, redelivered);
		const { results } = await write(org, inMode('insert'), [record], { findDoubtfulBy: 'Ext__c' });
		expect(results).toMatchObject([{ status: 'created' }]);
		expect(names()).toEqual(['Old']);
	});

	it('design:R3 is waited for before a record that left is removed', async () => {
		await leaveJob();
		const removal = { ...redelivered, change: 'removed' } as const;
		const target = { ...contacts, removedRecords: 'delete' } as const;
		const { results } = await write(org, target, [person('E1', {}, removal)]);
		expect(results).toMatchObject([{ status: 'deleted' }]);
		expect(names()).toEqual([]);
	});

	it('design:9 that does not end stops the run before anything is sent, and is named', async () => {
		org.faults.add({ method: 'PATCH', url: /jobs\/ingest/, effect: { kind: 'jobStuck' } });
		const id = await leaveJob();
		const { results, error } = await write(org, contacts, e1(), { maxWaitMs: 60_000 });
		expect(results).toEqual([]);
		expect((error as Error).message).toContain(`has not finished bulk job ${id}`);
		expect(names()).toEqual([]);
	});

	it('a cancel ends the wait, and nothing was attempted', async () => {
		await leaveJob();
		const cancel = new AbortController();
		const clock = fastClock();
		const sleep: typeof clock.sleep = async (ms, signal) => {
			cancel.abort();
			await clock.sleep(ms, signal);
		};
		const connector = connect(org, {}, salesforceHttp(org), { ...clock, sleep });
		const { results, error } = await writeAll(connector, contacts, e1(), { signal: cancel.signal });
		expect(error).toBeUndefined();
		expect(tally(results)).toEqual({ notAttempted: 1 });
	});

	it('that nobody started, or on another object, is not waited for', async () => {
		await bulkSteps(await openClient(org)).create(upserting);
		await leaveJob({ object: 'Account', operation: 'insert' }, 'Name\nA\n');
		const polls = org.count('GET .*/jobs/ingest/750');
		await write(org, contacts, e1());
		expect(lists()).toBe(1);
		expect(org.count('GET .*/jobs/ingest/750')).toBe(polls);
	});

	it('concerns only records that an earlier run has sent', async () => {
		await leaveJob();
		await write(org, contacts, e1({}));
		expect(lists()).toBe(0);
	});

	it('of another user is not waited for', async () => {
		await leaveJob();
		const body = JSON.stringify({ user_id: '005000000000999AAA' });
		org.faults.add({ url: /userinfo/, effect: { kind: 'respond', status: 200, body } });
		const polls = org.count('GET .*/jobs/ingest/750');
		await write(org, contacts, e1());
		expect(org.count('GET .*/jobs/ingest/750')).toBe(polls);
		expect(names()).toEqual(['New']);
		expect(org.count('userinfo')).toBe(1);
	});

	it('that does what no write of ours does is not waited for', async () => {
		const id = org.insert('Contact', { LastName: 'Gone' });
		const job = await leaveJob({ object: 'Contact', operation: 'hardDelete' }, `Id\n${id}\n`);
		const polls = org.count(`GET .*/jobs/ingest/${job}`);
		await write(org, contacts, e1());
		expect(org.count(`GET .*/jobs/ingest/${job}`)).toBe(polls);
	});

	it('salesforce:U20 may be ours where nobody says who we are', async () => {
		const id = await leaveJob();
		org.setSwitches({ ccUserinfo: 'refused' });
		await write(org, contacts, e1());
		expect(org.count(`GET .*/jobs/ingest/${id}`)).toBeGreaterThan(0);
		expect(names()).toEqual(['New']);
	});

	it('is none where the user may not use Bulk API', async () => {
		const body = JSON.stringify([{ errorCode: 'FEATURENOTENABLED', message: 'Not enabled.' }]);
		org.faults.add({ url: /jobs\/ingest\?/, effect: { kind: 'respond', status: 403, body } });
		const { results } = await write(org, contacts, e1());
		expect(results).toMatchObject([{ status: 'created' }]);
	});
});
