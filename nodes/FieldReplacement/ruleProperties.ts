import type { INodeProperties } from 'n8n-workflow';

import { SIGN_INS } from '../../shared/n8n/systems';

const field: INodeProperties = {
	displayName: 'Field',
	name: 'field',
	type: 'string',
	default: '',
	placeholder: 'e.g. country',
	description:
		'Name of the field whose values are replaced, as the records have it; a dragged field stands for its name',
	displayOptions: { show: { '/source': ['any'] } },
};

const fieldFromList: INodeProperties = {
	displayName: 'Field Name or ID',
	name: 'field',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'loadSourceFields',
		loadOptionsDependsOn: ['sourceObject.value', ...SIGN_INS],
	},
	default: '',
	description:
		'Field of the source whose values are replaced. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	displayOptions: { hide: { '/source': ['any'] } },
};

const match: INodeProperties = {
	displayName: 'Match',
	name: 'match',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Exact',
			value: 'exact',
			description: 'The whole value, compared by the type of the field: 1 is "1"',
		},
		{
			name: 'Ignore Case',
			value: 'ignoreCase',
			description: 'The whole value, in upper or lower case',
		},
		{
			name: 'Pattern',
			value: 'pattern',
			description:
				'Every part of the text that a regular expression matches; ^ and $ stand for its ends. $1 in New Value is the first group. Takes about 0.2 ms per different value.',
		},
	],
	default: 'exact',
	description: 'How values are compared with Existing Value',
};

interface ValueTexts {
	readonly displayName: string;
	readonly name: string;
	readonly side: 'source' | 'destination';
	readonly searchListMethod: string;
	readonly placeholder: string;
	readonly description: string;
}

/**
 * A list of the field's options, or a text box; what comes first is the default. The default value is null,
 * because a new row takes it from the last property of a name, and the editor then starts with the first mode.
 */
function valueProperties(texts: ValueTexts): INodeProperties[] {
	const { displayName, name, side, searchListMethod, placeholder, description } = texts;
	const isOpen = { [`/${side}`]: ['any'] };
	const listFirst: Pick<INodeProperties, 'modes'> = {
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a value...',
				typeOptions: { searchListMethod, searchable: true },
			},
			{ displayName: 'By Value', name: 'value', type: 'string', placeholder },
		],
	};
	return [
		{ displayOptions: { show: isOpen }, modes: listFirst.modes?.toReversed() },
		{ displayOptions: { hide: isOpen }, ...listFirst },
	].map((shown) => ({
		displayName,
		name,
		type: 'resourceLocator',
		noDataExpression: true,
		default: null,
		description,
		...shown,
	}));
}

const destinationField: INodeProperties = {
	displayName: 'Destination Field Name or ID',
	name: 'destinationField',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'loadDestinationFields',
		loadOptionsDependsOn: ['destinationObject.value', ...SIGN_INS],
	},
	default: '',
	description:
		'Field the value ends up in, if it has another name there: its options are the new values. The record keeps its own field names. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	displayOptions: { hide: { '/destination': ['any'] } },
};

const enabled: INodeProperties = {
	displayName: 'Enabled',
	name: 'enabled',
	type: 'boolean',
	noDataExpression: true,
	default: true,
	description: 'Whether to use this rule. If off, it is neither run nor checked.',
};

export const rules: INodeProperties = {
	displayName: 'Rules',
	name: 'rules',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Rule',
	default: {},
	description:
		'One row for each value to replace. Of several rules for a field, the first that matches the original value counts.',
	options: [
		{
			displayName: 'Rule',
			name: 'values',
			values: [
				field,
				fieldFromList,
				match,
				...valueProperties({
					displayName: 'Existing Value',
					name: 'existingValue',
					side: 'source',
					searchListMethod: 'searchExistingValues',
					placeholder: 'e.g. CH',
					description:
						'The value to replace, or a regular expression. Empty, by value: fields that are empty.',
				}),
				...valueProperties({
					displayName: 'New Value',
					name: 'newValue',
					side: 'destination',
					searchListMethod: 'searchNewValues',
					placeholder: 'e.g. Switzerland',
					description:
						'What it becomes, in the type of the destination field. Empty, by value: the field is cleared.',
				}),
				destinationField,
				enabled,
			],
		},
	],
};
