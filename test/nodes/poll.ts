/** One poll of a trigger as n8n makes it, on n8n's own polling context. */
import './engineEnvironment';
import 'reflect-metadata';

import { ExternalSecretsProxy, PollContext } from 'n8n-core';
import type {
	INode,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import type { EngineNode } from './engine';
import { StubCredentials } from './engineCredentials';

/** Records of the items with which the trigger, the first node, would start the others; undefined: it would not. */
export async function poll(
	nodes: readonly EngineNode[],
	mode: WorkflowExecuteMode = 'trigger',
): Promise<Array<Record<string, unknown>> | undefined> {
	const [trigger] = nodes;
	const types = new Map(nodes.map(({ type }) => [type.description.name, type]));
	const find = (name: string) => types.get(name.slice(name.lastIndexOf('.') + 1))!;
	const nodeTypes = { getByName: find, getByNameAndVersion: find } as unknown as INodeTypes;
	const stored = nodes.map(toNode);
	const [first, ...others] = stored;
	const wires = others.map(({ name: node }) => ({ node, type: 'main' as const, index: 0 }));
	const connections = { [first.name]: { main: [wires] } };
	const workflow = new Workflow({ id: '1', nodes: stored, connections, active: true, nodeTypes });
	const additionalData = {
		credentialsHelper: new StubCredentials(nodes, [new CrmSyncDynamics365Api()]),
		externalSecretsProxy: new ExternalSecretsProxy(),
		variables: {},
	} as unknown as IWorkflowExecuteAdditionalData;
	const context = new PollContext(workflow, first, additionalData, mode, 'update');
	const answer = await trigger.type.poll!.call(context);
	return answer?.[0].map(({ json }) => json);
}

function toNode({ name, type, parameters = {}, credentials = {}, ...node }: EngineNode): INode {
	const ids = Object.keys(credentials).map((kind) => [kind, { id: `${name}/${kind}`, name: kind }]);
	return {
		id: name,
		name,
		type: `n8n-nodes-crm-sync.${type.description.name}`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: Object.fromEntries(ids),
		...(node.disabled && { disabled: true }),
	};
}
