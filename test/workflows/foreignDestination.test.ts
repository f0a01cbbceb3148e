/** design:R15: Confirm Delivery behind nodes that are not ours, on n8n's own nodes and a small server. */
import type { IDataObject, INode } from 'n8n-workflow';
import { chain, core, node, type WorkflowDefinition } from '../n8n/workflow';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import { post, startForeign, type ForeignServer } from './foreignServer';
import {
	airport,
	airports,
	confirmNode,
	diffNode,
	freshName,
	nodeOf,
	offered,
	pack,
	setRows,
	source,
	wire,
} from './syncLine';

jest.setTimeout(120_000);

let n8n: SharedN8n;
let foreign: ForeignServer;
beforeAll(async () => {
	[n8n, foreign] = [await useN8n(), await startForeign()];
});
afterAll(() => foreign.close());
beforeEach(() => foreign.reset());

const clean = { options: { keepBookkeepingOut: true } };

/** Start → Source → Diff → the nodes given → Confirm. */
function foreignLine(
	nodes: INode[],
	rows: IDataObject[] = airports(4),
	parameters: IDataObject = clean,
): WorkflowDefinition {
	const syncName = freshName();
	const before = [core.start(), source(rows), diffNode(syncName, parameters)];
	return chain(`Foreign ${syncName}`, [...before, ...nodes, confirmNode()]);
}

const numbers = () => foreign.bodies.map(({ accountnumber }) => accountnumber);

describe('HTTP Request', () => {
	test('design:R15 posts clean records; Confirm Delivery finds their receipts', async () => {
		const workflow = foreignLine([post(foreign)]);
		const run = await n8n.run(workflow);
		expect(run.error).toBeUndefined();
		expect(foreign.bodies).toEqual(airports(4));
		expect(run.records('Post')[0]).toEqual({ stored: true });
		expect(run.records('Confirm', 1)).toEqual([
			{ message: '4 confirmed.', read: 4, created: 4, stale: 0, unmatched: 0 },
		]);
		setRows(workflow, [...airports(2), airport('A02', { name: 'New' })]);
		const next = await n8n.run(workflow);
		expect(offered(next)).toHaveLength(2);
		expect(next.records('Confirm', 1)).toMatchObject([{ updated: 1, deleted: 1 }]);
		expect(offered(await n8n.run(workflow))).toEqual([]);
	});

	test.each([clean, {}])(
		'design:R15 under continue, the refused record alone comes back (%j)',
		async (parameters) => {
			const workflow = foreignLine(
				[post(foreign, { onError: 'continueRegularOutput' })],
				airports(4),
				parameters,
			);
			foreign.refused.add('A01');
			const run = await n8n.run(workflow);
			expect(run.status).toBe('success');
			expect(run.records('Confirm', 1)).toMatchObject([{ read: 4, created: 3, rejected: 1 }]);
			foreign.refused.clear();
			const next = await n8n.run(workflow);
			expect(next.records('Diff').map(({ accountnumber }) => accountnumber)).toEqual(['A01']);
			expect(next.records('Confirm', 1)).toMatchObject([{ created: 1 }]);
			expect(numbers()).toEqual(['A00', 'A01', 'A02', 'A03', 'A01']);
			expect(offered(await n8n.run(workflow))).toEqual([]);
		},
	);

	test.each([
		['wired to it too', true],
		['left alone', false],
	])('design:R15 with the error output %s, the refused record comes back', async (_, isWired) => {
		const workflow = foreignLine([post(foreign, { onError: 'continueErrorOutput' })]);
		if (isWired) wire(workflow, ['Post', 1], 'Confirm');
		foreign.refused.add('A01');
		const run = await n8n.run(workflow);
		expect(run.status).toBe('success');
		expect(run.items('Post', 1)).toHaveLength(1);
		const summaries = run.records('Confirm', 1);
		expect(summaries).toHaveLength(isWired ? 2 : 1);
		expect(summaries).toContainEqual(expect.objectContaining({ read: 3, created: 3 }));
		if (isWired)
			expect(summaries).toContainEqual(expect.objectContaining({ read: 1, rejected: 1 }));
		foreign.refused.clear();
		const next = await n8n.run(workflow);
		expect(offered(next)).toEqual(['added A01']);
		expect(next.records('Confirm', 1)).toMatchObject([{ created: 1 }]);
		expect(offered(await n8n.run(workflow))).toEqual([]);
	});

	test('design:R3 when it throws, every record of the run comes back', async () => {
		const workflow = foreignLine([post(foreign)]);
		foreign.refused.add('A01');
		const run = await n8n.run(workflow);
		expect(run.error?.node).toBe('Post');
		foreign.refused.clear();
		const next = await n8n.run(workflow);
		expect(offered(next)).toHaveLength(4);
		expect(next.records('Confirm', 1)).toMatchObject([{ created: 4 }]);
	});
});

describe('between Segment Diff and Confirm Delivery', () => {
	test('design:R15 one aggregated item confirms all its records', async () => {
		const all = { aggregate: 'aggregateAllItemData', destinationFieldName: 'rows', options: {} };
		const workflow = foreignLine([node('All', 'n8n-nodes-base.aggregate', all), post(foreign)]);
		const run = await n8n.run(workflow);
		expect(run.error).toBeUndefined();
		expect(foreign.bodies).toEqual([{ rows: airports(4) }]);
		expect(run.records('Confirm', 1)).toEqual([
			{ message: '4 confirmed.', read: 1, created: 4, stale: 0, unmatched: 0 },
		]);
		expect(offered(await n8n.run(workflow))).toEqual([]);
	});

	test('design:R15 an aggregated item with an error confirms none of them', async () => {
		const all = { aggregate: 'aggregateAllItemData', destinationFieldName: 'rows', options: {} };
		const aggregate = node('All', 'n8n-nodes-base.aggregate', all);
		const failing = post(foreign, { onError: 'continueRegularOutput' });
		failing.parameters.url = `${foreign.url.replace(/\d+$/, '')}1`;
		const workflow = foreignLine([aggregate, failing]);
		const run = await n8n.run(workflow);
		expect(run.records('Confirm', 1)).toMatchObject([{ read: 1, rejected: 4, unmatched: 0 }]);
		nodeOf(workflow, 'Post').parameters.url = foreign.url;
		expect(offered(await n8n.run(workflow))).toHaveLength(4);
	});

	test('design:R15 a node that cuts the thread leaves its records unconfirmed, and says so', async () => {
		const pairs = core.code(
			'Pairs',
			'const all = $input.all(); return [all.slice(0, 2), all.slice(2)].map((two) => ({ json: { rows: two.map(({ json }) => json.name) } }));',
		);
		const workflow = foreignLine([pairs, post(foreign)]);
		const run = await n8n.run(workflow);
		expect(run.status).toBe('success');
		expect(run.records('Confirm', 1)).toEqual([{ message: '', read: 2, stale: 0, unmatched: 2 }]);
		const [{ message }] = run.hints('Confirm');
		expect(message).toContain('2 items could not be traced back to a Segment Diff');
		expect(message).toContain('The node "Pairs" does not link');
		expect(message).toContain('come back in the next run');
		const next = await n8n.run(workflow);
		expect(offered(next)).toHaveLength(4);
		expect(next.items('Diff').map(({ _sync }) => _sync)).toEqual(
			Array(4).fill(expect.objectContaining({ redelivered: true })),
		);
	});

	test('design:R15 a record held on the way is not confirmed, though the node reports no error', async () => {
		const mapper = node('Map', `${pack}.fieldMapper`, {
			keyFields: 'accountnumber',
			mappings: {
				values: ['accountnumber', 'name', 'address1_city'].map((destinationField) => ({
					destinationField,
					source: `={{ $json.${destinationField} }}`,
					applyUpdates: true,
				})),
			},
			...{ applyUpdates: 'perField', passThrough: 'none', options: { whenEmpty: 'reject' } },
		});
		const rows = [...airports(2), airport('A02', { address1_city: '' })];
		const workflow = foreignLine([mapper, post(foreign)], rows, {});
		const run = await n8n.run(workflow);
		expect(run.error).toBeUndefined();
		expect(run.records('Map', 1)).toHaveLength(1);
		expect(run.records('Confirm', 1)).toMatchObject([{ read: 3, created: 2, rejected: 1 }]);
		const next = await n8n.run(workflow);
		expect(offered(next)).toEqual(['added A02']);
	});
});
