import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IConnections, IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

/** A workflow as a template file holds it. */
export interface WorkflowDefinition {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IDataObject;
	pinData?: Record<string, INodeExecutionData[]>;
}

/** A node for tests: `node('Start', 'n8n-nodes-base.manualTrigger')`. */
export function node(
	name: string,
	type: string,
	parameters: IDataObject = {},
	rest: Partial<INode> = {},
): INode {
	const position: [number, number] = [0, 0];
	return { id: randomUUID(), name, type, typeVersion: 1, position, ...rest, parameters } as INode;
}

/** Nodes that pass items on, for tests about the machinery around ours. */
export const core = {
	start: (name = 'Start') => node(name, 'n8n-nodes-base.manualTrigger'),
	code: (name: string, jsCode: string) =>
		node(name, 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 }),
	pass: (name: string) => node(name, 'n8n-nodes-base.noOp'),
};

/** Wires nodes one behind the other, first output to first input, left to right. */
export function chain(name: string, nodes: INode[]): WorkflowDefinition {
	const connections: IConnections = {};
	nodes.slice(1).forEach((target, index) => {
		const main = [[{ node: target.name, type: 'main' as const, index: 0 }]];
		connections[nodes[index].name] = { main };
	});
	const placed = nodes.map((item, index) => ({ ...item, position: [index * 220, 0] }) as INode);
	return { name, nodes: placed, connections, settings: { executionOrder: 'v1' } };
}

/** Adds a node and a wire to it from any output of a node already there, drawn one row lower per output. */
export function branch(
	workflow: WorkflowDefinition,
	from: { node: string; output: number },
	target: INode,
): WorkflowDefinition {
	const source = workflow.nodes.find(({ name }) => name === from.node);
	if (!source) throw new Error(`Workflow "${workflow.name}" has no node "${from.node}"`);
	const main = [...(workflow.connections[from.node]?.main ?? [])];
	while (main.length <= from.output) main.push([]);
	const wire = { node: target.name, type: 'main' as const, index: 0 };
	main[from.output] = [...(main[from.output] ?? []), wire];
	const [x, y] = source.position;
	const placed = { ...target, position: [x + 220, y + 160 * from.output] } as INode;
	return {
		...workflow,
		nodes: [...workflow.nodes, placed],
		connections: { ...workflow.connections, [from.node]: { main } },
	};
}

/** The part of a node that names its credential: `node(name, type, parameters, uses(credential))`. */
export const uses = ({ id, name, type }: StoredCredential): Partial<INode> => ({
	credentials: { [type]: { id, name } },
});

/** What the editor's Duplicate makes: a new workflow whose nodes have new ids. */
export function duplicate(workflow: WorkflowDefinition): WorkflowDefinition {
	const copy = structuredClone(workflow);
	copy.name = `${workflow.name} copy`;
	for (const item of copy.nodes) item.id = randomUUID();
	return copy;
}

/** The same workflow with fixed output for some nodes, as pinned in the editor. */
export function pin(
	workflow: WorkflowDefinition,
	pinData: Record<string, INodeExecutionData[]>,
): WorkflowDefinition {
	return { ...workflow, pinData: { ...workflow.pinData, ...pinData } };
}

/** A credential as stored in n8n. */
export interface StoredCredential {
	id: string;
	name: string;
	type: string;
}

/** Puts stored credentials where the nodes name their types. */
export function useCredentials(
	workflow: WorkflowDefinition,
	credentials: StoredCredential[],
): WorkflowDefinition {
	for (const item of workflow.nodes) {
		for (const { id, name, type } of credentials) {
			if (item.credentials?.[type]) item.credentials[type] = { id, name };
		}
	}
	return workflow;
}

/** Reads a template file, ready to run with the credentials given. */
export const readTemplate = (file: string, credentials: StoredCredential[] = []) =>
	useCredentials(JSON.parse(readFileSync(file, 'utf8')) as WorkflowDefinition, credentials);
