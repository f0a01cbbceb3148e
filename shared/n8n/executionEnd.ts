import type { IExecuteFunctions } from 'n8n-workflow';

import type { LiveRun } from '../state/liveRun';
import { endExecution } from '../state/registry';

/**
 * Ends a run together with its execution (design R13). n8n forgets who asked when an execution goes to waiting,
 * so every node that works for the run asks again; asking twice does no harm.
 */
export function endWithExecution(context: IExecuteFunctions, run: LiveRun): void {
	context.onExecutionFinish?.(async () => await endExecution(run));
}
