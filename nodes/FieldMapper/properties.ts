import type { INodeProperties } from 'n8n-workflow';

import { action, destination, whenAny } from './destinationProperties';
import { applyUpdates, keyFields, mappings } from './mappingProperties';
import { options } from './optionProperties';

const passThrough: INodeProperties = {
	displayName: 'Pass Through',
	name: 'passThrough',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'All Unmapped Fields',
			value: 'all',
			description:
				'Every source field that no mapping takes over as it is. Fields used only inside an expression count as unmapped.',
		},
		{
			name: 'None',
			value: 'none',
			description: 'Only mapped fields go on',
		},
		{
			name: 'Selected Fields',
			value: 'selected',
			description: 'The fields named below',
		},
	],
	default: 'none',
	description: 'Which other source fields go on under the same name',
	displayOptions: whenAny,
};

const passThroughFields: INodeProperties = {
	displayName: 'Fields to Pass Through',
	name: 'passThroughFields',
	type: 'string',
	default: '',
	placeholder: 'e.g. city, country',
	description: 'Source fields to pass through under the same name, separated by commas',
	displayOptions: { show: { ...whenAny.show, passThrough: ['selected'] } },
};

export const properties: INodeProperties[] = [
	action,
	...destination,
	...keyFields,
	mappings,
	applyUpdates,
	passThrough,
	passThroughFields,
	options,
];
