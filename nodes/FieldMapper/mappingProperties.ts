import type { INodeProperties } from 'n8n-workflow';

import { inRow, listDependsOn, whenAny, whenSystem } from './destinationProperties';
import { rowOptions } from './rowProperties';

const keyHint = 'Identifies a record at the destination; map these fields below';

/** One parameter with two faces: the value survives a switch between typed names and a system's lists. */
export const keyFields: readonly INodeProperties[] = [
	{
		displayName: 'Key Fields',
		name: 'keyFields',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. accountnumber',
		description:
			'Destination fields that identify a record, separated by commas. Each must be mapped below; a record with an empty key is refused, not lost.',
		hint: keyHint,
		displayOptions: whenAny,
	},
	{
		displayName: 'Key Name or ID',
		name: 'keyFields',
		type: 'options',
		typeOptions: {
			loadOptionsMethod: 'loadDestinationKeys',
			loadOptionsDependsOn: listDependsOn,
		},
		default: '',
		required: true,
		description:
			'What identifies a record; each of its fields must be mapped below. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		hint: keyHint,
		displayOptions: whenSystem,
	},
];

const destinationField: readonly INodeProperties[] = [
	{
		displayName: 'Destination Field',
		name: 'destinationField',
		type: 'string',
		noDataExpression: true,
		default: '',
		placeholder: 'e.g. accountnumber',
		description: 'Technical name of the field to write',
		displayOptions: inRow.whenAny,
	},
	{
		displayName: 'Destination Field Name or ID',
		name: 'destinationField',
		type: 'options',
		typeOptions: {
			loadOptionsMethod: 'loadDestinationFields',
			loadOptionsDependsOn: [...listDependsOn, 'keyFields'],
		},
		default: '',
		description:
			'The field to write; key fields stand first. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		displayOptions: inRow.whenSystem,
	},
];

export const mappings: INodeProperties = {
	displayName: 'Mappings',
	name: 'mappings',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Mapping',
	default: {},
	description: 'One row for each destination field',
	options: [
		{
			displayName: 'Mapping',
			name: 'values',
			values: [
				...destinationField,
				{
					displayName: 'Source',
					name: 'source',
					type: 'string',
					default: '',
					placeholder: 'Drag a field here',
					description:
						'Drag a field here, enter a fixed value, or write an expression. The Schema view of the input panel shows each field with its type. A dragged field is fast; an expression takes about half a millisecond per record.',
				},
				{
					displayName: 'Apply Updates',
					name: 'applyUpdates',
					type: 'boolean',
					noDataExpression: true,
					default: true,
					description:
						'Whether to write this field on updates too. If off, it is written only when the record is created. Counts when Apply Updates below is Per Field.',
				},
				rowOptions,
			],
		},
	],
};

export const applyUpdates: INodeProperties = {
	displayName: 'Apply Updates',
	name: 'applyUpdates',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'All Fields',
			value: 'all',
			description: 'Every field is written on insert and on update',
		},
		{
			name: 'No Field',
			value: 'none',
			description: 'Existing records are left as they are; new ones get every field',
		},
		{
			name: 'Per Field',
			value: 'perField',
			description: "Each mapping's own Apply Updates decides",
		},
	],
	default: 'perField',
	description: 'Which fields to write when the record exists already',
};
