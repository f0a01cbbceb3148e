import type { IExecuteFunctions } from 'n8n-workflow';

import { isBehindSegmentDiff } from '../../shared/n8n/upstream';
import { destinationOf } from '../../shared/n8n/wiring';

/** What stands around the filter, as far as its records depend on it. */
export interface Wiring {
	readonly isBehindSegmentDiff: boolean;
	/** Further on, as are the next two. */
	readonly hasSegmentDiff: boolean;
	/** A writer of this pack, which leaves holds out. */
	readonly hasWriter: boolean;
	/** The Segment Diff that does not send removals, by name. */
	readonly diffThatLeaves?: string;
}

export function readWiring(context: IExecuteFunctions): Wiring {
	const diffs = context
		.getChildNodes(context.getNode().name, { includeNodeParameters: true })
		.filter(({ type, disabled }) => !disabled && type.endsWith('.segmentDiff'));
	const diffThatLeaves = diffs.find(({ parameters }) => parameters?.leavers !== 'send');
	return {
		isBehindSegmentDiff: isBehindSegmentDiff(context),
		hasSegmentDiff: diffs.length > 0,
		hasWriter: destinationOf(context) !== '',
		...(diffThatLeaves && { diffThatLeaves: diffThatLeaves.name }),
	};
}
