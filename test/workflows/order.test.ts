/** design:R9, R10: what n8n's own order of things (wires, loops, retries, continue on fail) does to a sync. */
import { setTimeout as sleep } from 'node:timers/promises';
import { core, node } from '../n8n/workflow';
import {
	airport,
	airports,
	nodeOf,
	offered,
	refuseAfterFirstCommit,
	setRows,
	summary,
	sync,
	syncLine,
	wire,
	useWorld,
} from './syncLine';

jest.setTimeout(180_000);

const world = useWorld();

const operations = () =>
	Object.values(world.org.history('account'))
		.flat()
		.sort((a, b) => a.version - b.version)
		.map(({ operation }) => operation);

const loop = () =>
	node('Loop', 'n8n-nodes-base.splitInBatches', { batchSize: 2, options: {} }, { typeVersion: 3 });

describe('Segment Diff with a complete segment', () => {
	test('design:R9 two wires are refused, naming the Merge node', async () => {
		const workflow = syncLine(world, airports(12));
		await world.n8n.run(workflow);
		workflow.nodes.push(core.pass('Second half'));
		wire(workflow, ['Source', 0], 'Second half');
		wire(workflow, ['Second half', 0], 'Diff');
		const before = world.commits();
		const run = await world.n8n.run(workflow);
		expect(run.error?.node).toBe('Diff');
		expect(run.error?.message).toBe('2 wires lead into "Diff" (from "Source" and "Second half")');
		expect(run.error?.description).toContain('Merge node (mode Append)');
		expect(world.commits()).toBe(before);
		expect(world.accounts()).toHaveLength(12);
	});

	test('design:R9 a Merge (Append) before it is the cure', async () => {
		const workflow = syncLine(world, airports(12));
		await world.n8n.run(workflow);
		const merge = node('Merge', 'n8n-nodes-base.merge', { mode: 'append' }, { typeVersion: 3.2 });
		workflow.nodes.push(core.pass('Half'), merge);
		workflow.connections.Source = { main: [[]] };
		const more = core.code('More', `return [{ json: ${JSON.stringify(airport('NEW'))} }];`);
		workflow.nodes.push(more);
		for (const [from, to] of [
			['Source', 'Merge'],
			['Start', 'More'],
			['Merge', 'Diff'],
		])
			wire(workflow, [from, 0], to);
		wire(workflow, ['More', 0], 'Merge');
		workflow.connections.More.main[0]![0].index = 1;
		const run = await world.n8n.run(workflow);
		expect(run.error).toBeUndefined();
		expect(offered(run)).toEqual(['added NEW']);
	});

	test('design:R9 a loop around it is refused', async () => {
		const workflow = syncLine(world, airports(12));
		await world.n8n.run(workflow);
		workflow.nodes.push(loop());
		workflow.connections.Source = { main: [[]] };
		wire(workflow, ['Source', 0], 'Loop');
		wire(workflow, ['Loop', 1], 'Diff');
		wire(workflow, ['Writer', 2], 'Loop');
		const before = world.commits();
		const run = await world.n8n.run(workflow);
		expect(run.error?.message).toBe('"Diff" stands inside a loop');
		expect(run.error?.description).toMatch(/Compare before the loop.*Merge node \(mode Append\)/s);
		expect(world.commits()).toBe(before);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'n8n:T-01 under %s a refusal is one item on Invalid and nothing on Changes',
		async (onError) => {
			const workflow = syncLine(world, airports(12));
			await world.n8n.run(workflow);
			nodeOf(workflow, 'Diff').onError = onError;
			workflow.nodes.push(core.pass('Half'));
			wire(workflow, ['Source', 0], 'Half');
			wire(workflow, ['Half', 0], 'Diff');
			const before = world.commits();
			const run = await world.n8n.run(workflow);
			expect(run.status).toBe('success');
			expect(run.items('Diff', 0)).toEqual([]);
			// n8n runs the node once for each of the two wires.
			expect(run.records('Diff', 1)).toHaveLength(2);
			expect(run.records('Diff', 1)[0].reason).toMatch(/2 wires.*Merge node \(mode Append\)/s);
			expect(run.ran('Writer')).toBe(false);
			expect(world.commits()).toBe(before);
		},
	);
});

describe('a writer behind it', () => {
	test('design:R10 in a loop over the changes: everything once, removals last', async () => {
		const workflow = syncLine(world, airports(5));
		workflow.nodes.push(loop());
		workflow.connections.Diff = { main: [[]] };
		wire(workflow, ['Diff', 0], 'Loop');
		wire(workflow, ['Loop', 1], 'Writer');
		wire(workflow, ['Writer', 2], 'Loop');
		const first = await world.n8n.run(workflow);
		expect(first.error).toBeUndefined();
		expect(first.runData.Writer).toHaveLength(3);
		expect(operations()).toEqual(Array(5).fill('create'));

		const [a, b, c] = airports(3);
		setRows(workflow, [a, airport('A01', { name: 'New name' }), c, airport('N0'), airport('N1')]);
		const second = await world.n8n.run(workflow);
		expect(second.error).toBeUndefined();
		expect(offered(second)).toEqual([
			...['added N0', 'added N1', 'changed A01', 'removed A03', 'removed A04'],
		]);
		expect(operations().slice(5)).toEqual(['create', 'create', 'update', 'delete', 'delete']);
		expect(b.name).toBe('Airport A01');
		expect(offered(await world.n8n.run(workflow))).toEqual([]);
	});

	test('n8n:T-09 Retry On Fail continues and writes nothing twice', async () => {
		const workflow = syncLine(world, airports(6));
		Object.assign(nodeOf(workflow, 'Writer'), {
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 4_000,
		});
		nodeOf(workflow, 'Writer').parameters.options = { batchSize: 2 };
		world.org.settings.dopHint = 1;
		refuseAfterFirstCommit(world.org, Infinity);
		const id = await world.n8n.begin(workflow);
		while (!world.org.log.some(({ status }) => status === 403)) await sleep(20);
		// Well after the first try has failed, and well before the second starts.
		await sleep(1_000);
		expect(operations().length).toBeLessThan(6);
		world.org.faults.clear();
		const run = await world.n8n.result(id);
		expect(run.error).toBeUndefined();
		// What the first try created still counts as created: the second did not send it again.
		expect(summary(run)).toMatchObject({ read: 6, created: 6 });
		expect(operations()).toEqual(Array(6).fill('create'));
		expect(offered(await world.n8n.run(workflow))).toEqual([]);
	});

	const dead = () =>
		world.org.faults.add({
			effect: { kind: 'reset', when: 'beforeCommit' },
			url: /api.data/,
			times: Infinity,
		});
	const refusing = () => (world.org.identity.securityRole = false);

	test.each([
		['continueRegularOutput', 'does not answer', /Check the environment URL/, dead],
		['continueErrorOutput', 'refuses the application user', /security role/, refusing],
	] as const)(
		'n8n:T-01 under %s with a destination that %s all are notAttempted, none is written',
		async (onError, _, message, breakDown) => {
			const workflow = syncLine(world, airports(4));
			nodeOf(workflow, 'Writer').onError = onError;
			breakDown();
			const run = await world.n8n.run(workflow);
			expect(run.status).toBe('success');
			expect(run.items('Writer', 0)).toEqual([]);
			const rejected = run.records('Writer', 1);
			expect(rejected.map((record) => sync(record).result?.status)).toEqual(
				Array(4).fill('notAttempted'),
			);
			expect(rejected.map(({ accountnumber }) => accountnumber)).toEqual(
				airports(4).map(({ accountnumber }) => accountnumber),
			);
			expect(sync(rejected[0]).result?.error?.message).toMatch(message);
			expect(summary(run)).toMatchObject({ read: 4, notAttempted: 4 });

			world.org.faults.clear();
			world.org.identity.securityRole = true;
			const next = await world.n8n.run(workflow);
			expect(summary(next)).toMatchObject({ created: 4 });
			expect(operations()).toEqual(Array(4).fill('create'));
		},
	);

	test('design:R6 a second writer on the same changes is refused before it sends anything', async () => {
		const workflow = syncLine(world, airports(2));
		const second = structuredClone(nodeOf(workflow, 'Writer'));
		workflow.nodes.push({ ...second, id: 'second-writer', name: 'Writer 2', position: [660, 300] });
		wire(workflow, ['Diff', 0], 'Writer 2');
		const run = await world.n8n.run(workflow);
		expect(run.error?.node).toBe('Writer 2');
		expect(run.error?.message).toContain('already written by the node "Writer"');
		expect(run.error?.description).toContain('one Segment Diff, with its own Sync Name, per');
		expect(operations()).toEqual(['create', 'create']);
	});
});
