import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { RecordFilter } from '../../nodes/RecordFilter/RecordFilter.node';
import { passOn, runWorkflow } from './engine';
import {
	active,
	conditions,
	fates,
	filterNode,
	messages,
	places,
	runFilter,
	swiss,
} from './recordFilterFixture';

describe('Record Filter in n8n', () => {
	it.each([
		['and', ['kept', 'hold', 'hold', 'hold']],
		['or', ['kept', 'kept', 'kept', 'hold']],
	])('sync:T6 joins two conditions with %s', async (combinator, expected) => {
		expect(fates(await runFilter(places, conditions([swiss, active], combinator)))).toEqual(
			expected,
		);
	});

	it.each([
		['no condition', {}],
		['an empty list', conditions([])],
		["n8n's untouched first row", conditions([{ left: '', is: 'string:equals' }])],
	])('sync:T6 sync:A23 with %s every record passes', async (_, parameters) => {
		const done = await runFilter(places, parameters);
		expect(done.records('Filter')).toEqual(places);
		expect(done.items('Filter', 1)).toEqual([]);
		expect(messages(done)).toEqual(['4 kept, 0 discarded.']);
	});

	it('sync:T6 an untouched row beside others neither passes everything nor nothing', async () => {
		const parameters = conditions([swiss, { left: '', is: 'string:equals' }], 'or');
		expect(fates(await runFilter(places, parameters))).toEqual(['kept', 'kept', 'hold', 'hold']);
	});

	it('design:R8 what does not pass stays on Kept as a hold with its record; its copy has no receipt', async () => {
		const receipt = { scope: 's', run: '1', key: '["BRN"]' };
		const _sync = { change: 'changed', changedFields: ['country'], receipt, id: '7' };
		const seed = [places[0], { ...places[2], _sync }];
		const done = await runFilter(seed, conditions([swiss]));
		const reason = 'Condition 1 ("country") is not met.';
		expect(done.items('Filter')).toEqual([
			{ json: places[0], pairedItem: { item: 0 } },
			{
				json: { ...places[2], _sync: { change: 'hold', reason, receipt, id: '7' } },
				pairedItem: { item: 1 },
			},
		]);
		expect(done.items('Filter', 1)).toEqual([
			{
				json: {
					...places[2],
					reason,
					_sync: { change: 'changed', changedFields: ['country'], id: '7' },
				},
				pairedItem: { item: 1 },
			},
		]);
		expect(JSON.stringify(done.items('Filter', 1))).not.toContain('receipt');
		expect(messages(done)[0]).toBe('1 kept, 1 discarded (held).');
	});

	it('sync:T7 with Delete Filtered-Out Records what does not pass is marked as removed', async () => {
		const parameters = { ...conditions([swiss]), deleteFilteredOut: true };
		const done = await runFilter([places[0], places[2]], parameters);
		expect(fates(done)).toEqual(['kept', 'removed']);
		expect(done.records('Filter', 1)).toEqual([
			{ ...places[2], reason: 'Condition 1 ("country") is not met.' },
		]);
		expect(messages(done)[0]).toBe('1 kept, 1 discarded (passed on as removed).');
	});

	it('design:R2 an offer that does not pass is never turned into a removal', async () => {
		const receipt = { scope: 's', run: '1', key: '["CDG"]' };
		const seed = [{ ...places[2], _sync: { change: 'added', receipt } }];
		const parameters = { ...conditions([swiss]), deleteFilteredOut: true };
		expect(fates(await runFilter(seed, parameters))).toEqual(['hold']);
	});

	it('design:R8 holds and removed records pass unjudged and unchanged', async () => {
		const seed = [
			{ code: 'CDG', _sync: { change: 'hold', reason: 'refused before' } },
			{ code: 'ORY', _sync: { change: 'removed' } },
		];
		const done = await runFilter(seed, conditions([swiss]));
		expect(done.records('Filter')).toEqual(seed);
		expect(done.items('Filter', 1)).toEqual([]);
		expect(messages(done)[0]).toBe('0 kept, 0 discarded, 1 held before, 1 removed before.');
	});

	it('n8n:4.10 a value of another type refuses its record only, even with Delete Filtered-Out Records', async () => {
		const seed = [{ amount: 7 }, { amount: '7' }, { amount: 1 }];
		const above = conditions([{ field: 'amount', is: 'number:gt', right: 5 }]);
		const done = await runFilter(seed, { ...above, deleteFilteredOut: true });
		expect(fates(done)).toEqual(['kept', 'hold', 'removed']);
		const reason =
			'Condition 1 ("amount") cannot be evaluated: Wrong type: \'7\' is a string but was expecting a number. Choose another type of comparison, or switch on Convert Types Where Required.';
		expect(done.records('Filter', 1)[0]).toEqual({ amount: '7', reason });
		expect(done.hints('Filter')[0]).toMatchObject({
			type: 'warning',
			message: `1 kept, 1 discarded (passed on as removed), 1 refused (held). The first: ${reason}`,
		});
		const loose = await runFilter(seed, { ...above, options: { looseTypeValidation: true } });
		expect(fates(loose)).toEqual(['kept', 'kept', 'hold']);
	});

	it('n8n:T-01 an expression error refuses its record only', async () => {
		const parameters = conditions([
			{ left: '={{ $json.name.trim }}', is: 'string:notEquals', right: 'a' },
		]);
		const done = await runFilter([{ name: 'a' }, { other: 1 }], parameters);
		expect(fates(done)).toEqual(['hold', 'kept']);
		expect(done.records('Filter', 1)[0].reason).toBe(
			'Condition 1 ("name.trim") cannot be evaluated: this is a function, please add ().',
		);
	});

	it('n8n:4.10 a text on which a pattern runs wild refuses its record only', async () => {
		const parameters = conditions([{ field: 'v', is: 'string:regex', right: '^(a+)+$' }]);
		const seed = [{ v: 'aaa' }, { v: `${'a'.repeat(40)}!` }, { v: 'b' }, { v: null }];
		const done = await runFilter(seed, parameters);
		expect(fates(done)).toEqual(['kept', 'hold', 'hold', 'hold']);
		expect(done.records('Filter', 1)[0].reason).toContain('timed out');
	});

	it('design:3 refuses records with a real column called _sync, and keeps it in the copy', async () => {
		const done = await runFilter([{ country: 'CH', _sync: '2026-01-01' }], conditions([swiss]));
		expect(done.records('Filter')).toEqual([
			{
				country: 'CH',
				_sync: { change: 'hold', reason: expect.stringContaining('"_sync" is not an object') },
			},
		]);
		expect(done.records('Filter', 1)[0]).toMatchObject({ country: 'CH', _sync: '2026-01-01' });
	});

	it('design:R15 leaves bookkeeping beside the record where it is', async () => {
		const item = {
			json: { country: 'FR' },
			_sync: { insertOnly: ['name'], id: '7', change: 'added' },
		};
		const done = await runWorkflow({ seed: [item], nodes: [filterNode(conditions([swiss]))] });
		expect(done.items('Filter')).toEqual([
			{
				json: { country: 'FR' },
				_sync: {
					change: 'hold',
					id: '7',
					reason: expect.any(String),
					result: { status: 'skipped', reason: 'policy' },
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('design:R8 a mapper behind it finds the key of a hold in any source field', async () => {
		const mapper = {
			keyFields: 'accountnumber',
			mappings: {
				values: [{ destinationField: 'accountnumber', source: '={{ $json.code.toLowerCase() }}' }],
			},
		};
		const done = await runWorkflow({
			seed: places,
			nodes: [
				filterNode(conditions([swiss])),
				{ name: 'Mapper', type: new FieldMapper(), parameters: mapper },
			],
		});
		expect(done.records('Mapper').slice(2)).toMatchObject([
			{ accountnumber: 'cdg', _sync: { change: 'hold', key: { accountnumber: 'cdg' } } },
			{ accountnumber: 'ory', _sync: { change: 'hold' } },
		]);
	});

	it('sync:A22 judges a field the mapper did not map, by an expression too', async () => {
		const source = '={{ $("Seed").item.json.country }}';
		const parameters = conditions([{ left: source, is: 'string:equals', right: 'CH' }]);
		const done = await runWorkflow({
			seed: places.slice(1, 3),
			nodes: [{ name: 'Other', type: passOn() }, filterNode(parameters)],
		});
		expect(fates(done)).toEqual(['kept', 'hold']);
	});

	it('design:R9 one empty item counts as empty input and stays one', async () => {
		const done = await runFilter([{}], conditions([swiss]));
		expect(done.items('Filter')).toEqual([{ json: {}, pairedItem: { item: 0 } }]);
		expect(done.items('Filter', 1)).toEqual([]);
	});

	it('n8n:4.1 leaves the input items as they are, and keeps binary data', async () => {
		const binary = { data: { data: 'eA==', mimeType: 'text/plain' } };
		const seed: INodeExecutionData[] = places.map((json) => ({ json: { ...json }, binary }));
		const before = structuredClone(seed);
		const done = await runWorkflow({ seed, nodes: [filterNode(conditions([swiss]))] });
		expect(seed).toEqual(before);
		expect(done.items('Filter').map((item) => item.binary)).toEqual(Array(4).fill(binary));
	});

	it('design:7 shows few parameters, names its outputs and links to how missing values, case and types compare', () => {
		const { properties, outputs, outputNames } = new RecordFilter().description;
		expect(properties.length).toBeLessThanOrEqual(6);
		expect(outputNames).toHaveLength(outputs.length);
		const help = properties.find(({ type }) => type === 'notice')!.displayName;
		// A long notice stands in everybody's way: one line, and the page behind it says the rest.
		expect(help.replace(/<[^>]*>/g, '').length).toBeLessThan(80);
		const [, page] = /\/blob\/main\/(.+?)"/.exec(help)!;
		const text = readFileSync(path.join(__dirname, '../..', page), 'utf8');
		for (const word of ['missing', 'null', 'Ignore Case', 'Convert Types']) {
			expect(text).toContain(word);
		}
	});
});
