import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { count } from '../../shared/core/words';

/** Says on the node what became of the records, and what a mapping edit does not do. */
export function addHints(
	context: IExecuteFunctions,
	counted: { readonly mapped: number; readonly held: number },
	rejected: readonly INodeExecutionData[],
): void {
	const refused = rejected.length;
	const held = counted.held > 0 ? `, ${count(counted.held)} held before` : '';
	const counts = `${count(counted.mapped)} mapped, ${count(refused)} refused${held}.`;
	context.addExecutionHints({
		message: refused === 0 ? counts : `${counts} The first: ${String(rejected[0].json.reason)}`,
		type: refused === 0 ? 'info' : 'warning',
		location: 'outputPane',
	});
	if (isBehindSegmentDiff(context)) {
		context.addExecutionHints({
			message:
				'This mapper stands behind Segment Diff: editing a mapping will not re-send records the destination already accepted. Put it before Segment Diff, or resend everything with Sync State.',
			type: 'warning',
			location: 'outputPane',
		});
	}
}

function isBehindSegmentDiff(context: IExecuteFunctions): boolean {
	return context
		.getParentNodes(context.getNode().name)
		.some(({ type, disabled }) => !disabled && type.endsWith('.segmentDiff'));
}
