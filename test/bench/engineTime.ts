import type { INodeType } from 'n8n-workflow';

import type { EngineRun } from '../nodes/engineRun';
import { effortOf, type Effort } from './segment';

/** A node that notes what its last execution took, without the engine and the nodes around it. */
export interface TimedNode {
	readonly type: INodeType;
	/** Throws what the run failed with. */
	last(run: EngineRun): Effort;
}

export function timed(node: INodeType): TimedNode {
	let effort: Effort | undefined;
	const execute: INodeType['execute'] = async function (...args) {
		let output: Awaited<ReturnType<NonNullable<INodeType['execute']>>> = null;
		effort = await effortOf(async () => {
			output = (await node.execute?.apply(this, args)) ?? null;
		});
		return output;
	};
	return {
		type: { description: node.description, execute },
		last({ error }) {
			if (error) throw error;
			if (!effort) throw new Error(`The node ${node.description.name} did not run`);
			return effort;
		},
	};
}
