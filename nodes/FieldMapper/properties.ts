import type { INodeProperties } from 'n8n-workflow';

import { keepBookkeepingOut } from '../../shared/n8n/properties';
import { applyUpdates, keyFields, mappings } from './mappingProperties';

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
};

const passThroughFields: INodeProperties = {
	displayName: 'Fields to Pass Through',
	name: 'passThroughFields',
	type: 'string',
	default: '',
	placeholder: 'e.g. city, country',
	description: 'Source fields to pass through under the same name, separated by commas',
	displayOptions: { show: { passThrough: ['selected'] } },
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		keepBookkeepingOut,
		{
			displayName: 'When a Value Is Empty',
			name: 'whenEmpty',
			type: 'options',
			options: [
				{
					name: 'Leave Out',
					value: 'leaveOut',
					description: 'The field is not sent and keeps its value at the destination',
				},
				{
					name: 'Reject',
					value: 'reject',
					description: 'The record is refused. Unnamed pass-through fields are sent as null.',
				},
				{
					name: 'Send Null',
					value: 'sendNull',
					description: 'The field is emptied at the destination',
				},
			],
			default: 'sendNull',
			description: 'What to do when a value is missing, null or blank text',
		},
	],
};

export const properties = [
	keyFields,
	mappings,
	applyUpdates,
	passThrough,
	passThroughFields,
	options,
];
