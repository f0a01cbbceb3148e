/** One poll of a trigger as n8n makes it, on n8n's own polling context. */
import './engineEnvironment';
import 'reflect-metadata';

import { setImmediate } from 'node:timers/promises';

import { ExternalSecretsProxy, PollContext } from 'n8n-core';
import type {
	INode,
	INodeExecutionData,
	INodeTypes,
	IPollFunctions,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import type { EngineNode } from './engine';
import { StubCredentials } from './engineCredentials';

/** Called with what ends the execution that a poll started. */
type OnStart = (end: () => void) => void;

/**
 * Records of the items with which the trigger, the first node, starts the others; undefined: it does not. What it
 * starts ends at once, unless somebody takes that over.
 */
export async function poll(
	nodes: readonly EngineNode[],
	mode: WorkflowExecuteMode = 'trigger',
	onStart: OnStart = (end) => end(),
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
	let started: INodeExecutionData[][] | undefined;
	const emit: IPollFunctions['__emit'] = (data, _response, done) => {
		started = data;
		onStart(() => done?.resolve(undefined));
	};
	const context = new PollContext(workflow, first, additionalData, mode, 'update', emit);
	const answer = (await trigger.type.poll!.call(context)) ?? started;
	// n8n hears of the end of an execution in a turn of its own.
	await setImmediate();
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
