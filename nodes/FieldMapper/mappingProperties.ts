import type { INodeProperties } from 'n8n-workflow';

export const keyFields: INodeProperties = {
	displayName: 'Key Fields',
	name: 'keyFields',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. accountnumber',
	description:
		'Destination fields that identify a record, separated by commas. Each must be mapped below; a record with an empty key is refused, not lost.',
};

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
				{
					displayName: 'Destination Field',
					name: 'destinationField',
					type: 'string',
					noDataExpression: true,
					default: '',
					placeholder: 'e.g. accountnumber',
					description: 'Technical name of the field to write',
				},
				{
					displayName: 'Source',
					name: 'source',
					type: 'string',
					default: '',
					placeholder: 'e.g. {{ $json.iata }}',
					description:
						'Drag a field here, enter a fixed value, or write an expression. A dragged field is fast; an expression takes about half a millisecond per record.',
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
