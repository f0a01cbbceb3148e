import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { confirmDelivery } from '../../shared/n8n/confirmDelivery';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { properties } from './properties';

export class SyncCommit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Confirm Delivery',
		name: 'syncCommit',
		icon: {
			light: 'file:../../icons/syncCommit.svg',
			dark: 'file:../../icons/syncCommit.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: 'confirms',
		description:
			'Tells Segment Diff what a node that is not from this package has delivered; items with an error come back next time',
		defaults: { name: 'Confirm Delivery' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Confirmed', 'Summary'],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return await confirmDelivery(this);
		} catch (error) {
			// A throw would send the input on as if it had been confirmed (n8n:T-01).
			if (this.continueOnFail())
				return [[], [{ json: { reason: errorText(error) }, pairedItem: [] }]];
			throw nodeError(this.getNode(), error);
		}
	}
}
