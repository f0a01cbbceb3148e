import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { OURS, inNode } from '../connectors/dynamics365Engine';
import { useDataverse } from '../sandbox/useDataverse';

const node = new FieldMapper();
const { listSearch, loadOptions } = node.methods;
const org = useDataverse();

async function asked<T>(
	ask: (context: ILoadOptionsFunctions) => Promise<T>,
	more: Record<string, unknown> = {},
): Promise<T> {
	const current: Record<string, unknown> = {
		...{ destination: 'dynamics365', destinationObject: 'contact', authentication: OURS },
		...{ keyFields: 'crmsync_externalid', ...more },
	};
	return (await inNode(org, async (context) => {
		const editor: object = Object.assign(Object.create(context) as object, {
			getCurrentNodeParameter: (name: string) => current[name],
		});
		return await ask(editor as ILoadOptionsFunctions);
	})) as T;
}

const fields = async (more?: Record<string, unknown>) =>
	await asked<INodePropertyOptions[]>(
		async (context) => await loadOptions.loadDestinationFields.call(context),
		more,
	);

const listedKeys = async (more?: Record<string, unknown>) =>
	await asked<INodePropertyOptions[]>(
		async (context) => await loadOptions.loadDestinationKeys.call(context),
		more,
	);

describe('lists of the Field Mapper', () => {
	it('design:7 fields with type, length and marks; the key first, then what is required', async () => {
		const list = await fields();
		expect(list[0]).toEqual({
			name: 'External Id (crmsync_externalid)',
			value: 'crmsync_externalid',
			description: 'text, up to 100 characters · key',
		});
		expect(list[1]).toMatchObject({
			value: 'lastname',
			description: 'text, up to 50 characters · required',
		});
		const names = list.map(({ value }) => value);
		expect(names).not.toContain('fullname');
		const byId = await fields({ keyFields: 'contactid' });
		expect(byId[0]).toMatchObject({
			value: 'contactid',
			description: expect.stringContaining('key'),
		});
	});

	it('design:7 objects and keys come from the same destination', async () => {
		const objects = await asked(
			async (context) => await listSearch.searchDestinationObjects.call(context, 'contact'),
		);
		expect(objects.results).toContainEqual({ name: 'Contact (contact)', value: 'contact' });
		const keys = await listedKeys();
		expect(keys.map(({ value }) => value)).toEqual(['contactid', 'crmsync_externalid']);
		const repeated = keys.filter(({ name, description = '-' }) => name.includes(description));
		expect(repeated).toEqual([]);
	});

	it('design:7 the list of keys says what to choose before it', async () => {
		expect(await listedKeys({ destinationObject: '' })).toEqual([
			{ name: expect.stringContaining('Object Above First'), value: '' },
		]);
	});

	it('design:7 nothing is listed while no system or object is chosen', async () => {
		expect(await fields({ destination: 'any' })).toEqual([]);
		expect(await fields({ destinationObject: '' })).toEqual([]);
	});

	it('design:7 rows that ask at once share one answer; a later question is asked anew', async () => {
		const metadata = () => org.log.filter(({ url }) => url.includes('$batch')).length;
		const both = async () =>
			await asked(
				async (context) =>
					await Promise.all(
						[1, 2, 3].map(async () => await loadOptions.loadDestinationFields.call(context)),
					),
			);
		const [one, two] = await both();
		expect(two).toEqual(one);
		const first = metadata();
		await both();
		expect(metadata()).toBe(2 * first);
	});

	it('design:7 the key and the destination field keep their values when the destination is switched', () => {
		const twice = (name: string, list: ReadonlyArray<{ name: string }>) =>
			list.filter((property) => property.name === name);
		expect(twice('keyFields', node.description.properties)).toHaveLength(2);
		const mappings = node.description.properties.find(({ name }) => name === 'mappings');
		const [{ values }] = mappings!.options as Array<{ values: Array<{ name: string }> }>;
		expect(twice('destinationField', values)).toHaveLength(2);
	});
});
