import type {
	INode,
	INodeExecutionData,
	IPollFunctions,
	IRun,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

import { nodeError } from './errors';

/** By trigger: when it started an execution that has not ended. */
const underWay = new Map<string, number>();
/** News of an execution that the queue has lost never comes. */
const longestMs = 3_600_000;

/**
 * Starts the workflow, unless the execution that this trigger started last still waits for a worker or is at work:
 * before its run opens nothing in the state tells of it, and every poll would put another one into the queue
 * (n8n:S-08). A process that starts again knows of none, so what a killed one had begun is begun again.
 */
export function startOnce(context: IPollFunctions, items: INodeExecutionData[]): void {
	const trigger = `${context.getWorkflow().id} ${context.getNode().id}`;
	const now = performance.now();
	const since = underWay.get(trigger);
	if (since !== undefined && now - since < longestMs) return;
	const done = context.helpers.createDeferredPromise<IRun | undefined>();
	context.__emit([items], undefined, done);
	underWay.set(trigger, now);
	const end = () => {
		if (underWay.get(trigger) === now) underWay.delete(trigger);
	};
	// One that could not be started, or was stopped, is over as well; n8n itself reports it.
	void done.promise.then(end, end);
}

/** An error of a poll. Publishing shows its message alone (seen on n8n 2.41), so the next step is a part of it. */
export function pollError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	const shown = nodeError(node, error);
	if (!shown.description) return shown;
	const message = `${shown.message.replace(/\.$/u, '')}. ${shown.description}`;
	return Object.assign(shown, { message, description: '' });
}
