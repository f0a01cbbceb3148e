import type { INodeExecutionData, INodeParameters, OnError } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import type { EngineNode } from './engine';
import { passOn, runWorkflow, testNode } from './engine';

const node = new FieldMapper();

const parameters = {
	keyFields: 'accountnumber',
	mappings: {
		values: [
			{ destinationField: 'accountnumber', source: '={{ $json.iata }}' },
			{ destinationField: 'name', source: '={{ $json.name.toUpperCase() }}', applyUpdates: false },
			{ destinationField: 'kind', source: 'airport' },
		],
	},
} satisfies INodeParameters;

function mapper(more: INodeParameters = {}, onError?: OnError): EngineNode {
	return { name: 'Mapper', type: node, parameters: { ...parameters, ...more }, onError };
}

async function map(
	seed: Array<Record<string, unknown>>,
	more?: INodeParameters,
	onError?: OnError,
) {
	return await runWorkflow({ seed, nodes: [mapper(more, onError)] });
}

describe('Field Mapper in n8n', () => {
	it('design:7 maps fields, expressions and constants, and pairs every item', async () => {
		const run = await map([
			{ iata: 'ZRH', name: 'Zürich', altitude: 1 },
			{ iata: 'GVA', name: 'Genève' },
		]);
		expect(run.status).toBe('success');
		expect(run.items('Mapper')).toEqual([
			{
				json: {
					accountnumber: 'ZRH',
					name: 'ZÜRICH',
					kind: 'airport',
					_sync: { insertOnly: ['name'] },
				},
				pairedItem: { item: 0 },
			},
			{
				json: expect.objectContaining({ accountnumber: 'GVA', name: 'GENÈVE' }),
				pairedItem: { item: 1 },
			},
		]);
		expect(run.items('Mapper', 1)).toEqual([]);
		expect(run.hints('Mapper')).toEqual([
			{ message: '2 mapped, 0 rejected.', type: 'info', location: 'outputPane' },
		]);
	});

	it('design:R8 a refused record stays on the wire as a hold, its copy has no receipt', async () => {
		const receipt = { scope: 's', run: '1', key: '[""]' };
		const source = { iata: 'X', name: 'no key', _sync: { change: 'added', receipt } };
		const run = await map([
			{ ...source, iata: '' },
			{ iata: 'GVA', name: 'b' },
			{ iata: 'BSL', _sync: { change: 'hold', reason: 'filtered' } },
		]);
		const reason = 'Mapping 1 ("accountnumber") is empty, and a key field must not be.';
		expect(run.items('Mapper')).toEqual([
			{ json: { _sync: { change: 'hold', reason, receipt } }, pairedItem: { item: 0 } },
			expect.objectContaining({ pairedItem: { item: 1 } }),
			{
				json: {
					accountnumber: 'BSL',
					_sync: { change: 'hold', reason: 'filtered', key: { accountnumber: 'BSL' } },
				},
				pairedItem: { item: 2 },
			},
		]);
		expect(run.items('Mapper', 1)).toEqual([
			{
				json: { iata: '', name: 'no key', reason, _sync: { change: 'added' } },
				pairedItem: { item: 0 },
			},
		]);
		expect(run.hints('Mapper')[0]).toMatchObject({
			message: `1 mapped, 1 rejected, 1 held before. The first: ${reason}`,
			type: 'warning',
		});
	});

	it('design:3 refuses records with a real column called _sync, and keeps it in the copy', async () => {
		const run = await map([{ iata: 'ZRH', name: 'a', _sync: '2026-01-01' }]);
		expect(run.records('Mapper')).toEqual([
			{
				accountnumber: 'ZRH',
				_sync: {
					change: 'hold',
					key: { accountnumber: 'ZRH' },
					reason: expect.stringContaining('"_sync" is not an object'),
				},
			},
		]);
		expect(run.records('Mapper', 1)[0]).toMatchObject({ iata: 'ZRH', _sync: '2026-01-01' });
	});

	it('design:R15 keeps bookkeeping beside the record through other nodes, and reads it back', async () => {
		const options = { keepBookkeepingOut: true };
		const again = {
			keyFields: '={{ $json.accountnumber }}',
			mappings: { values: [] },
			passThrough: 'all',
			options,
		};
		const run = await runWorkflow({
			seed: [{ iata: 'ZRH', name: 'a' }],
			nodes: [
				mapper({ options }),
				{ name: 'Other', type: passOn() },
				{ name: 'Again', type: node, parameters: again },
			],
		});
		const item = {
			json: { accountnumber: 'ZRH', name: 'A', kind: 'airport' },
			_sync: { insertOnly: ['name'] },
			pairedItem: { item: 0 },
		};
		expect(run.items('Mapper')).toEqual([item]);
		expect(run.items('Again')).toEqual([item]);
	});

	it('design:R9 one empty item counts as empty input and stays one', async () => {
		const run = await map([{}]);
		expect(run.items('Mapper')).toEqual([{ json: {}, pairedItem: { item: 0 } }]);
		expect(run.items('Mapper', 1)).toEqual([]);
	});

	it('design:7 refuses rules that cannot work before the first record, with the next step', async () => {
		const run = await map([{ iata: 'ZRH' }], { keyFields: 'number' });
		expect(run.status).toBe('error');
		expect(run.error).toMatchObject({
			name: 'NodeOperationError',
			message: 'Key field "number" is not mapped.',
			description: expect.stringContaining('accountnumber, name, kind'),
		});
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'n8n:T-01 with %s rules that cannot work refuse every record, and no input passes as mapped',
		async (onError) => {
			const run = await map([{ iata: 'ZRH' }], { keyFields: 'number' }, onError);
			const reason =
				'Key field "number" is not mapped. Add the mapping, or choose another key. Mapped are: accountnumber, name, kind.';
			expect(run.records('Mapper')).toEqual([]);
			expect(run.records('Mapper', 1)).toEqual([{ iata: 'ZRH', reason }]);
			expect(run.items('Mapper', 2)).toEqual([]);
			expect(run.hints('Mapper').at(-1)?.message).toContain('nothing is handed on');
		},
	);

	it('n8n:T-01 behind Segment Diff they hold every record, which keeps its offer due', async () => {
		const receipt = { scope: 's', run: '1', key: '["ZRH"]' };
		const diff = testNode('segmentDiff', passOn().execute);
		const seed = [{ iata: 'ZRH', _sync: { change: 'added', receipt } }];
		const run = await runWorkflow({
			seed,
			nodes: [
				{ name: 'Diff', type: diff },
				mapper({ keyFields: 'number' }, 'continueRegularOutput'),
			],
		});
		expect(run.records('Mapper')).toEqual([
			{ _sync: { change: 'hold', receipt, reason: expect.stringContaining('"number"') } },
		]);
	});

	it('n8n:T-01 an expression error refuses its record only', async () => {
		const mappings = {
			values: [
				{ destinationField: 'accountnumber', source: '={{ $json.iata }}' },
				{ destinationField: 'name', source: '={{ $json.name.trim }}' },
			],
		};
		const run = await map([{ iata: 'ZRH', name: 'a' }, { iata: 'GVA' }], { mappings });
		expect(run.records('Mapper')).toEqual([
			expect.objectContaining({
				accountnumber: 'ZRH',
				_sync: expect.objectContaining({ change: 'hold' }),
			}),
			{ accountnumber: 'GVA', name: null },
		]);
		expect(run.records('Mapper', 1)).toEqual([
			expect.objectContaining({ reason: expect.stringContaining('Mapping 2 ("name") failed') }),
		]);
	});

	it('n8n:4.1 leaves the input items as they are', async () => {
		const seed: INodeExecutionData[] = [{ json: { iata: 'ZRH', name: 'a', list: [{ x: 1 }] } }];
		const before = structuredClone(seed);
		await runWorkflow({ seed, nodes: [mapper({ passThrough: 'all' })] });
		expect(seed).toEqual(before);
	});

	it.each([
		['any', ['action', 'destination', 'keyFields', 'mappings', 'applyUpdates', 'passThrough']],
		[
			'dynamics365',
			['action', 'destination', 'destinationObject', 'keyFields', 'mappings', 'applyUpdates'],
		],
	])('design:7 with destination %s six parameters beside Options are visible', (system, names) => {
		const { properties } = node.description;
		expect(properties.length).toBeLessThanOrEqual(15);
		const parameters = { destination: system, passThrough: 'none' };
		const shown = properties.filter((property) =>
			NodeHelpers.displayParameter(parameters, property, null, node.description),
		);
		// The editor shows the sign-in inside the credential.
		expect(shown.map(({ name }) => name).filter((name) => name !== 'authentication')).toEqual([
			...names,
			'options',
		]);
	});

	it('n8n:4.8 no sign-in makes the editor hide the destination', () => {
		const { credentials = [], properties } = node.description;
		const naming = [...credentials, ...properties.filter(({ name }) => name === 'authentication')];
		for (const { displayOptions } of naming) {
			expect(Object.keys(displayOptions?.show ?? {})).not.toContain('destination');
		}
	});
});
