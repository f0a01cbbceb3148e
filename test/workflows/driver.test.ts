/** The tests' own driver, proven on n8n's core nodes: what other workflow tests take for granted. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import { branch, chain, core, duplicate, node, pin, uses } from '../n8n/workflow';

jest.setTimeout(120_000);

let n8n: SharedN8n;
beforeAll(async () => {
	n8n = await useN8n();
});

const count = (name: string) =>
	core.code(name, 'return [{ json: { at: Date.now(), seen: $input.all().length } }];');

const failing = () =>
	chain('Failing', [core.start(), count('Source'), core.code('Write', "throw new Error('no');")]);

test('a workflow runs and its items are read back by node and output', async () => {
	const split = node('Split', 'n8n-nodes-base.if', {
		conditions: {
			options: { version: 2, typeValidation: 'loose', caseSensitive: true, leftValue: '' },
			combinator: 'and',
			conditions: [
				{
					leftValue: '={{ $json.n }}',
					rightValue: 2,
					operator: { type: 'number', operation: 'lt' },
				},
			],
		},
	});
	const numbers = core.code('Numbers', 'return [1, 2, 3].map((n) => ({ json: { n } }));');
	const straight = chain('Numbers', [core.start(), numbers, { ...split, typeVersion: 2.2 }]);
	const run = await n8n.run(branch(straight, { node: 'Split', output: 1 }, core.pass('Others')));
	expect(run.status).toBe('success');
	expect(run.records('Split', 0)).toEqual([{ n: 1 }]);
	expect(run.records('Split', 1)).toEqual([{ n: 2 }, { n: 3 }]);
	expect(run.items('Split', 1)[1].pairedItem).toEqual({ item: 2 });
	expect(run.records('Others')).toEqual(run.records('Split', 1));
});

test('a failed run tells the message and the node', async () => {
	const run = await n8n.run(failing());
	expect(run.status).toBe('error');
	expect(run.error).toMatchObject({ node: 'Write', message: expect.stringContaining('no') });
});

test('n8n:2.3 Execute step reuses the data of an earlier run before the node', async () => {
	const workflow = chain('Step', [core.start(), count('Source'), count('Write')]);
	const first = await n8n.run(workflow);
	const step = await n8n.executeStep(workflow, 'Write', first);
	expect(step.id).not.toBe(first.id);
	expect(step.records('Source')).toEqual(first.records('Source'));
	expect(step.records('Write')).not.toEqual(first.records('Write'));
});

test('Execute step without an earlier run starts from the trigger and stops at the node', async () => {
	const workflow = chain('Fresh step', [core.start(), count('Source'), core.pass('Never')]);
	const step = await n8n.executeStep(workflow, 'Source');
	expect(step.records('Source')).toHaveLength(1);
	expect(step.ran('Never')).toBe(false);
});

test('pinned data replaces what a node would do', async () => {
	const workflow = chain('Pinned', [core.start(), count('Source'), count('Write')]);
	const pinned = pin(workflow, { Source: [{ json: { a: 1 } }, { json: { a: 2 } }] });
	const run = await n8n.run(pinned);
	expect(run.records('Source')).toEqual([{ a: 1 }, { a: 2 }]);
	expect(run.records('Write')[0].seen).toBe(2);
});

test('a failed execution is retried with its old data and the workflow as stored now', async () => {
	const workflow = failing();
	const failed = await n8n.run(workflow);
	const again = await n8n.retry(failed);
	expect(again).toMatchObject({ status: 'error', mode: 'retry', retryOf: failed.id });

	workflow.nodes[2].parameters.jsCode = 'return $input.all();';
	await n8n.save(workflow);
	const mended = await n8n.retry(failed, { currentWorkflow: true });
	expect(mended.status).toBe('success');
	expect(mended.records('Write')).toEqual(failed.records('Source'));
});

test('a sub-workflow runs inside its parent', async () => {
	const entry = node('Called', 'n8n-nodes-base.executeWorkflowTrigger', {
		inputSource: 'passthrough',
	});
	const child = chain('Child', [{ ...entry, typeVersion: 1.1 }, count('Inner')]);
	const call = node(
		'Call',
		'n8n-nodes-base.executeWorkflow',
		{ workflowId: { __rl: true, mode: 'id', value: await n8n.save(child) }, options: {} },
		{ typeVersion: 1.2 },
	);
	await n8n.activate(child);
	const run = await n8n.run(chain('Parent', [core.start(), call]));
	expect(run.error).toBeUndefined();
	expect(run.records('Call')).toEqual([{ at: expect.any(Number), seen: 1 }]);
	const [inner] = await n8n.executions(child);
	expect((await n8n.result(inner.id)).records('Inner')).toEqual(run.records('Call'));
});

test('a duplicate is another workflow whose nodes have new ids', async () => {
	const workflow = chain('Original', [core.start(), count('Source')]);
	const copy = duplicate(workflow);
	const [first, second] = [await n8n.run(workflow), await n8n.run(copy)];
	expect(second.workflowId).not.toBe(first.workflowId);
	expect(copy.nodes[1].id).not.toBe(workflow.nodes[1].id);
	expect(copy.nodes.map(({ name }) => name)).toEqual(workflow.nodes.map(({ name }) => name));
});

test('a stored credential reaches the node that uses it', async () => {
	const seen: unknown[] = [];
	const server = createServer((request, response) => {
		seen.push(request.headers['x-key']);
		response.setHeader('content-type', 'application/json').end('{"ok":true}');
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const key = await n8n.createCredential('httpHeaderAuth', 'Key', { name: 'X-Key', value: 'k1' });
	const parameters = { url, authentication: 'genericCredentialType', options: {} };
	const call = node(
		'Call',
		'n8n-nodes-base.httpRequest',
		{ ...parameters, genericAuthType: 'httpHeaderAuth' },
		{ typeVersion: 4.2, ...uses(key) },
	);
	const run = await n8n.run(chain('Call', [core.start(), call]));
	server.close();
	expect(run.error).toBeUndefined();
	expect(run.records('Call')).toEqual([{ ok: true }]);
	expect(seen).toEqual(['k1']);
});

test('n8n:4.7 file nodes reach the files folder', async () => {
	const file = path.join(n8n.filesFolder, 'rows.csv');
	writeFileSync(file, 'a,b\n1,2\n');
	const read = node('Read', 'n8n-nodes-base.readWriteFile', { fileSelector: file, options: {} });
	const rows = node('Rows', 'n8n-nodes-base.extractFromFile', { operation: 'csv', options: {} });
	const run = await n8n.run(chain('File', [core.start(), read, rows]));
	expect(run.error).toBeUndefined();
	expect(run.records('Rows')).toEqual([{ a: '1', b: '2' }]);
});

test('a long run can be cancelled', async () => {
	const wait = node('Wait', 'n8n-nodes-base.wait', { amount: 30, unit: 'seconds' });
	const id = await n8n.begin(
		chain('Long', [core.start(), { ...wait, typeVersion: 1.1, webhookId: 'driver-test-wait' }]),
	);
	await n8n.cancel(id);
	expect((await n8n.result(id)).status).toBe('canceled');
});

test('a scheduled workflow runs by itself once activated', async () => {
	const every = node('Every', 'n8n-nodes-base.scheduleTrigger', {
		rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] },
	});
	const workflow = chain('Scheduled', [{ ...every, typeVersion: 1.2 }, count('Source')]);
	await n8n.activate(workflow);
	let found: Array<{ id: string }> = [];
	while (found.length === 0) {
		await new Promise((resolve) => setTimeout(resolve, 200));
		found = await n8n.executions(workflow);
	}
	await n8n.deactivate(workflow);
	expect(await n8n.result(found[found.length - 1].id)).toMatchObject({
		status: 'success',
		mode: 'trigger',
	});
});
