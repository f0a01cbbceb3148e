/**
 * design:R1 design:R3 n8n:S-09: Dynamics 365 Changes Trigger starts the workflow, and the real n8n is killed before
 * the run ends. Once n8n is back, the trigger starts it again by itself: every contact has become one account.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../n8n/execution';
import { chain, node, uses, type WorkflowDefinition } from '../n8n/workflow';
import { until } from '../n8n/until';
import { armRequest } from '../nodes/crashRequest';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { asSomebody } from './changesTemplates';
import { MortalN8n } from './crashN8nServer';
import { pack, summary, writerNode, type SyncWorld } from './syncLine';

jest.setTimeout(300_000);

let server: MortalN8n;
let org: DataverseSandbox;
let workflow: WorkflowDefinition;
let stored = '';

beforeAll(async () => {
	[server, org] = [await MortalN8n.open(), await startDataverse()];
	const type = 'crmSyncDynamics365Api';
	const credential = await server.rest.createCredential(type, 'Sandbox', credentialData(org));
	const values = [
		['accountnumber', 'crmsync_externalid'],
		['name', 'lastname'],
	].map(([destinationField, field]) => ({
		...{ destinationField, source: `={{ $json.${field} }}`, applyUpdates: true },
	}));
	const state = { authentication: type, stateStore: 'embedded' };
	const reading = {
		...{ ...state, syncName: 'killed-trigger', columns: ['crmsync_externalid', 'lastname'] },
		table: { __rl: true, mode: 'name', value: 'contact' },
	};
	const mapping = {
		...{ keyFields: 'accountnumber', mappings: { values } },
		...{ applyUpdates: 'perField', passThrough: 'none', options: {} },
	};
	// Publishing and starting look at once; the clock is not to look as well.
	const pollTimes = { item: [{ mode: 'everyX', value: 24, unit: 'hours' }] };
	const trigger = `${pack}.dynamics365ChangesTrigger`;
	workflow = chain('Killed Trigger', [
		node('Trigger', trigger, { ...state, pollTimes }, uses(credential)),
		node('Changes', `${pack}.dynamics365Changes`, reading, uses(credential)),
		node('Map', `${pack}.fieldMapper`, mapping),
		writerNode({ credential } as SyncWorld),
	]);
	stored = await server.rest.save(workflow);
	for (const code of ['A', 'B', 'C']) add(code);
}, 180_000);
afterAll(async () => {
	await server.close();
	await org.close();
}, 60_000);

const add = (code: string) => org.insert('contact', { crmsync_externalid: code, lastname: code });
const started = async () => await server.rest.executions(workflow);
const asked = () => org.log.filter(({ url }) => url.includes('deltatoken')).length;

/** Kills n8n as soon as something is so, and starts it again: it looks when it starts. */
async function killWhen(what: string, isTime: () => boolean): Promise<number> {
	const before = (await started()).length;
	await server.rest.deactivate(workflow);
	await server.rest.activate(workflow);
	await until(what, isTime);
	return await dieAndReturn(before);
}

async function dieAndReturn(before: number): Promise<number> {
	server.kill();
	await server.restart();
	await server.rest.adopt(workflow, stored);
	return before;
}

/** The run that the trigger started by itself after the one that was killed. */
async function secondAfter(before: number): Promise<Run> {
	await until('the trigger starts it again', async () => (await started()).length >= before + 2);
	const ids = (await started()).map(({ id }) => id).sort((a, b) => Number(a) - Number(b));
	expect(ids).toHaveLength(before + 2);
	const killed = await server.rest.result(ids[before]!);
	expect(killed.status).not.toBe('success');
	const again = await server.rest.result(ids[before + 1]!);
	expect(again).toMatchObject({ status: 'success', mode: 'trigger' });
	return again;
}

/** Each contact is one account, and a look finds nothing to do. */
async function expectEqual(): Promise<void> {
	const text = (rows: Array<Record<string, unknown>>, key: string, name: string) =>
		rows.filter((row) => Boolean(row[key])).map((row) => `${row[key]} ${row[name]}`);
	const wanted = text(org.rows('contact'), 'crmsync_externalid', 'lastname');
	expect(text(org.rows('account'), 'accountnumber', 'name').sort()).toEqual(wanted.sort());
	const [executions, looks] = [(await started()).length, asked()];
	await server.rest.deactivate(workflow);
	await server.rest.activate(workflow);
	await until('the trigger has looked', () => asked() > looks);
	await sleep(1_000);
	expect(await started()).toHaveLength(executions);
}

test('killed before the run it started has asked for anything', async () => {
	org.settings.latencyMs = 400;
	const requests = org.log.length;
	// The first look asks nothing, so this request is the run's.
	const before = await killWhen('the run asks', () => org.log.length > requests);
	org.settings.latencyMs = 0;
	expect(summary(await secondAfter(before))).toMatchObject({ created: 3 });
	await expectEqual();
});

test('killed while the first reading is being written', async () => {
	add('D');
	let isKilled = false;
	const disarm = armRequest(org, { when: 'after', nth: 1 }, () => {
		isKilled = true;
		server.kill();
	});
	const before = await killWhen('it is killed', () => isKilled);
	disarm();
	const again = await secondAfter(before);
	expect(again.records('Trigger')).toMatchObject([
		{ reason: '1 record handed out before and not delivered.' },
	]);
	await expectEqual();
	expect(Object.keys(org.history('account'))).toHaveLength(4);
});

test('killed between the look that found a change and the run that reads it', async () => {
	const [{ contactid }] = org.rows('contact');
	await asSomebody(org, 'PATCH', `contacts(${contactid})`, { lastname: 'Renamed' });
	org.settings.latencyMs = 300;
	const looks = asked();
	let answered = 0;
	const before = await killWhen('the run signs in', () => {
		if (asked() > looks && answered === 0) answered = org.log.length;
		return answered > 0 && org.log.length > answered;
	});
	org.settings.latencyMs = 0;
	const again = await secondAfter(before);
	expect(again.records('Trigger')).toMatchObject([{ changes: 1 }]);
	expect(summary(again)).toMatchObject({ updated: 1 });
	await expectEqual();
});
