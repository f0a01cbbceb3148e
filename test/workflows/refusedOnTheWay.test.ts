/** design:R15: a refusal that n8n's own nodes between the one that delivers and Confirm Delivery do not hand on. */
import type { IDataObject, INode } from 'n8n-workflow';
import { chain, core, node } from '../n8n/workflow';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import { post, startForeign, type ForeignServer } from './foreignServer';
import { airports, confirmNode, diffNode, freshName, offered, source, wire } from './syncLine';

jest.setTimeout(120_000);

let n8n: SharedN8n;
let foreign: ForeignServer;
beforeAll(async () => {
	[n8n, foreign] = [await useN8n(), await startForeign()];
});
afterAll(() => foreign.close());
beforeEach(() => {
	foreign.reset();
	foreign.refused.add('A01');
});

const clean = { options: { keepBookkeepingOut: true } };
const status = () => {
	const assignments = [{ id: '1', name: 'done', type: 'string', value: 'yes' }];
	const parameters = { assignments: { assignments }, options: {} };
	return node('Status', 'n8n-nodes-base.set', parameters, { typeVersion: 3.4 });
};
const aggregate = () => {
	const all = { aggregate: 'aggregateAllItemData', destinationFieldName: 'rows', options: {} };
	return node('All', 'n8n-nodes-base.aggregate', all);
};
const code = (script: string) => core.code('Code', script);
const line = (parameters: IDataObject, ...nodes: INode[]) => {
	const name = freshName();
	const before = [core.start(), source(airports(4)), diffNode(name, parameters)];
	return chain(`Refused ${name}`, [...before, ...nodes]);
};

test.each([
	['Edit Fields', clean, status],
	['Edit Fields, _sync inside', {}, status],
	['Aggregate', clean, aggregate],
	['Code', clean, () => code('return $input.all().map(() => ({ json: { ok: true } }));')],
] as Array<[string, IDataObject, () => INode]>)(
	'design:R15 %s: the refused record alone comes back',
	async (_, parameters, between) => {
		const failing = post(foreign, { onError: 'continueRegularOutput' });
		const workflow = line(parameters, failing, between(), confirmNode());
		const run = await n8n.run(workflow);
		expect(run.records('Confirm', 1)).toMatchObject([{ created: 3, rejected: 1, unmatched: 0 }]);
		expect(offered(await n8n.run(workflow))).toEqual(['added A01']);
	},
);

test('design:R15 a summary of one item, which n8n links to the first: the refused first one comes back', async () => {
	foreign.refused.add('A00');
	const failing = post(foreign, { onError: 'continueRegularOutput' });
	const sum = code('return [{ json: { count: $input.all().length } }];');
	const workflow = line(clean, failing, sum, confirmNode());
	const run = await n8n.run(workflow);
	expect(run.records('Confirm', 1)).toMatchObject([{ rejected: 1 }]);
	expect(offered(await n8n.run(workflow))).toHaveLength(4);
});

test('design:R15 the error output over an alert and a Merge', async () => {
	const workflow = line(clean, post(foreign, { onError: 'continueErrorOutput' }));
	const merge = node('Merge', 'n8n-nodes-base.merge', { mode: 'append' }, { typeVersion: 3.2 });
	workflow.nodes.push(status(), merge, confirmNode());
	wire(workflow, ['Post', 0], 'Merge');
	wire(workflow, ['Post', 1], 'Status');
	wire(workflow, ['Status', 0], 'Merge');
	workflow.connections.Status.main[0]![0].index = 1;
	wire(workflow, ['Merge', 0], 'Confirm');
	const run = await n8n.run(workflow);
	expect(run.records('Confirm', 1)).toMatchObject([{ created: 3, rejected: 1, unmatched: 0 }]);
	expect(offered(await n8n.run(workflow))).toEqual(['added A01']);
});

test('design:R15 beside the node that delivers, Confirm Delivery confirms nothing and says so', async () => {
	const workflow = line(clean, post(foreign, { onError: 'continueRegularOutput' }));
	workflow.nodes.push(confirmNode());
	wire(workflow, ['Diff', 0], 'Confirm');
	const run = await n8n.run(workflow);
	expect(run.error?.message).toContain('Nothing between Segment Diff and "Confirm" delivers');
	expect(offered(await n8n.run(workflow))).toHaveLength(4);
});
