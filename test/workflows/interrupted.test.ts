/** design:R5, R13: a run that waits, overlaps with another or is cancelled loses nothing and doubles nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../n8n/until';
import { core, node } from '../n8n/workflow';
import {
	airport,
	airports,
	nodeOf,
	offered,
	setRows,
	summary,
	syncLine,
	wire,
	useWorld,
} from './syncLine';

jest.setTimeout(180_000);

const world = useWorld();

const commitsPerAccount = () =>
	Object.values(world.org.history('account')).map((list) => list.length);

test('design:R4 a Wait between comparing and writing: the run goes on where it was', async () => {
	const workflow = syncLine(world, airports(3));
	const wait = node(
		'Wait',
		'n8n-nodes-base.wait',
		{ resume: 'webhook', options: {} },
		{ typeVersion: 1.1, webhookId: 'a-person-looks-first' },
	);
	const both = node(
		'Both',
		'n8n-nodes-base.merge',
		{ mode: 'chooseBranch', useDataOfInput: '1' },
		{ typeVersion: 3.2 },
	);
	const tell = core.code('Tell', 'return [{ json: { url: $execution.resumeUrl } }];');
	workflow.nodes.push(wait, both, { ...tell, position: [0, -400] });
	workflow.connections.Diff = { main: [[]] };
	// The person's answer replaces the items of Wait, so Merge brings the changes past it.
	wire(workflow, ['Diff', 0], 'Both');
	wire(workflow, ['Diff', 0], 'Wait');
	wire(workflow, ['Wait', 0], 'Both');
	workflow.connections.Wait.main[0]![0].index = 1;
	wire(workflow, ['Both', 0], 'Writer');
	wire(workflow, ['Start', 0], 'Tell');
	const waiting = await world.n8n.run(workflow);
	expect(waiting.status).toBe('waiting');
	expect(world.accounts()).toEqual([]);

	const url = new URL(String(waiting.records('Tell')[0].url));
	const { port } = new URL(world.n8n.rest.url);
	url.port = port;
	expect((await fetch(url)).status).toBe(200);
	await until('it goes on', async () => (await world.n8n.result(waiting.id)).status !== 'waiting');
	const resumed = await world.n8n.result(waiting.id);
	expect(resumed.error).toBeUndefined();
	expect(summary(resumed)).toMatchObject({ created: 3 });

	workflow.connections.Diff = { main: [[]] };
	wire(workflow, ['Diff', 0], 'Writer');
	setRows(workflow, [...airports(3), airport('NEW')]);
	const next = await world.n8n.run(workflow);
	expect(offered(next)).toEqual(['added NEW']);
	expect(summary(next)).toMatchObject({ created: 1 });
});

test('design:R13 a second run beside the first ends green, says so and sends nothing', async () => {
	const workflow = syncLine(world, airports(6));
	nodeOf(workflow, 'Writer').parameters.options = { batchSize: 2 };
	world.org.settings.latencyMs = 1_000;
	const first = await world.n8n.begin(workflow);
	await until('it asks the first time', () => world.org.log.length > 0);
	const second = await world.n8n.run(workflow);
	expect(second.status).toBe('success');
	expect(second.items('Diff')).toEqual([]);
	expect(second.hints('Diff')[0].message).toMatch(/is at work.*Nothing is lost/s);
	expect(second.hints('Diff')[0].message).toContain(`(execution ${first})`);
	expect(summary(await world.n8n.result(first))).toMatchObject({ created: 6 });
	expect(commitsPerAccount()).toEqual(Array(6).fill(1));
});

test('design:R5 a cancelled run keeps what was written, and the next one sends the rest', async () => {
	const workflow = syncLine(world, airports(40));
	nodeOf(workflow, 'Writer').parameters.options = { batchSize: 2 };
	world.org.settings.latencyMs = 400;
	const id = await world.n8n.begin(workflow);
	await until('it writes', () => world.commits() > 0);
	await world.n8n.cancel(id);
	expect((await world.n8n.result(id)).status).toBe('canceled');
	await sleep(3_000);
	const written = world.commits();
	expect(written).toBeGreaterThan(0);
	expect(written).toBeLessThan(40);

	world.org.settings.latencyMs = 0;
	const next = await world.n8n.run(workflow);
	expect(next.error).toBeUndefined();
	expect(world.accounts()).toHaveLength(40);
	expect(offered(next).length).toBeLessThanOrEqual(40 - written + 8);
	expect(Object.values(world.org.history('account')).map(([{ operation }]) => operation)).toEqual(
		Array(40).fill('create'),
	);
	expect(offered(await world.n8n.run(workflow))).toEqual([]);
});
