import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { changesNode, destination, useChanges, words } from './changesFixture';
import type { EngineNode } from './engine';
import { dynamicsMapper } from './fieldMapperFixture';
import { confirmNode, runLine, writerNode } from './syncFixture';

const { add, name, org, remove, rename, state } = useChanges();

describe('behind the changes', () => {
	const values = [
		{ destinationField: 'crmsync_externalid', source: '={{ $json.accountid }}' },
		{ destinationField: 'lastname', source: '={{ $json.name }}' },
	];
	const toContacts = (options: INodeParameters = { applyDeletes: true, allowTwice: true }) => [
		changesNode(org, name(), { options }),
		dynamicsMapper(org, [], { mappings: { values } }),
		writerNode(org, {
			parameters: {
				table: { __rl: true, mode: 'name', value: 'contact' },
				key: 'crmsync_externalid',
				removedRecords: 'delete',
			},
		}),
	];
	const lastNames = () => org.rows('contact').map(({ lastname }) => lastname);

	it('design:R5 a mapper and our writer deliver, confirm and remove', async () => {
		const [a = '', b = ''] = add('a b');
		const first = await runLine(toContacts(), [{}]);
		expect(first.records('Writer')).toHaveLength(2);
		expect(lastNames()).toEqual(['a', 'b']);
		await rename(a, 'a2');
		await remove(b);
		expect(words(await runLine(toContacts(), [{}]))).toEqual(['changed a2', 'removed']);
		expect(lastNames()).toEqual(['a2']);
		expect((await state()).members.size).toBe(1);
		expect(words(await runLine(toContacts(), [{}]))).toEqual([]);
	});

	it('design:R7 a record the writer refuses is read again, until it fits', async () => {
		const [a = ''] = add('a');
		await rename(a, 'x'.repeat(100));
		const refused = await runLine(toContacts(), [{}]);
		expect(refused.records('Writer', 1)).toHaveLength(1);
		await rename(a, 'fits');
		expect(words(await runLine(toContacts(), [{}]))).toEqual(['added fits']);
		expect(lastNames()).toEqual(['fits']);
	});

	it('design:R15 the template for any node: no bookkeeping in the body, and all of it is confirmed', async () => {
		const file = path.join(__dirname, '../../workflows/dynamics365-to-any-node.json');
		const template = JSON.parse(readFileSync(file, 'utf8')) as {
			nodes: Array<{ name: string; parameters: INodeParameters }>;
		};
		const parametersOf = (node: string) =>
			template.nodes.find((each) => each.name === node)!.parameters;
		const mapper: EngineNode = {
			name: 'Mapper',
			type: new FieldMapper(),
			parameters: parametersOf('Map to the API'),
		};
		const bodies: Array<Record<string, unknown>> = [];
		const parameters = { ...parametersOf('Changed Contacts'), syncName: name() };
		const line = () => [
			changesNode(org, name(), parameters),
			mapper,
			destination(bodies),
			confirmNode(),
		];
		const id = org.insert('contact', { firstname: 'Ann', lastname: 'Archer' });
		const run = await runLine(line(), [{}]);
		expect(run.error).toBeUndefined();
		expect(bodies).toEqual([
			{ externalId: id, email: null, firstName: 'Ann', lastName: 'Archer', city: null },
		]);
		expect(run.records('Confirm', 1)).toMatchObject([{ read: 1, unmatched: 0, stale: 0 }]);
		expect((await runLine(line(), [{}])).items('Changes')).toEqual([]);
	});
});
