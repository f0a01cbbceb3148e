/** What stands under the name of a node on the canvas, where some twenty letters have room. */
import type { INode, INodeParameters, INodeType } from 'n8n-workflow';
import { NodeHelpers, Workflow } from 'n8n-workflow';

import { Dynamics365Upsert } from '../../nodes/Dynamics365Upsert/Dynamics365Upsert.node';
import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { SalesforceWrite } from '../../nodes/SalesforceWrite/SalesforceWrite.node';
import { SegmentDiff } from '../../nodes/SegmentDiff/SegmentDiff.node';
import { SyncCommit } from '../../nodes/SyncCommit/SyncCommit.node';

/** The subtitle of a node with these parameters and the defaults of all others. */
function subtitle({ description }: INodeType, given: INodeParameters = {}): string {
	const node: INode = {
		...{ id: '1', name: 'N', type: 'n', typeVersion: 1, position: [0, 0] },
		parameters: given,
	};
	const { properties } = description;
	node.parameters =
		NodeHelpers.getNodeParameters(properties, given, true, true, node, description) ?? {};
	const type = { description } as INodeType;
	const nodeTypes = { getByName: () => type, getByNameAndVersion: () => type };
	const workflow = new Workflow({
		...{ nodes: [node], connections: {}, active: false },
		nodeTypes: nodeTypes as never,
	});
	const shown = workflow.expression.getSimpleParameterValue(
		...([node, description.subtitle, 'internal', {}] as const),
	);
	return String(shown).trim();
}

test('design:7 a new node has no half sentence under its name', () => {
	expect(subtitle(new Dynamics365Upsert())).toBe('upsert');
	expect(subtitle(new SalesforceWrite())).toBe('upsert');
	expect(subtitle(new FieldMapper())).toBe('0 fields');
	expect(subtitle(new SegmentDiff())).toBe('what changed');
});

test('design:7 writers say what they do with what, by which key', () => {
	const table = { __rl: true, mode: 'list', value: 'account' };
	const key = 'accountnumber';
	const given = { table, key, writeMode: 'update' };
	expect(subtitle(new Dynamics365Upsert(), given)).toBe('update account by accountnumber');
	expect(subtitle(new Dynamics365Upsert(), { ...given, action: 'preview' })).toBe(
		'preview: update account by accountnumber',
	);
});

test('design:7 the name of a sync is not pushed off the canvas by words before it', () => {
	expect(subtitle(new SegmentDiff(), { syncName: 'customers-to-sf' })).toBe('customers-to-sf');
	expect(subtitle(new SyncCommit()).length).toBeLessThan(20);
});
