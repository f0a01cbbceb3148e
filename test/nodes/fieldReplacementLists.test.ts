import { LoadOptionsContext } from 'n8n-core';
import type { ILoadOptionsFunctions, INodeListSearchResult, INodeParameters } from 'n8n-workflow';

import { FieldReplacement } from '../../nodes/FieldReplacement/FieldReplacement.node';
import { inNode, OURS } from '../connectors/dynamics365Engine';
import { useDataverse } from '../sandbox/useDataverse';

const org = useDataverse();
const type = new FieldReplacement();
const { listSearch, loadOptions } = type.methods;

const parameters = (row: INodeParameters, more: INodeParameters = {}): INodeParameters => ({
	authentication: OURS,
	source: 'dynamics365',
	sourceObject: { __rl: true, mode: 'list', value: 'contact' },
	destination: 'dynamics365',
	destinationObject: { __rl: true, mode: 'list', value: 'account' },
	rules: { values: [{ field: 'other' }, row] },
	...more,
});

/** Runs a list as the editor asks for it: in the second row, with the path n8n gives it. */
async function asked<T>(
	list: (this: ILoadOptionsFunctions, filter?: string) => Promise<T>,
	current: INodeParameters,
	filter?: string,
): Promise<T> {
	const answer = await inNode(org, async (context) => {
		const read = LoadOptionsContext.prototype.getCurrentNodeParameter;
		const editor: object = Object.assign(Object.create(context) as object, {
			path: 'parameters.rules.values[1].existingValue',
			additionalData: Object.assign(
				Object.create((context as unknown as { additionalData: object }).additionalData) as object,
				{ currentNodeParameters: current },
			),
			node: { ...context.getNode(), parameters: current },
			workflow: { nodeTypes: { getByNameAndVersion: () => type } },
			getCurrentNodeParameter: (...named: Parameters<typeof read>) =>
				read.call(editor as LoadOptionsContext, ...named),
		});
		return await list.call(editor as ILoadOptionsFunctions, filter);
	});
	return answer as T;
}

const values = (found: INodeListSearchResult) => found.results.map(({ value }) => value);

describe('lists of Field Replacement', () => {
	test('sync:A21 existing values are the options of the source field of the same row', async () => {
		const found = await asked(listSearch.searchExistingValues, parameters({ field: 'gendercode' }));
		expect(found.results).toEqual([
			{ name: 'Male (1)', value: '1' },
			{ name: 'Female (2)', value: '2' },
		]);
		const interests = parameters({ field: 'crmsync_interests' });
		const searched = await asked(listSearch.searchExistingValues, interests, 'SKI');
		expect(searched.results).toEqual([{ name: 'Skiing (935350000)', value: '935350000' }]);
	});

	test('sync:A21 new values are the options of the destination field, by its own name or the one of the row', async () => {
		const named = { field: 'gendercode', destinationField: 'customertypecode' };
		expect(values(await asked(listSearch.searchNewValues, parameters(named)))).toEqual([
			'1',
			'2',
			'3',
		]);
		const same = parameters({ field: 'donotemail', destinationField: '' });
		const yesNo = await asked(listSearch.searchNewValues, same);
		expect(values(yesNo)).toEqual(['true', 'false']);
		expect(yesNo.results[0].name).toContain('(true)');
	});

	test.each([
		['text', { field: 'lastname' }, {}, '"lastname" has no list of values: it holds text'],
		['no such field', { field: 'iata' }, {}, 'The Source Object has no field "iata"'],
		['no field', { field: '' }, {}, 'This row has no field yet'],
		['an open side', { field: 'iata' }, { source: 'any' }, 'No Source Object is chosen'],
		[
			'no object',
			{ field: 'iata' },
			{ sourceObject: { __rl: true, mode: 'list', value: '' } },
			'No Source Object is chosen',
		],
	])(
		'sync:A21 where there is no list, the editor says why and what to do: %s',
		async (_what, row, more, message) => {
			const said = await asked(listSearch.searchExistingValues, parameters(row, more)).then(
				() => 'a list',
				(error: Error) => error.message,
			);
			expect(said).toContain(message);
			expect(said).toMatch(/By Value|Choose the field first/u);
		},
	);

	test('design:6 objects and fields of both sides', async () => {
		const current = parameters({});
		const objects = await asked(listSearch.searchSourceObjects, current, 'booking');
		expect(values(objects)).toEqual(['crmsync_booking']);
		const fields = await asked(loadOptions.loadSourceFields, current);
		expect(fields.map(({ value }) => value)).toContain('fullname');
		const others = await asked(loadOptions.loadDestinationFields, current);
		expect(others.map(({ value }) => value)).toContain('industrycode');
		expect(others[0]).toEqual({ name: 'Same Name as Field', value: '' });
	});
});
