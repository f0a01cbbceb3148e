/**
 * sync:T62 design:R12: the real n8n is killed while Dynamics 365 Changes reads pages and while its records are
 * written, started again and run again: every account has become one contact, and none was made twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../n8n/execution';
import { chain, core, node, uses, type WorkflowDefinition } from '../n8n/workflow';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { asSomebody } from './changesTemplates';
import { MortalN8n } from './crashN8nServer';
import { pack, writerNode, type SyncWorld } from './syncLine';

jest.setTimeout(300_000);

/** More than one page of 5,000. */
const accounts = 5_100;
const table = (value: string) => ({ __rl: true, mode: 'name', value });

let server: MortalN8n;
let org: DataverseSandbox;
let workflow: WorkflowDefinition;
let stored = '';

beforeAll(async () => {
	[server, org] = [await MortalN8n.open(), await startDataverse()];
	const type = 'crmSyncDynamics365Api';
	const credential = await server.rest.createCredential(type, 'Sandbox', credentialData(org));
	const values = [
		['crmsync_externalid', 'accountid'],
		['lastname', 'name'],
	].map(([destinationField, field]) => ({
		...{ destinationField, source: `={{ $json.${field} }}`, applyUpdates: true },
	}));
	const reading = {
		...{ authentication: type, syncName: 'killed-changes', table: table('account') },
		...{ columns: ['name'], stateStore: 'embedded', options: { applyDeletes: true } },
	};
	const mapping = {
		...{ keyFields: 'crmsync_externalid', mappings: { values } },
		...{ applyUpdates: 'perField', passThrough: 'none', options: {} },
	};
	workflow = chain('Killed Changes', [
		core.start(),
		node('Changes', `${pack}.dynamics365Changes`, reading, uses(credential)),
		node('Map', `${pack}.fieldMapper`, mapping),
		writerNode({ credential } as SyncWorld, {
			...{ table: table('contact'), key: 'crmsync_externalid', removedRecords: 'delete' },
		}),
	]);
	stored = await server.rest.save(workflow);
	for (let index = 0; index < accounts; index += 1) {
		org.insert('account', { name: `Account ${index}` });
	}
}, 180_000);
afterAll(async () => {
	await server.close();
	await org.close();
}, 60_000);

/** Runs, kills n8n as soon as something is so, and starts it again. */
async function killedWhen(isTime: () => boolean): Promise<void> {
	const run = server.rest.begin(workflow).then(
		async (id) => await server.rest.result(id),
		() => undefined,
	);
	const ended = run.then(
		() => true,
		() => true,
	);
	while (!isTime()) {
		if (await Promise.race([ended, sleep(5, false)])) throw new Error('The run was not killed');
	}
	server.kill();
	await ended;
	org.settings.latencyMs = 0;
	await server.restart();
	await server.rest.adopt(workflow, stored);
}

/** Runs until nothing is handed out; n8n would do so by the clock. */
async function comeToRest(): Promise<void> {
	for (let runs = 0; runs < 4; runs += 1) {
		const run: Run = await server.rest.run(workflow);
		expect(run.error).toBeUndefined();
		expect(run.records('Writer', 1)).toEqual([]);
		if (run.items('Changes').length === 0) return;
	}
	throw new Error('The sync did not come to rest');
}

function expectEqual(): void {
	const wanted = org.rows('account').map(({ accountid, name }) => `${accountid} ${name}`);
	const there = org
		.rows('contact')
		.filter(({ crmsync_externalid }) => Boolean(crmsync_externalid))
		.map((row) => `${row.crmsync_externalid} ${row.lastname}`);
	expect(there.length).toBe(wanted.length);
	expect(there.sort()).toEqual(wanted.sort());
}

const pages = () =>
	org.log.filter(({ url }) => /accounts\?.*(skiptoken|deltatoken)/i.test(url)).length;
const contacts = () => Object.keys(org.history('contact')).length;

test('killed while the second page of the first reading is under way', async () => {
	org.settings.latencyMs = 400;
	const before = pages();
	await killedWhen(() => pages() > before);
	expect(contacts()).toBe(0);
});

test('killed in the middle of writing what the first reading brought', async () => {
	const before = contacts();
	await killedWhen(() => contacts() > before + 1_500);
	expect(contacts()).toBeLessThan(accounts);
	await comeToRest();
	expectEqual();
	// Written without an answer is looked up, never repeated (design R11): no contact was made and lost.
	expect(contacts()).toBe(accounts);
});

test('killed while changed and deleted records are read and written', async () => {
	const [renamed, deleted] = org.rows('account').map(({ accountid }) => String(accountid));
	await asSomebody(org, 'PATCH', `accounts(${renamed})`, { name: 'Renamed' });
	await asSomebody(org, 'DELETE', `accounts(${deleted})`);
	org.insert('account', { name: 'New' });
	org.settings.latencyMs = 300;
	const before = pages();
	await killedWhen(() => pages() > before);
	let written = 0;
	const ignore = org.onCommit(({ table: into }) => {
		if (into === 'contact') written += 1;
	});
	await killedWhen(() => written > 0);
	ignore();
	await comeToRest();
	expectEqual();
	expect(contacts()).toBe(accounts + 1);
});
