import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether the items come from Segment Diff: they are offers, and holding one back keeps it due (design R6). */
export function isBehindSegmentDiff(context: IExecuteFunctions): boolean {
	return context
		.getParentNodes(context.getNode().name)
		.some(({ type, disabled }) => !disabled && type.endsWith('.segmentDiff'));
}
