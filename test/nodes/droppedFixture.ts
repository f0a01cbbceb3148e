import type { INodeExecutionData } from 'n8n-workflow';

import { testNode, type EngineNode, type EngineRun } from './engine';

/** A foreign node that makes its items anew. */
export const map = (
	title: string,
	each: (items: INodeExecutionData[]) => INodeExecutionData[],
): EngineNode => ({
	name: title,
	type: testNode(title.toLowerCase(), async function () {
		return [each(this.getInputData())];
	}),
});

/** Why the writer refused its items. */
export const refusals = (run: EngineRun) =>
	run
		.records('Writer', 1)
		.map(({ _sync }) => (_sync as { result: { error: unknown } }).result.error);
