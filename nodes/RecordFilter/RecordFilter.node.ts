import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { filterItems } from './filterItems';
import { properties } from './properties';

export class RecordFilter implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Record Filter',
		name: 'recordFilter',
		icon: {
			light: 'file:../../icons/recordFilter.svg',
			dark: 'file:../../icons/recordFilter.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ "filtered out: " + ($parameter["deleteFilteredOut"] ? "removed" : "held, not removed") }}',
		description:
			'Lets records through that meet the conditions; the others are held, so that the sync does not take them for removed',
		defaults: { name: 'Record Filter' },
		usableAsTool: undefined,
		parameterPane: 'wide',
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Kept', 'Discarded'],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await filterItems(this);
	}
}
