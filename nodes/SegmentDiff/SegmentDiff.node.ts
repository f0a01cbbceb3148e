import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { compareSegment } from '../../shared/n8n/compareSegment';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { properties } from './properties';
import { readSettings } from './settings';
import { sourceCredentials } from './sourceProperties';

export class SegmentDiff implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Segment Diff',
		name: 'segmentDiff',
		icon: {
			light: 'file:../../icons/segmentDiff.svg',
			dark: 'file:../../icons/segmentDiff.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["syncName"] || "what changed" }}',
		description:
			'Compares the input with what the destination accepted and passes on what was added, changed or removed',
		defaults: { name: 'Segment Diff' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Changes', 'Invalid'],
		credentials: sourceCredentials,
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return await compareSegment(this, readSettings(this));
		} catch (error) {
			// A throw would send the input on as if it had been compared (n8n:T-01).
			if (this.continueOnFail())
				return [[], [{ json: { reason: errorText(error) }, pairedItem: [] }]];
			throw nodeError(this.getNode(), error);
		}
	}
}
