import './engineEnvironment';
import 'reflect-metadata';

import { ExternalSecretsProxy, WorkflowExecute } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IConnections,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	OnError,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createEmptyRunExecutionData, Workflow } from 'n8n-workflow';

import { StubCredentials } from './engineCredentials';
import type { EngineRun } from './engineRun';
import { readRun, TrackedHooks } from './engineRun';

export { userFolder } from './engineEnvironment';
export type { EngineRun } from './engineRun';

const packageName = 'n8n-nodes-crm-sync';

/** One node of a test workflow; `type` is an instance of the node's class, straight from source. */
export interface EngineNode {
	readonly name: string;
	readonly type: INodeType;
	readonly parameters?: INodeParameters;
	/** Credential type → its decrypted data. */
	readonly credentials?: Readonly<Record<string, ICredentialDataDecryptedObject>>;
	readonly onError?: OnError;
	readonly disabled?: boolean;
	/** Anything else n8n stores on a node: `id`, `retryOnFail`, `alwaysOutputData`, `typeVersion`, `position`. */
	readonly settings?: Partial<INode>;
}

/** A wire. Outputs and inputs count from 0. */
export interface Wire {
	readonly from: string;
	readonly output?: number;
	readonly to: string;
	readonly input?: number;
}

export interface EngineSetup {
	/** In canvas order, top to bottom. The seed node is called `Seed` and comes before the first one. */
	readonly nodes: readonly EngineNode[];
	/** Records, or whole items for binary data and fields beside `json`. */
	readonly seed: ReadonlyArray<Record<string, unknown> | INodeExecutionData>;
	/** Without wires the nodes form a straight line over their first outputs. */
	readonly wires?: readonly Wire[];
	readonly executionId?: string;
	readonly workflowId?: string;
	readonly workflowName?: string;
	readonly mode?: WorkflowExecuteMode;
	/** Credential classes whose `preAuthentication` and `authenticate` n8n would call. */
	readonly credentialTypes?: readonly ICredentialType[];
	/** Handed over as they are, for what a test needs beyond the stubs. */
	readonly additionalData?: Partial<IWorkflowExecuteAdditionalData>;
}

/** A running execution. */
export interface StartedRun {
	readonly done: Promise<EngineRun>;
	/** Cancels as the Stop button does: the signal fires, the node's own code runs on. */
	cancel(): void;
}

/** Runs a workflow on n8n's engine to its end. A failed execution is a result (`error`), not a throw. */
export async function runWorkflow(setup: EngineSetup): Promise<EngineRun> {
	return await startWorkflow(setup).done;
}

/** Starts a workflow on n8n's engine, to be cancelled on the way. */
export function startWorkflow(setup: EngineSetup): StartedRun {
	const execution = prepare(setup);
	const execute = new WorkflowExecute(
		execution.additionalData,
		setup.mode ?? 'integrated',
		createEmptyRunExecutionData(),
	);
	const startNode = execution.workflow.getNode(seedName)!;
	const running = execute.run({ workflow: execution.workflow, startNode });
	const done = running.then((run) => readRun(run, execution.hooks));
	return { done, cancel: () => running.cancel() };
}

/** Records as items, the way n8n's own sources hand them out. */
export function toItems(records: EngineSetup['seed']): INodeExecutionData[] {
	return records.map((record) =>
		isItem(record) ? { ...record } : { json: record as INodeExecutionData['json'] },
	);
}

/** A node for tests that answers with what the function returns, one list per output. */
export function testNode(
	name: string,
	execute: INodeType['execute'],
	description: Partial<INodeType['description']> = {},
): INodeType {
	return {
		description: {
			displayName: name,
			name,
			group: ['transform'],
			version: 1,
			description: '',
			defaults: {},
			inputs: ['main'],
			outputs: ['main'],
			properties: [],
			...description,
		},
		execute,
	};
}

/** A node for tests that hands its input on. */
export function passOn(): INodeType {
	return testNode('passOn', async function () {
		return [this.getInputData()];
	});
}

const seedName = 'Seed';

function prepare(setup: EngineSetup) {
	const seed = testNode('seed', async () => [toItems(setup.seed)], { inputs: [] });
	const all: EngineNode[] = [{ name: seedName, type: seed }, ...setup.nodes];
	const nodes = all.map(toNode);
	const workflowId = setup.workflowId ?? 'testWorkflow';
	const workflowData = {
		id: workflowId,
		name: setup.workflowName ?? 'Test workflow',
		nodes,
		connections: connect(setup.wires ?? straightLine(all)),
		active: false,
		settings: { executionOrder: 'v1' },
	} as unknown as IWorkflowBase;
	const workflow = new Workflow({ ...workflowData, nodeTypes: typesOf(all), staticData: {} });
	const executionId = setup.executionId ?? '1';
	const hooks = new TrackedHooks(setup.mode ?? 'integrated', executionId, workflowData);
	const credentials = new StubCredentials(all, setup.credentialTypes ?? []);
	const additionalData = { ...stubData(credentials), hooks, executionId, workflowId };
	return {
		workflow,
		hooks,
		additionalData: Object.assign(additionalData, setup.additionalData),
	};
}

function toNode(node: EngineNode, position: number): INode {
	const { type, credentials = {} } = node;
	const version = type.description.version;
	return {
		id: `node-${node.name}`,
		name: node.name,
		type: typeName(type),
		typeVersion: Array.isArray(version) ? Math.max(...version) : version,
		position: [position * 200, position * 100],
		parameters: node.parameters ?? {},
		credentials: Object.fromEntries(
			Object.keys(credentials).map((name) => [name, { id: `${node.name}/${name}`, name }]),
		),
		...(node.onError && { onError: node.onError }),
		...(node.disabled && { disabled: true }),
		...node.settings,
	};
}

function straightLine(nodes: readonly EngineNode[]): Wire[] {
	return nodes.slice(1).map(({ name }, position) => ({ from: nodes[position].name, to: name }));
}

function connect(wires: readonly Wire[]): IConnections {
	const connections: IConnections = {};
	for (const { from, to, output = 0, input = 0 } of wires) {
		const outputs = ((connections[from] ??= { main: [] }).main ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]!.push({ node: to, type: 'main', index: input });
	}
	return connections;
}

function typesOf(nodes: readonly EngineNode[]): INodeTypes {
	const types = new Map(nodes.map(({ type }) => [typeName(type), type]));
	const find = (name: string): INodeType => {
		const type = types.get(name);
		if (!type) throw new Error(`The test workflow has no node type ${name}`);
		return type;
	};
	return { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
}

function typeName(type: INodeType): string {
	return `${packageName}.${type.description.name}`;
}

function stubData(credentialsHelper: StubCredentials): IWorkflowExecuteAdditionalData {
	const base = 'http://127.0.0.1:5678/';
	const unavailable = async () => {
		throw new Error('Not available in tests');
	};
	return {
		credentialsHelper,
		externalSecretsProxy: new ExternalSecretsProxy(),
		currentNodeExecutionIndex: 0,
		executeWorkflow: unavailable,
		getRunExecutionData: async () => undefined,
		getRuntimeCredential: async () => undefined,
		startRunnerTask: unavailable,
		variables: {},
		restApiUrl: `${base}rest`,
		instanceBaseUrl: base,
		formBaseUrl: `${base}form`,
		formWaitingBaseUrl: `${base}form-waiting`,
		formTestBaseUrl: `${base}form-test`,
		webhookBaseUrl: `${base}webhook`,
		webhookWaitingBaseUrl: `${base}webhook-waiting`,
		webhookTestBaseUrl: `${base}webhook-test`,
		mcpBaseUrl: `${base}mcp`,
		mcpTestBaseUrl: `${base}mcp-test`,
		setExecutionStatus: () => undefined,
		sendDataToUI: () => undefined,
		logAiEvent: () => undefined,
	};
}

function isItem(record: Record<string, unknown>): record is INodeExecutionData {
	return typeof record.json === 'object' && record.json !== null && !Array.isArray(record.json);
}
