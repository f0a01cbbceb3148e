import { until } from '../n8n/until';
import { chain, core, node } from '../n8n/workflow';
import { airport, airports, diffNode, freshName, source, writerNode, useWorld } from './syncLine';

jest.setTimeout(180_000);

const world = useWorld();

const codes = () =>
	world
		.accounts()
		.map(({ accountnumber }) => String(accountnumber))
		.sort();
test('design:R12 a webhook feed that is called five times at once delivers all five', async () => {
	const path = `hook-${Date.now()}`;
	const hook = node(
		'Webhook',
		'n8n-nodes-base.webhook',
		{ httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
		{ typeVersion: 2, webhookId: path },
	);
	const body = core.code('Body', 'return $input.all().map(({ json }) => ({ json: json.body }));');
	const diff = diffNode(freshName(), { inputIs: 'feed' });
	const workflow = chain(path, [hook, body, diff, writerNode(world)]);
	await world.n8n.save(workflow);
	await world.n8n.activate(workflow);
	const send = async (code: string) =>
		await fetch(`${world.n8n.rest.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(airport(code)),
		});
	await until('the webhook is there', async () => (await send('FIRST')).status === 200);
	await until('the first is delivered', () => codes().includes('FIRST'));
	world.org.settings.latencyMs = 200;
	const late = ['W1', 'W2', 'W3', 'W4', 'W5'];
	await Promise.all(late.map(send));
	await until('the others are delivered', () => late.every((code) => codes().includes(code)));
	expect(codes()).toEqual(['FIRST', ...late]);
	const results = async () => {
		const ids = (await world.n8n.executions(workflow)).map(({ id }) => id);
		return await Promise.all(ids.map(async (id) => (await world.n8n.result(id)).status));
	};
	await until('all executions have ended', async () => !(await results()).includes('running'));
	expect(new Set(await results())).toEqual(new Set(['success']));
});

test('design:R9 a sub-workflow with Segment Diff that is called once per item removes nothing, and says why', async () => {
	const name = freshName();
	const called = node(
		'Called',
		'n8n-nodes-base.executeWorkflowTrigger',
		{ inputSource: 'passthrough' },
		{ typeVersion: 1.1 },
	);
	const child = chain(`Child ${name}`, [called, diffNode(name), writerNode(world)]);
	const workflowId = { __rl: true, mode: 'id', value: await world.n8n.save(child) };
	await world.n8n.activate(child);
	const call = node(
		'Call',
		'n8n-nodes-base.executeWorkflow',
		{ workflowId, mode: 'each', options: {} },
		{ typeVersion: 1.2 },
	);
	const run = await world.n8n.run(
		chain(`Parent ${name}`, [core.start(), source(airports(5)), call]),
	);
	expect(run.status).toBe('error');
	expect(JSON.stringify(run.error)).toContain(
		'the one record that the sync knows is not among them',
	);
	expect(codes()).toEqual(['A00']);
});

test('design:R9 Execute Once on Segment Diff is refused on the real n8n too', async () => {
	const name = freshName();
	const diff = { ...diffNode(name), executeOnce: true };
	const nodes = [core.start(), source(airports(5)), diff, writerNode(world)];
	const run = await world.n8n.run(chain(`Once ${name}`, nodes));
	expect(run.error?.message).toContain('it would see 1 of 5 items');
	expect(codes()).toEqual([]);
});
