/** design:R2: n8n's own nodes between Segment Diff and the writer that drop or mix up `_sync`. */
import type { IDataObject, INode } from 'n8n-workflow';
import { chain, core, node } from '../n8n/workflow';
import {
	airport,
	airports,
	diffNode,
	freshName,
	offered,
	setRows,
	source,
	summary,
	wire,
	writerNode,
	useWorld,
} from './syncLine';

jest.setTimeout(120_000);

const world = useWorld();

const codes = () => world.accounts().map(({ accountnumber }) => accountnumber);
/** Edit Fields as it comes: the named fields and no others. */
const editFields = (...fields: string[]): INode => {
	const assignments = fields.map((field) => ({
		...{ id: field, name: field, type: 'string', value: `={{ $json.${field} }}` },
	}));
	const parameters = { assignments: { assignments }, options: {} };
	return node('Edit Fields', 'n8n-nodes-base.set', parameters, { typeVersion: 3.4 });
};
const all = () => editFields('accountnumber', 'name', 'address1_city');
const merge = (parameters: IDataObject) =>
	node(
		'Merge',
		'n8n-nodes-base.merge',
		{ mode: 'combine', options: {}, ...parameters },
		{ typeVersion: 3.2 },
	);
const loop = () =>
	node('Loop', 'n8n-nodes-base.splitInBatches', { batchSize: 2, options: {} }, { typeVersion: 3 });

test.each([{}, { options: { keepBookkeepingOut: true } }])(
	'design:R2 Edit Fields, as it comes: everything is confirmed, and a record that left is removed (%j)',
	async (parameters) => {
		const name = freshName();
		const nodes = [core.start(), source(airports(3)), diffNode(name, parameters), all()];
		const workflow = chain(`Edited ${name}`, [...nodes, core.pass('Pass'), writerNode(world)]);
		expect(summary(await world.n8n.run(workflow))).toMatchObject({ created: 3 });
		setRows(workflow, [airport('A00'), airport('A01', { name: 'New' })]);
		expect(summary(await world.n8n.run(workflow))).toMatchObject({ updated: 1, deleted: 1 });
		expect(world.accounts()).toMatchObject([{ name: 'Airport A00' }, { name: 'New' }]);
		expect(offered(await world.n8n.run(workflow))).toEqual([]);
	},
);

test('design:R2 Edit Fields inside a loop: every turn of it is confirmed', async () => {
	const name = freshName();
	const nodes = [core.start(), source(airports(5)), diffNode(name), loop()];
	const workflow = chain(`Looped ${name}`, nodes);
	workflow.nodes.push(all(), writerNode(world));
	wire(workflow, ['Loop', 1], 'Edit Fields');
	wire(workflow, ['Edit Fields', 0], 'Writer');
	wire(workflow, ['Writer', 0], 'Loop');
	const run = await world.n8n.run(workflow);
	expect(run.error).toBeUndefined();
	expect(codes()).toHaveLength(5);
	expect(offered(await world.n8n.run(workflow))).toEqual([]);
});

describe('Merge behind an enrichment that found nothing for one record', () => {
	const enriched = (parameters: IDataObject) => {
		const name = freshName();
		const enrich = core.code(
			'Enrich',
			'return $input.all().slice(1).map(({ json: { _sync, ...json } }) => ({ json }));',
		);
		const nodes = [core.start(), source(airports(3)), diffNode(name), merge(parameters)];
		const workflow = chain(`Merge ${name}`, [...nodes, writerNode(world)]);
		workflow.nodes.push({ ...enrich, position: [500, 300] });
		wire(workflow, ['Diff', 0], 'Enrich');
		wire(workflow, ['Enrich', 0], 'Merge');
		workflow.connections.Enrich.main[0]![0].index = 1;
		return workflow;
	};

	test('design:R2 by position: what was never written is never accepted', async () => {
		const workflow = enriched({ combineBy: 'combineByPosition' });
		for (let run = 0; run < 3; run++) await world.n8n.run(workflow);
		expect(codes()).toEqual([]);
		workflow.connections.Diff = { main: [[{ node: 'Writer', type: 'main', index: 0 }]] };
		await world.n8n.run(workflow);
		expect(codes().sort()).toEqual(['A00', 'A01', 'A02']);
	});

	test('design:R2 by matching fields: all that match are written', async () => {
		const workflow = enriched({ fieldsToMatchString: 'accountnumber' });
		const run = await world.n8n.run(workflow);
		expect(run.error).toBeUndefined();
		expect(summary(run)).toMatchObject({ created: 2 });
		expect(offered(await world.n8n.run(workflow))).toEqual(['added A00']);
	});
});

test('design:R2 a Code node that builds other items is refused in words', async () => {
	const name = freshName();
	const build = core.code(
		'Build',
		'return [...$input.all(), ...$input.all()].slice(1).map(({ json: { _sync, ...json } }) => ({ json }));',
	);
	const nodes = [core.start(), source(airports(2)), diffNode(name), build, writerNode(world)];
	const run = await world.n8n.run(chain(`Built ${name}`, nodes));
	expect(codes()).toEqual([]);
	expect(summary(run)).toMatchObject({ rejected: 3 });
	expect(run.hints('Writer')[0].message).toContain('the node "Build" does not say from which');
});
