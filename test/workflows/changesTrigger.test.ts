/** The trigger in published workflows of the real n8n: executions where there is work, and no others. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../n8n/execution';
import type { WorkflowDefinition } from '../n8n/workflow';
import {
	asSomebody,
	importTemplate,
	startChangesWorld,
	type ChangesWorld,
} from './changesTemplates';
import { offered } from './syncLine';

jest.setTimeout(300_000);

const trigger = 'When Contacts Change';

let world: ChangesWorld;
beforeAll(async () => {
	world = await startChangesWorld();
});
afterAll(async () => await world.close());
beforeEach(() => {
	world.org.reset();
	world.foreign.reset();
});

const contact = (firstname: string) =>
	world.org.insert('contact', { firstname, lastname: 'Archer', address1_city: 'Bath' });
const rename = async (id: string, firstname: string) =>
	await asSomebody(world.org, 'PATCH', `contacts(${id})`, { firstname });

/** Finished executions of the workflow, the oldest first. */
async function executions(workflow: WorkflowDefinition): Promise<Run[]> {
	const all = await world.n8n.executions(workflow);
	return await Promise.all(all.reverse().map(async ({ id }) => await world.n8n.result(id)));
}

/** Waits until the workflow has had so many executions. */
async function untilRun(workflow: WorkflowDefinition, times: number): Promise<Run[]> {
	while ((await world.n8n.executions(workflow)).length < times) await sleep(200);
	return await executions(workflow);
}

/** Publishing polls at once: what a tick of the clock does, without waiting for it. */
async function publish(workflow: WorkflowDefinition): Promise<void> {
	await world.n8n.deactivate(workflow);
	await world.n8n.activate(workflow);
}

/** A poll has come and gone, and the workflow has had no further execution. */
async function quiet(workflow: WorkflowDefinition, expected: number): Promise<void> {
	const polls = () => world.org.log.filter(({ url }) => url.includes('deltatoken')).length;
	const before = polls();
	await publish(workflow);
	while (polls() === before) await sleep(100);
	await sleep(1_000);
	expect(await world.n8n.executions(workflow)).toHaveLength(expected);
}

test('n8n:S-09 starts a run for the first records and for changes, and none where nothing changed', async () => {
	const workflow = importTemplate(world, 'dynamics365-to-any-node.json');
	const ann = contact('Ann');
	await world.n8n.activate(workflow);
	const [first] = await untilRun(workflow, 1);
	expect(first).toMatchObject({ status: 'success', mode: 'trigger' });
	expect(first.records(trigger)).toMatchObject([
		{ changesWaiting: true, object: 'contact', reason: 'The sync has not read the table yet.' },
	]);
	expect(first.records('Log')).toMatchObject([{ read: 1, created: 1 }]);
	await quiet(workflow, 1);
	await rename(ann, 'Anna');
	await publish(workflow);
	const [, second] = await untilRun(workflow, 2);
	expect(second.records(trigger)).toMatchObject([{ changes: 1, since: expect.any(String) }]);
	expect(offered(second, 'Changed Contacts')).toHaveLength(1);
	expect(world.foreign.bodies.map(({ firstName }) => firstName)).toEqual(['Ann', 'Anna']);
	await quiet(workflow, 2);
	await world.n8n.deactivate(workflow);
});

test('design:R3 design:R7 starts again for what the destination refused', async () => {
	const workflow = importTemplate(world, 'dynamics365-to-any-node.json');
	world.foreign.refused.add(contact('Ann'));
	await world.n8n.activate(workflow);
	await untilRun(workflow, 1);
	world.foreign.refused.clear();
	await publish(workflow);
	const [, second] = await untilRun(workflow, 2);
	expect(second.records(trigger)[0].reason).toContain('handed out before and not delivered');
	expect(second.records('Log')).toMatchObject([{ created: 1 }]);
	await quiet(workflow, 2);
	await world.n8n.deactivate(workflow);
});

test('design:9 by the clock, too; a poll that fails is an execution with the reason', async () => {
	const other = await startChangesWorld();
	const ann = contact('Ann');
	const healthy = importTemplate(world, 'dynamics365-to-any-node.json');
	const broken = importTemplate(other, 'dynamics365-to-any-node.json');
	for (const workflow of [healthy, broken]) {
		await world.n8n.activate(workflow);
		await untilRun(workflow, 1);
	}
	await rename(ann, 'Anna');
	const code = '0x80040220';
	const message = 'Principal user is missing prvReadContact privilege';
	const effect = { kind: 'error', status: 403, code, message } as const;
	other.org.faults.add({ effect, url: /deltatoken/, times: Infinity });
	const [, second] = await untilRun(healthy, 2);
	expect(second.records(trigger)).toMatchObject([{ changes: 1 }]);
	const [, failed] = await untilRun(broken, 2);
	expect(failed).toMatchObject({ status: 'error', error: { node: trigger } });
	expect(failed.error?.message).toContain('prvReadContact');
	expect(failed.error?.message).toContain('Read on it at organisation level');
	for (const workflow of [healthy, broken]) await world.n8n.deactivate(workflow);
	await other.close();
});

test('by hand it starts the workflow in any case', async () => {
	const workflow = importTemplate(world, 'dynamics365-to-any-node.json');
	contact('Ann');
	expect((await world.n8n.run(workflow, trigger)).error).toBeUndefined();
	const second = await world.n8n.run(workflow, trigger);
	expect(second.error).toBeUndefined();
	expect(second.records(trigger)).toMatchObject([{ changesWaiting: false }]);
	expect(second.items('Changed Contacts')).toEqual([]);
});

test('design:9 a trigger with nothing behind it says what it needs', async () => {
	const workflow = importTemplate(world, 'dynamics365-to-any-node.json');
	workflow.connections[trigger] = { main: [[]] };
	const { error } = await world.n8n.run(workflow, trigger);
	expect(error?.message).toContain('no Dynamics 365 Changes node behind');
	expect(error?.description).toContain('Wire one behind it');
});
