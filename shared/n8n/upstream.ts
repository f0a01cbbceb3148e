import type { IExecuteFunctions } from 'n8n-workflow';

/** Nodes that hand out offers. */
const offering = /\.(segmentDiff|dynamics365Changes)$/u;

/** Whether the items come from Segment Diff, or from another node that compares: they are offers, and holding one back keeps it due (design R6). */
export function isBehindSegmentDiff(context: IExecuteFunctions): boolean {
	return context
		.getParentNodes(context.getNode().name)
		.some(({ type, disabled }) => !disabled && offering.test(type));
}
