import type { INode, INodeParameters } from 'n8n-workflow';
import { NodeHelpers, Workflow } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { useDataverse } from '../sandbox/useDataverse';
import { runWorkflow } from './engine';
import type { MapperRow } from './fieldMapperFixture';
import { dynamicsMapper, hintTexts, runMapper } from './fieldMapperFixture';
import { airports, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
const suggest = { action: 'suggest' };
const seed = [
	{
		id: 'A',
		Nachname: 'Lovelace',
		'E-Mail': 'ada@example.org',
		address: { city: 'London' },
		quux: 1,
	},
];

interface Pasted {
	readonly nodes: ReadonlyArray<{
		readonly name: string;
		readonly type: string;
		readonly parameters: INodeParameters;
	}>;
}

describe('Suggest Mappings', () => {
	it('design:7 lists each source field with its type and where it most likely belongs', async () => {
		const run = await runMapper(dynamicsMapper(org, [], suggest), seed);
		expect(run.items('Mapper')).toEqual([]);
		expect(run.items('Mapper', 1)).toEqual([]);
		const rows = run.records('Mapper', 2);
		expect(rows).toHaveLength(6);
		expect(run.items('Mapper', 2)[1]).toEqual({
			json: {
				source: 'Nachname',
				sourceType: 'text, up to 8 characters',
				sample: 'Lovelace',
				destinationField: 'lastname',
				destinationType: 'Last Name: text, up to 50 characters · required',
				sure: 88,
				why: 'same meaning',
				node: '',
			},
			pairedItem: [],
			_sync: { change: 'hold', reason: expect.stringContaining('suggestion') },
		});
		expect(rows[4]).toMatchObject({
			source: 'quux',
			sourceType: 'whole number',
			destinationField: '',
		});
		expect(hintTexts(run)[0]).toContain('Nothing is applied and no record is handed on');
	});

	it('design:7 the last item is a node to paste: rows there are first, then the suggested ones, and it runs', async () => {
		const existing: MapperRow[] = [
			['crmsync_externalid', '={{ $json.id }}', { whenEmpty: 'reject' }],
		];
		const run = await runMapper(dynamicsMapper(org, existing, suggest), seed);
		const [node] = (JSON.parse(String(run.records('Mapper', 2).at(-1)!.node)) as Pasted).nodes;
		expect(node).toMatchObject({
			name: 'Mapper Suggested',
			type: 'n8n-nodes-crm-sync.fieldMapper',
		});
		const pasted = { ...dynamicsMapper(org, []), parameters: node.parameters };
		const mapped = await runMapper(pasted, seed);
		expect(mapped.error).toBeUndefined();
		expect(mapped.records('Mapper')).toEqual([
			{
				crmsync_externalid: 'A',
				lastname: 'Lovelace',
				emailaddress1: 'ada@example.org',
				address1_city: 'London',
			},
		]);
	});

	const offered = ['A-1', 'A-2'].map((customer_no) => ({
		...{ customer_no, Nachname: 'Lovelace' },
		_sync: { change: 'added', key: { customer_no } },
	}));

	it('design:7 the key gets the field the sync compares by, and the pasted node runs', async () => {
		const run = await runMapper(dynamicsMapper(org, [], suggest), offered);
		const rows = run.records('Mapper', 2);
		expect(rows[0]).toMatchObject({
			source: 'customer_no',
			destinationField: 'crmsync_externalid',
			why: 'the sync compares the records by it',
		});
		const [node] = (JSON.parse(String(rows.at(-1)!.node)) as Pasted).nodes;
		const pasted = { ...dynamicsMapper(org, []), parameters: node.parameters };
		const removed = {
			customer_no: 'A-3',
			_sync: { change: 'removed', key: { customer_no: 'A-3' } },
		};
		const mapped = await runMapper(pasted, [...offered, removed]);
		expect(mapped.error).toBeUndefined();
		expect(mapped.records('Mapper')).toMatchObject([
			{ crmsync_externalid: 'A-1', lastname: 'Lovelace' },
			{ crmsync_externalid: 'A-2', lastname: 'Lovelace' },
			{ crmsync_externalid: 'A-3' },
		]);
	});

	it('design:7 the key may be fed by a field that another mapping reads too', async () => {
		const rows: MapperRow[] = [['nickname', '={{ $json.customer_no }}']];
		const run = await runMapper(dynamicsMapper(org, rows, suggest), offered);
		expect(run.records('Mapper', 2)[0]).toMatchObject({ destinationField: 'crmsync_externalid' });
	});

	it('design:7 names the output to look at, and a key that nothing feeds', async () => {
		const run = await runMapper(dynamicsMapper(org, [], suggest), [{ Nachname: 'Lovelace' }]);
		const [text] = hintTexts(run);
		expect(text).toMatch(/^See the output Suggestions: 1 of 1 source field has a suggestion/);
		expect(text).toMatch(/Key without a source: [^.]*\(crmsync_externalid\)\. Map it/);
		expect(text).toContain('Custom Attributes');
	});

	it('design:7 says which mapping already feeds the field a source field belongs to', async () => {
		const rows: MapperRow[] = [
			['crmsync_externalid', '={{ $json.id }}'],
			['lastname', 'fixed'],
		];
		const run = await runMapper(dynamicsMapper(org, rows, suggest), seed);
		const found = run.records('Mapper', 2).find(({ source }) => source === 'Nachname');
		expect(found).toMatchObject({
			destinationField: '',
			why: 'belongs to lastname, which is mapped already',
		});
	});

	it('design:R8 an action left on neither sends nor removes anything, however often it runs', async () => {
		const account = { destinationObject: { __rl: true, mode: 'list', value: 'account' } };
		const rows: MapperRow[] = ['accountnumber', 'name'].map((name) => [
			name,
			`={{ $json.${name} }}`,
		]);
		const mapper = (more: INodeParameters) =>
			dynamicsMapper(org, rows, { ...account, keyFields: 'accountnumber', ...more });
		const line = (more: INodeParameters) => [mapper(more), diffNode('left-on'), writerNode(org)];
		await runLine(line({}), airports(3));
		const requests = async () => {
			const run = await runLine(line(suggest), airports(3));
			return run.executed;
		};
		expect(await requests()).toEqual(['Seed', 'Mapper']);
		expect(await requests()).toEqual(['Seed', 'Mapper']);
		const after = await runLine(line({}), airports(3));
		expect(after.items('Diff')).toEqual([]);
	});

	it('design:R8 even behind Always Output Data nothing is removed', async () => {
		const account = { destinationObject: { __rl: true, mode: 'list', value: 'account' } };
		const rows: MapperRow[] = [['accountnumber', '={{ $json.accountnumber }}']];
		const mapper = (more: INodeParameters) => ({
			...dynamicsMapper(org, rows, { ...account, keyFields: 'accountnumber', ...more }),
			settings: { alwaysOutputData: true },
		});
		const line = (more: INodeParameters) => [mapper(more), diffNode('always'), writerNode(org)];
		await runLine(line({}), airports(3));
		const run = await runLine(line(suggest), airports(3));
		expect(run.error?.message).toContain('The segment is empty');
	});

	it('n8n:4.1 the third output is there only while suggestions are asked for', () => {
		const names = (action: string) => {
			const type = new FieldMapper();
			const parameters = { action };
			const node = {
				name: 'M',
				type: 'm',
				parameters,
				id: '1',
				typeVersion: 1,
				position: [0, 0],
			} as unknown as INode;
			const nodeTypes = { getByName: () => type, getByNameAndVersion: () => type };
			const workflow = new Workflow({
				...{ nodes: [node], connections: {}, active: false },
				nodeTypes: nodeTypes as never,
			});
			const outputs = NodeHelpers.getNodeOutputs(workflow, node, type.description);
			return outputs.map((output) => (typeof output === 'object' ? output.displayName : output));
		};
		expect(names('map')).toEqual(['Mapped', 'Rejected']);
		expect(names('suggest')).toEqual(['Mapped', 'Rejected', 'Suggestions']);
	});

	it('design:7 without a known destination there is nothing to suggest, and it says what to choose', async () => {
		const parameters = { ...suggest, keyFields: 'x', mappings: {} };
		const any = { name: 'Mapper', type: new FieldMapper(), parameters };
		const run = await runWorkflow({ seed, nodes: [any] });
		expect(run.error).toMatchObject({
			message: 'Suggestions need the fields of the destination',
			description: expect.stringContaining('Choose a system in Destination'),
		});
		const carriedOn = await runWorkflow({
			seed,
			nodes: [{ ...any, onError: 'continueRegularOutput' as const }],
		});
		expect(carriedOn.items('Mapper')).toEqual([]);
		expect(carriedOn.records('Mapper', 2)).toMatchObject([
			{ error: expect.stringContaining('Choose a system') },
		]);
	});

	it('design:7 an empty input is refused in words', async () => {
		const run = await runMapper(dynamicsMapper(org, [], suggest), [{}]);
		expect(run.error?.message).toBe('The input has no field to suggest a mapping for');
	});
});
