import type { IDataObject } from 'n8n-workflow';
import { readRun, type Run } from './execution';
import { signIn, type Rest } from './rest';
import type { StoredCredential, WorkflowDefinition } from './workflow';

/** What a person does in the editor, as calls. A definition object stands for one stored workflow. */
export interface N8n {
	rest: Rest;
	createCredential(type: string, name: string, data: IDataObject): Promise<StoredCredential>;
	/** Stores the workflow, or updates it when this object was stored before; returns its id. */
	save(workflow: WorkflowDefinition): Promise<string>;
	/** Takes a workflow that is stored already for this object's, so that saving replaces it. */
	adopt(workflow: WorkflowDefinition, id: string): Promise<void>;
	/** Execute workflow, from the manual trigger or the trigger named. */
	run(workflow: WorkflowDefinition, trigger?: string): Promise<Run>;
	/** Starts a run without waiting for its end; returns the execution id for `result` or `cancel`. */
	begin(workflow: WorkflowDefinition, trigger?: string): Promise<string>;
	result(executionId: string, limitSeconds?: number): Promise<Run>;
	cancel(executionId: string): Promise<void>;
	/** Execute step on one node; with an earlier run, its data stands in for the nodes before. */
	executeStep(workflow: WorkflowDefinition, node: string, previous?: Run): Promise<Run>;
	/** Retry of a failed execution, with the workflow as it was then or as it is stored now. */
	retry(failed: Run, options?: { currentWorkflow?: boolean }): Promise<Run>;
	activate(workflow: WorkflowDefinition): Promise<void>;
	deactivate(workflow: WorkflowDefinition): Promise<void>;
	/** Executions of the workflow, newest first. */
	executions(workflow: WorkflowDefinition): Promise<Array<{ id: string; status: string }>>;
}

interface StoredWorkflow {
	id: string;
	versionId: string;
}

const triggers = ['n8n-nodes-base.manualTrigger', 'n8n-nodes-base.executeWorkflowTrigger'];

function triggerOf(workflow: WorkflowDefinition): string {
	const start = workflow.nodes.find(({ type }) => triggers.includes(type));
	if (!start) throw new Error(`Workflow "${workflow.name}" has no trigger a person can start`);
	return start.name;
}

function storage(rest: Rest) {
	const stored = new WeakMap<WorkflowDefinition, StoredWorkflow>();
	const keep = (workflow: WorkflowDefinition, { id, versionId }: StoredWorkflow) => {
		stored.set(workflow, { id, versionId });
		return { id, versionId };
	};
	return {
		adopt: async (workflow: WorkflowDefinition, id: string) => {
			keep(workflow, await rest.get<StoredWorkflow>(`/workflows/${id}`));
		},
		store: async (workflow: WorkflowDefinition): Promise<StoredWorkflow> => {
			const before = stored.get(workflow);
			const body = { pinData: {}, settings: { executionOrder: 'v1' }, ...workflow };
			const after = before
				? await rest.patch<StoredWorkflow>(`/workflows/${before.id}`, { ...body, ...before })
				: await rest.post<StoredWorkflow>('/workflows', body);
			return keep(workflow, after);
		},
		idOf: (workflow: WorkflowDefinition) => stored.get(workflow)?.id,
	};
}

/** Signs in to a running server. */
export async function connect(url: string): Promise<N8n> {
	const rest = await signIn(url);
	const { adopt, store, idOf } = storage(rest);

	async function begin(workflow: WorkflowDefinition, payload: unknown): Promise<string> {
		const { id } = await store(workflow);
		const answer = await rest.post<{ executionId?: string }>(`/workflows/${id}/run`, payload);
		if (!answer.executionId) throw new Error(`n8n did not run it: ${JSON.stringify(answer)}`);
		return answer.executionId;
	}
	const fromTrigger = (workflow: WorkflowDefinition, trigger = triggerOf(workflow)) =>
		begin(workflow, { triggerToStartFrom: { name: trigger } });

	return {
		rest,
		createCredential: async (type, name, data) => {
			const { id } = await rest.post<{ id: string }>('/credentials', { type, name, data });
			return { id, name, type };
		},
		save: async (workflow) => (await store(workflow)).id,
		adopt,
		begin: fromTrigger,
		run: async (workflow, trigger) => readRun(rest, await fromTrigger(workflow, trigger)),
		result: (executionId, limitSeconds) => readRun(rest, executionId, limitSeconds),
		cancel: (executionId) => rest.post(`/executions/${executionId}/stop`),
		executeStep: async (workflow, nodeName, previous) => {
			const destinationNode = { nodeName, mode: 'inclusive' };
			const payload = { destinationNode, runData: previous?.runData };
			return readRun(rest, await begin(workflow, payload));
		},
		retry: async (failed, { currentWorkflow = false } = {}) => {
			const body = { loadWorkflow: currentWorkflow };
			await rest.post(`/executions/${failed.id}/retry`, body);
			const [newest] = await executions(rest, failed.workflowId);
			return readRun(rest, newest.id);
		},
		activate: async (workflow) => {
			const { id, versionId } = await store(workflow);
			await rest.post(`/workflows/${id}/activate`, { versionId });
		},
		deactivate: async (workflow) => {
			const { id } = await store(workflow);
			await rest.post(`/workflows/${id}/deactivate`);
		},
		executions: async (workflow) => executions(rest, idOf(workflow) ?? (await store(workflow)).id),
	};
}

async function executions(rest: Rest, workflowId: string) {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const path = `/executions?filter=${filter}&limit=100`;
	const { results } = await rest.get<{ results: Array<{ id: string; status: string }> }>(path);
	return results;
}
