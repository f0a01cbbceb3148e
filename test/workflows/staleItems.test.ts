/** design:R4, R14: items compared elsewhere are refused in words, before any request, and nothing is lost. */
import type { Run } from '../n8n/execution';
import { chain, core, duplicate, node, pin, type WorkflowDefinition } from '../n8n/workflow';
import {
	approve,
	airport,
	airports,
	codeIn,
	confirmNode,
	diffNode,
	freshName,
	nodeOf,
	offered,
	quietly,
	refuseAfterFirstCommit,
	setRows,
	source,
	summary,
	syncLine,
	writerNode,
	useWorld,
} from './syncLine';

jest.setTimeout(120_000);

const world = useWorld();

function expectRefusal(run: Run, syncName: string, comparedIn: string): void {
	expect(run.status).toBe('error');
	expect(run.error?.node).toBe('Writer');
	expect(run.error?.message).toContain(`"${syncName}"`);
	expect(run.error?.message).toContain(`compared in execution ${comparedIn}, which has ended`);
	expect(run.error?.description).toContain('Start from the trigger');
	expect(run.error?.description).toContain('Nothing was sent and nothing is lost');
}

/** A normal run delivers what is due, and the one after it has nothing to do. */
async function expectDelivery(workflow: WorkflowDefinition, counts: object): Promise<void> {
	const before = world.commits();
	const run = await world.n8n.run(workflow);
	expect(run.error).toBeUndefined();
	expect(summary(run)).toMatchObject(counts);
	const [delivered] = [world.commits()];
	expect(delivered - before).toBeLessThanOrEqual(Number(summary(run).read));
	const quiet = await world.n8n.run(workflow);
	expect(quiet.error).toBeUndefined();
	expect(quiet.items('Diff')).toEqual([]);
	expect(world.commits()).toBe(delivered);
}

test('design:R4 Execute step on the writer with the data of an old run', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(3), syncName);
	const old = await world.n8n.run(workflow);
	expect(summary(old)).toMatchObject({ created: 3 });
	const step = await quietly(
		world,
		async () => await world.n8n.executeStep(workflow, 'Writer', old),
	);
	expectRefusal(step, syncName, old.id);
	setRows(workflow, [...airports(3), airport('NEW')]);
	await expectDelivery(workflow, { read: 1, created: 1 });
	expect(world.accounts()).toHaveLength(4);
});

test('design:R4 Execute step on Segment Diff first: its offers come back with the next run', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(3), syncName);
	const compared = await world.n8n.executeStep(workflow, 'Diff');
	expect(offered(compared)).toEqual(['added A00', 'added A01', 'added A02']);
	const step = await quietly(
		world,
		async () => await world.n8n.executeStep(workflow, 'Writer', compared),
	);
	expectRefusal(step, syncName, compared.id);
	await expectDelivery(workflow, { read: 3, created: 3 });
});

test('design:R4 Preview takes items of an old run', async () => {
	const workflow = syncLine(world, airports(2));
	const compared = await world.n8n.executeStep(workflow, 'Diff');
	nodeOf(workflow, 'Writer').parameters.action = 'preview';
	const before = world.commits();
	const step = await world.n8n.executeStep(workflow, 'Writer', compared);
	expect(step.error).toBeUndefined();
	expect(summary(step)).toMatchObject({ action: 'preview', created: 2 });
	expect(world.commits()).toBe(before);
});

test('design:R4 Execute step on Confirm Delivery only makes its records come back', async () => {
	const syncName = freshName();
	const nodes = [core.start(), source(airports(3)), diffNode(syncName), core.pass('Foreign')];
	const workflow = chain(`Confirmed ${syncName}`, [...nodes, confirmNode()]);
	const old = await world.n8n.run(workflow);
	expect(old.records('Confirm', 1)).toMatchObject([{ created: 3, stale: 0 }]);
	expect(offered(await world.n8n.run(workflow))).toEqual([]);
	const step = await world.n8n.executeStep(workflow, 'Confirm', old);
	expect(step.records('Confirm', 1)).toMatchObject([{ read: 3, stale: 3 }]);
	const [{ message }] = step.hints('Confirm');
	expect(message).toContain(`3 records of "${syncName}"`);
	expect(message).toContain(`execution ${old.id}, which has ended`);
	expect(message).toContain('Start from the trigger');
	const next = await world.n8n.run(workflow);
	expect(offered(next)).toEqual(['changed A00', 'changed A01', 'changed A02']);
	expect(next.records('Diff')[0]._sync).toMatchObject({ redelivered: true });
	expect(next.records('Confirm', 1)).toMatchObject([{ updated: 3 }]);
	expect(offered(await world.n8n.run(workflow))).toEqual([]);
});

test('design:R4 pinned data of Segment Diff', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(3), syncName);
	const compared = await world.n8n.executeStep(workflow, 'Diff');
	const items = compared.items('Diff').map(({ json }) => ({ json }));
	workflow.pinData = pin(workflow, { Diff: items }).pinData;
	const refused = await quietly(world, async () => await world.n8n.run(workflow));
	expectRefusal(refused, syncName, compared.id);
	expect(refused.error?.description).toContain('unpin');
	workflow.pinData = {};
	await expectDelivery(workflow, { read: 3, created: 3 });
});

test('design:R3 pinned data of the writer: nothing is sent, and everything comes back', async () => {
	const workflow = syncLine(world, airports(3));
	workflow.pinData = { Writer: [{ json: { pretended: true } }] };
	const run = await quietly(world, async () => await world.n8n.run(workflow));
	expect(run.status).toBe('success');
	workflow.pinData = {};
	await expectDelivery(workflow, { read: 3, created: 3 });
});

test('design:R4 pinned data of the source compares and writes as ever', async () => {
	const workflow = syncLine(world, []);
	workflow.pinData = { Source: airports(2).map((json) => ({ json })) };
	await expectDelivery(workflow, { read: 2, created: 2 });
});

test('design:R5 Retry after half was written: the next run sends the other half only', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(6), syncName);
	nodeOf(workflow, 'Writer').parameters.options = { batchSize: 2 };
	world.org.settings.dopHint = 1;
	refuseAfterFirstCommit(world.org, Infinity);
	const failed = await world.n8n.run(workflow);
	expect(failed).toMatchObject({ status: 'error', error: { node: 'Writer' } });
	const half = world.commits();
	expect(half).toBeGreaterThan(0);
	expect(half).toBeLessThan(6);
	world.org.faults.clear();
	expectRefusal(await quietly(world, () => world.n8n.retry(failed)), syncName, failed.id);
	await expectDelivery(workflow, { read: 6 - half, created: 6 - half });
	expect(world.commits()).toBe(6);
});

test('design:R4 Retry of a failed execution', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(3), syncName);
	world.org.identity.securityRole = false;
	const failed = await world.n8n.run(workflow);
	expect(failed).toMatchObject({ status: 'error', error: { node: 'Writer' } });
	expect(world.accounts()).toEqual([]);
	world.org.identity.securityRole = true;
	const retried = await quietly(world, async () => await world.n8n.retry(failed));
	expect(retried.mode).toBe('retry');
	expectRefusal(retried, syncName, failed.id);
	const again = await quietly(
		world,
		async () => await world.n8n.retry(failed, { currentWorkflow: true }),
	);
	expectRefusal(again, syncName, failed.id);
	await expectDelivery(workflow, { read: 3, created: 3 });
});

test('design:R4 a sub-workflow that compares for a writer in its parent', async () => {
	const syncName = freshName();
	const called = node(
		'Called',
		'n8n-nodes-base.executeWorkflowTrigger',
		{ inputSource: 'passthrough' },
		{ typeVersion: 1.1 },
	);
	const child = chain(`Child ${syncName}`, [called, source(airports(3)), diffNode(syncName)]);
	const workflowId = { __rl: true, mode: 'id', value: await world.n8n.save(child) };
	await world.n8n.activate(child);
	const call = node(
		'Call',
		'n8n-nodes-base.executeWorkflow',
		{ workflowId, options: {} },
		{ typeVersion: 1.2 },
	);
	const parent = chain(`Parent ${syncName}`, [core.start(), call, writerNode(world)]);
	const refused = await quietly(world, async () => await world.n8n.run(parent));
	const [inner] = await world.n8n.executions(child);
	expectRefusal(refused, syncName, inner.id);
	expect(refused.error?.description).toMatch(/sub-workflow.*into it/);
	// The cure the message names: the writer moves into the sub-workflow.
	const whole = chain(child.name, [...child.nodes, writerNode(world)]);
	Object.assign(child, whole);
	await world.n8n.activate(child);
	const cured = await world.n8n.run(chain(`Caller ${syncName}`, [core.start(), { ...call }]));
	expect(cured.error).toBeUndefined();
	expect(world.accounts()).toHaveLength(3);
	expect(world.commits()).toBe(3);
});

test('design:R14 a duplicated workflow with the same Sync Name', async () => {
	const syncName = freshName();
	const workflow = syncLine(world, airports(3), syncName);
	await world.n8n.run(workflow);
	const copy = duplicate(workflow);
	const refused = await quietly(world, async () => await world.n8n.run(copy));
	const { error } = refused;
	expect(error?.node).toBe('Diff');
	expect(error?.message).toContain(`The sync "${syncName}" belongs to the node "Diff"`);
	expect(error?.message).toContain(`workflow "${workflow.name}"`);
	expect(error?.description).toContain('Sync Name of its own');
	expect(refused.ran('Writer')).toBe(false);
	// Handed over by its code; what was accepted stays accepted, and the first owner is refused now.
	approve(copy, codeIn(refused));
	setRows(copy, [...airports(3), airport('NEW')]);
	await expectDelivery(copy, { read: 1, created: 1 });
	const first = await quietly(world, async () => await world.n8n.run(workflow));
	expect(first.error?.message).toContain(`workflow "${copy.name}"`);
	// The code of the first takeover is void: the state has moved.
	approve(workflow, codeIn(refused));
	const still = await quietly(world, async () => await world.n8n.run(workflow));
	expect(still.error?.message).toContain('belongs to');
});
