import type { INodeProperties } from 'n8n-workflow';

import { keepBookkeepingOut } from '../../shared/n8n/properties';
import { authenticationProperties, sideProperties } from '../../shared/n8n/systemProperties';
import { rules } from './ruleProperties';
import { destination, source } from './sides';

const whenUnmatched: INodeProperties = {
	displayName: 'When Unmatched',
	name: 'whenUnmatched',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Clear',
			value: 'clear',
			description: 'The field is sent as null',
		},
		{
			name: 'Keep',
			value: 'keep',
			description:
				'The value stays; where it is no option of the destination, the field is left out',
		},
		{
			name: 'Set to Value',
			value: 'setTo',
			description: 'The value below takes its place',
		},
	],
	default: 'keep',
	description:
		'What happens to a value no rule of its field names. The record goes on, and a copy goes to Unmatched.',
};

const unmatchedValue: INodeProperties = {
	displayName: 'Value for Unmatched',
	name: 'unmatchedValue',
	type: 'string',
	noDataExpression: true,
	default: '',
	required: true,
	placeholder: 'e.g. Other',
	description: 'Takes the place of every value no rule of its field names',
	displayOptions: { show: { whenUnmatched: ['setTo'] } },
};

const picklists: INodeProperties = {
	displayName: 'Picklists',
	name: 'picklists',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Leave as They Are',
			value: 'asTheyAre',
			description: 'Only rules change values',
		},
		{
			name: 'Use Labels',
			value: 'labels',
			description: 'Every choice becomes what people read, several choices included',
		},
		{
			name: 'Use Technical Values',
			value: 'technicalValues',
			description: 'Every choice becomes what the system stores, several choices included',
		},
	],
	default: 'asTheyAre',
	description:
		'The form all choices of a record leave in, after the rules. What is no option goes to Unmatched, and the record goes on without the field.',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Direction',
			name: 'direction',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Backward',
					value: 'backward',
					description:
						'New values become existing ones again, from the destination to the source. Rules that cannot be reversed are refused.',
				},
				{
					name: 'Forward',
					value: 'forward',
					description: 'Existing values become new ones',
				},
			],
			default: 'forward',
			description: 'Which way to apply the rules',
		},
		keepBookkeepingOut,
	],
};

const sides = [source, destination];

export const properties: INodeProperties[] = [
	...authenticationProperties(sides),
	...sideProperties(source, 'Where the existing values come from'),
	...sideProperties(destination, 'Where the new values go'),
	rules,
	whenUnmatched,
	unmatchedValue,
	picklists,
	options,
];
