/** design:R14: what a sync knows holds for one node, one key and one destination. */
import type { Run } from '../n8n/execution';
import { credentialData } from '../sandbox/dynamicsCredential';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import {
	airport,
	airports,
	freshName,
	nodeOf,
	setRows,
	startWorld,
	summary,
	syncLine,
	type SyncWorld,
} from './syncLine';

jest.setTimeout(120_000);

let world: SyncWorld;
let other: DataverseSandbox;
beforeAll(async () => {
	[world, other] = [await startWorld(), await startDataverse()];
});
afterAll(async () => {
	await world.org.close();
	await other.close();
});
beforeEach(() => world.org.reset());

async function withoutRequests(attempt: () => Promise<Run>): Promise<Run> {
	const before = { commits: world.commits(), requests: world.org.log.length };
	const run = await attempt();
	expect({ commits: world.commits(), requests: world.org.log.length }).toEqual(before);
	return run;
}

test('design:R14 another table downstream is refused before anything is offered', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(2), syncName);
	await world.n8n.run(workflow);
	const { table } = nodeOf(workflow, 'Writer').parameters;
	nodeOf(workflow, 'Writer').parameters.table = { __rl: true, mode: 'name', value: 'contact' };
	const run = await withoutRequests(async () => await world.n8n.run(workflow));
	expect(run.error?.node).toBe('Diff');
	expect(run.error?.message).toBe(
		`The sync "${syncName}" knows what is at dynamics365Upsert: account by accountnumber; the writer downstream is now dynamics365Upsert: contact by accountnumber`,
	);
	expect(run.error?.description).toMatch(/Set it back, or choose a new Sync Name/);
	nodeOf(workflow, 'Writer').parameters.table = table;
	setRows(workflow, [...airports(2), airport('NEW')]);
	expect(summary(await world.n8n.run(workflow))).toMatchObject({ created: 1 });
});

test('design:R14 other key fields are refused', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(2), syncName);
	await world.n8n.run(workflow);
	nodeOf(workflow, 'Diff').parameters.keyFields = 'name';
	const run = await withoutRequests(async () => await world.n8n.run(workflow));
	expect(run.error?.message).toBe(
		`The sync "${syncName}" was built with the key accountnumber, not name`,
	);
});

test('design:R14 a credential of another environment is refused by the writer', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(2), syncName);
	await world.n8n.run(workflow);
	const type = 'crmSyncDynamics365Api';
	const { id, name } = await world.n8n.createCredential(type, 'Other', credentialData(other));
	const { credentials } = nodeOf(workflow, 'Writer');
	nodeOf(workflow, 'Writer').credentials = { [type]: { id, name } };
	setRows(workflow, [...airports(2), airport('NEW')]);
	const run = await withoutRequests(async () => await world.n8n.run(workflow));
	expect(run.error?.node).toBe('Writer');
	expect(run.error?.message).toContain(`"${syncName}" knows what is at ${world.org.url}`);
	expect(run.error?.message).toContain(`credential points at ${other.url}`);
	expect(run.error?.description).toMatch(/Set the credential back, or choose a new Sync Name/);
	expect(other.rows('account')).toEqual([]);
	nodeOf(workflow, 'Writer').credentials = credentials;
	expect(summary(await world.n8n.run(workflow))).toMatchObject({ created: 1 });
});

test('design:R14 an empty Sync Name is refused in words', async () => {
	const workflow = syncLine(world, airports(1), ' ');
	const run = await withoutRequests(async () => await world.n8n.run(workflow));
	expect(run.error).toMatchObject({ node: 'Diff', message: expect.stringContaining('Sync Name') });
});
