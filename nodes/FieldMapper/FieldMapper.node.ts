import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { mapItems } from './mapItems';
import { properties } from './properties';

export class FieldMapper implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Field Mapper',
		name: 'fieldMapper',
		icon: {
			light: 'file:../../icons/fieldMapper.svg',
			dark: 'file:../../icons/fieldMapper.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["mappings"]["values"] ?? []).length + " fields by " + $parameter["keyFields"] }}',
		description: 'Turns each item into a record with the fields of the destination',
		defaults: { name: 'Field Mapper' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Mapped', 'Rejected'],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await mapItems(this);
	}
}
