import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import type { CompiledFilter } from '../../shared/n8n/compiledFilter';
import { compileFilter } from '../../shared/n8n/compiledFilter';
import { rawParameter } from '../../shared/n8n/parameters';
import type { Wiring } from './wiring';

interface Options {
	readonly ignoreCase?: boolean;
	readonly looseTypeValidation?: boolean;
}

export interface Settings {
	readonly filter: CompiledFilter;
	readonly deleteFilteredOut: boolean;
}

/**
 * The node's parameters, read once. The switches in Options decide, not their copies inside the stored
 * conditions: what the panel shows is what runs.
 */
export function readSettings(context: IExecuteFunctions, wiring: Wiring): Settings {
	const options = context.getNodeParameter('options', 0, {}) as Options;
	const deleteFilteredOut = context.getNodeParameter('deleteFilteredOut', 0, false) === true;
	if (deleteFilteredOut) refuseUnprovenRemovals(wiring);
	const filter = compileFilter(context, rawParameter(context, 'conditions', {}), {
		ignoreCase: options.ignoreCase === true,
		convertTypes: options.looseTypeValidation === true,
	});
	return { filter, deleteFilteredOut };
}

/** Only Segment Diff knows what the destination was given, so only it may offer a removal (sync:C8). */
function refuseUnprovenRemovals({ isBehindSegmentDiff, hasWriter, hasSegmentDiff }: Wiring): void {
	if (isBehindSegmentDiff) {
		throw new SyncError(
			'config',
			'Delete Filtered-Out Records does not work behind Segment Diff, which has compared these records already',
			{
				hint: 'Put this filter before Segment Diff, which then removes what it was told and the destination was given; or switch Delete Filtered-Out Records off.',
			},
		);
	}
	if (hasWriter && !hasSegmentDiff) {
		throw new SyncError(
			'config',
			'Delete Filtered-Out Records is on, and no Segment Diff stands behind this filter: the writer would delete records that this sync never gave to the destination',
			{
				hint: 'Put Segment Diff between this filter and the writer, or switch Delete Filtered-Out Records off.',
			},
		);
	}
}
