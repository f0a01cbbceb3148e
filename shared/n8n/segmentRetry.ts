import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { LiveRun } from '../state/liveRun';
import { runOfExecution } from '../state/registry';
import type { Store } from '../state/store';
import type { ComparisonSource } from './compareSegment';

interface HandedOut {
	readonly runIndex: number;
	readonly outputs: INodeExecutionData[][];
}

/** What a live run handed out, where n8n may ask for it once more. */
const handedOut = new WeakMap<LiveRun, HandedOut>();

/** n8n counts up for every loop and wire, and not for a retry. */
const runIndexOf = (context: IExecuteFunctions): number =>
	Number(context.getWorkflowDataProxy(0).$runIndex);

/**
 * What this node handed out in this execution, when n8n retries it: with Retry On Fail it does so for every first
 * item that has a field `error`, although nothing failed (n8n:T-09). Throws for a second comparison (design R9).
 */
export function outputsOfRetry(
	context: IExecuteFunctions,
	store: Store,
	syncName: string,
	{ cureOfTwice }: ComparisonSource,
): INodeExecutionData[][] | undefined {
	const execution = context.getExecutionId();
	const run = runOfExecution(store, syncName, execution);
	if (!run) return undefined;
	const before = handedOut.get(run);
	if (before?.runIndex === runIndexOf(context)) return before.outputs;
	throw new SyncError(
		'config',
		`The sync "${syncName}" was compared twice in execution ${execution}`,
		{ hint: cureOfTwice },
	);
}

/** The outputs, kept as long as their run lives if the node is set to be retried. */
export function keptForRetry(
	context: IExecuteFunctions,
	run: LiveRun,
	outputs: INodeExecutionData[][],
): INodeExecutionData[][] {
	const runIndex = runIndexOf(context);
	if (context.getNode().retryOnFail === true) handedOut.set(run, { runIndex, outputs });
	return outputs;
}
