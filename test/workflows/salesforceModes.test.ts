/** salesforce:4.1: the four write modes and the actions about jobs, on the real n8n. */
import type { IDataObject } from 'n8n-workflow';
import { chain, core } from '../n8n/workflow';
import { nodeOf, setRows, source, summary, sync } from './syncLine';
import {
	company,
	salesforceLine,
	salesforceNode,
	startSalesforceWorld,
	type SalesforceWorld,
} from './salesforceLine';

jest.setTimeout(180_000);

let world: SalesforceWorld;
beforeAll(async () => {
	world = await startSalesforceWorld();
});
afterAll(async () => await world.org.close());
beforeEach(() => world.org.reset());

const run = async (workflow: ReturnType<typeof salesforceLine>) => {
	const done = await world.n8n.run(workflow);
	expect(done.error).toBeUndefined();
	return done;
};
const accounts = () => world.org.rows('Account');
const names = () => accounts().map(({ Name }) => Name);
const statuses = (records: readonly IDataObject[]) =>
	records.map((record) => sync(record).result?.status);
const writes = () => world.org.count('(POST|PATCH|DELETE|PUT) /services/data');
const rows = [company('A'), company('B'), company('C')];

test('upsert: creates, writes nothing, sends the changed field alone; a refused row returns', async () => {
	const workflow = salesforceLine(world, rows);
	const first = await run(workflow);
	expect(summary(first)).toMatchObject({ read: 3, created: 3, sendWarnings: false });
	expect(names()).toEqual(['Company A', 'Company B', 'Company C']);

	const sent = writes();
	const second = await run(workflow);
	expect(second.ran('Writer')).toBe(false);
	expect(writes()).toBe(sent);

	setRows(workflow, [
		rows[0],
		company('B', { Phone: '1' }),
		company('C', { Phone: 'x'.repeat(50) }),
	]);
	const third = await run(workflow);
	expect(summary(third)).toMatchObject({ updated: 1, rejected: 1, sendWarnings: true });
	expect(sync(third.records('Writer', 1)[0]).result?.error?.message).toContain('Phone');
	expect(summary(third).message).toContain('Account: 1 updated, 1 rejected.');
	const [body] = world.org.log.filter(({ method }) => method === 'PATCH').slice(-1);
	expect(body.body).not.toContain('Company B');

	setRows(workflow, [rows[0], company('B', { Phone: '1' }), company('C', { Phone: '2' })]);
	expect(summary(await run(workflow))).toMatchObject({ read: 1, updated: 1 });
	expect(accounts().map(({ Phone }) => Phone ?? null)).toEqual([null, '1', '2']);
});

test('insert: one edit makes a second record, written whole, and the first stays as it was', async () => {
	const workflow = salesforceLine(world, [
		{ Ext__c: 'A', AccountNumber: 'A', Name: 'One' },
		{ Ext__c: 'B', AccountNumber: 'B', Name: 'Two' },
	]);
	const insert = { writeMode: 'insert', options: { fields: ['Name', 'AccountNumber'] } };
	Object.assign(nodeOf(workflow, 'Writer').parameters, insert);
	expect(summary(await run(workflow))).toMatchObject({ created: 2 });
	setRows(workflow, [
		{ Ext__c: 'A', AccountNumber: 'A', Name: 'One' },
		{ Ext__c: 'B', AccountNumber: 'B', Name: 'TWO' },
	]);
	expect(summary(await run(workflow))).toMatchObject({ read: 1, created: 1 });
	expect(accounts().map(({ AccountNumber, Name }) => `${AccountNumber} ${Name}`)).toEqual([
		'A One',
		'B Two',
		'B TWO',
	]);
	const third = await run(workflow);
	expect(third.ran('Writer')).toBe(false);
	expect(accounts()).toHaveLength(3);
});

test('salesforce:S34 update: never creates; what is not there stays due, with back-off', async () => {
	world.org.insert('Account', company('A', { Name: 'Old' }));
	const workflow = salesforceLine(world, [company('A'), company('B')], { writeMode: 'update' });
	const first = await run(workflow);
	expect(summary(first)).toMatchObject({ updated: 1, skipped: 1, sendWarnings: false });
	expect(names()).toEqual(['Company A']);
	expect((await run(workflow)).ran('Writer')).toBe(false);
	setRows(workflow, [company('A'), company('B', { Phone: '1' })]);
	world.org.insert('Account', company('B', { Name: 'Came later' }));
	expect(summary(await run(workflow))).toMatchObject({ read: 1, updated: 1 });
	expect(accounts()).toMatchObject([{ Name: 'Company A' }, { Name: 'Company B', Phone: '1' }]);
});

test('delete: what is there goes, what is gone is skipped', async () => {
	for (const key of ['A', 'B', 'KEPT']) world.org.insert('Account', company(key));
	const workflow = salesforceLine(world, rows, { writeMode: 'delete' });
	const first = await run(workflow);
	expect(summary(first)).toMatchObject({ deleted: 2, skipped: 1 });
	expect(names()).toEqual(['Company KEPT']);
	expect((await run(workflow)).ran('Writer')).toBe(false);
});

test('design:R10 records that left are deleted when asked to, after all others', async () => {
	const workflow = salesforceLine(world, rows, { removedRecords: 'delete' });
	await run(workflow);
	setRows(workflow, [rows[0], rows[1], company('D')]);
	const second = await run(workflow);
	expect(statuses(second.records('Writer'))).toEqual(['created', 'deleted']);
	expect(names()).toEqual(['Company A', 'Company B', 'Company D']);
});

test('preview sends nothing, and shows what a write would do', async () => {
	world.org.insert('Account', company('A', { Name: 'Old' }));
	const workflow = salesforceLine(world, [company('A'), company('B')], { action: 'preview' });
	const done = await run(workflow);
	expect(writes()).toBe(0);
	expect(summary(done)).toMatchObject({ created: 1, updated: 1, sendWarnings: false });
	expect(summary(done).markdown).toContain('| A | update | Name | Old | Company A |');
});

test('design:R14 another object or match field downstream stops before anything is offered', async () => {
	const workflow = salesforceLine(world, rows);
	await run(workflow);
	nodeOf(workflow, 'Writer').parameters.matchField = 'AccountNumber';
	const refused = await world.n8n.run(workflow);
	expect(refused.error?.node).toBe('Diff');
	expect(refused.error?.message).toContain('salesforceWrite: Account by Ext__c');
});

test('salesforce:S32 a job that took too long is collected by Get Bulk Job Result', async () => {
	world.org.settings.bulkPolls = 1000;
	const hurried = { options: { api: 'bulk', maxWaitMinutes: 0.02 } };
	const workflow = salesforceLine(world, rows, hurried);
	const first = await run(workflow);
	expect(summary(first)).toMatchObject({ unknown: 3, sendWarnings: true });
	const [{ id }] = summary(first).bulkJobs as Array<{ id: string }>;
	expect(summary(first).message).toContain(`The bulk job ${id} with 3 records was still at work`);
	world.org.settings.bulkPolls = 0;
	const collect = chain('Collect', [
		core.start(),
		source([{ id }]),
		salesforceNode(world, { action: 'bulkResult', jobId: '={{ $json.id }}' }),
	]);
	let collected = await run(collect);
	while (summary(collected).ended === false) collected = await run(collect);
	expect(summary(collected)).toMatchObject({ id, state: 'JobComplete', written: 3, rejected: 0 });
	expect(statuses(collected.records('Writer'))).toEqual(['created', 'created', 'created']);
	expect(accounts()).toHaveLength(3);
	expect(summary(await run(workflow))).toMatchObject({ read: 3, updated: 3 });
	expect(accounts()).toHaveLength(3);
});

test('a job that is still at work is aborted', async () => {
	world.org.settings.bulkPolls = 1000;
	const hurried = { options: { api: 'bulk', maxWaitMinutes: 0.02 } };
	const first = await run(salesforceLine(world, rows, hurried));
	const [{ id }] = summary(first).bulkJobs as Array<{ id: string }>;
	const abort = salesforceNode(world, { action: 'abortJob', jobId: id });
	const done = await run(chain('Abort', [core.start(), abort]));
	expect(summary(done)).toMatchObject({ id, state: 'Aborted' });
	expect(accounts()).toEqual([]);
});

test('salesforce:S35 a refused sign-in stops the run, says what is missing and shows no secret', async () => {
	const { n8n, org } = world;
	const wrong = await n8n.createCredential('crmSyncSalesforceOAuth2Api', 'Wrong secret', {
		myDomainUrl: org.url,
		clientId: org.clientId,
		clientSecret: 'not-the-secret',
	});
	const refused = await n8n.run(salesforceLine({ ...world, credential: wrong }, rows));
	expect(refused.error?.node).toBe('Writer');
	expect(`${refused.error?.message} ${refused.error?.description}`).toMatch(/secret|consumer/i);
	expect(JSON.stringify(refused.runData)).not.toContain('not-the-secret');
});

test('n8n:T-01 under continue on fail a job that cannot be asked is told on Summary alone', async () => {
	const unknown = { action: 'bulkResult', jobId: '={{ $json.id }}' };
	const asked = salesforceNode(world, unknown, { onError: 'continueRegularOutput' });
	const ids = [{ id: '750000000000404AAA' }, { id: 'no job' }];
	const done = await run(chain('Ask', [core.start(), source(ids), asked]));
	expect(done.items('Writer')).toEqual([]);
	expect(done.items('Writer', 1)).toEqual([]);
	expect(done.records('Writer', 2)).toMatchObject([
		{ id: '750000000000404AAA', error: expect.any(String) as string },
		{
			id: 'no job',
			error: expect.stringContaining('not the id of a Salesforce bulk job') as string,
		},
	]);
});
