import type { INodeProperties } from 'n8n-workflow';

const conditions: INodeProperties = {
	displayName: 'Conditions',
	name: 'conditions',
	type: 'filter',
	placeholder: 'Add Condition',
	default: {},
	description: 'On any field of the record. Without a condition every record passes.',
	typeOptions: {
		filter: {
			caseSensitive: '={{!$parameter.options.ignoreCase}}',
			typeValidation: '={{ $parameter.options.looseTypeValidation ? "loose" : "strict" }}',
			version: 3,
		},
	},
};

/** What surprises people stands on the page, with a test for each line. */
const howValuesCompare: INodeProperties = {
	displayName:
		'Missing values, case and types: <a href="https://github.com/n8n-nodes-crm-sync/n8n-nodes-crm-sync/blob/main/docs/nodes/record-filter.md">how values compare</a>.',
	name: 'howValuesCompare',
	type: 'notice',
	default: '',
};

const deleteFilteredOut: INodeProperties = {
	displayName: 'Delete Filtered-Out Records',
	name: 'deleteFilteredOut',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether records that do not pass leave the destination. Off: they stay on Kept as holds, neither sent nor removed. On: Segment Diff behind this node removes them, once, and only those the destination was given. Records that were refused are always held.',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Convert Types Where Required',
			name: 'looseTypeValidation',
			type: 'boolean',
			default: true,
			description:
				'Whether to convert a value to the type of its comparison: "5" to 5, "false" and 0 to false. A value that cannot be converted still refuses its record.',
		},
		{
			displayName: 'Ignore Case',
			name: 'ignoreCase',
			type: 'boolean',
			default: true,
			description:
				'Whether upper and lower case count as the same in text and in lists. A regular expression then sees lower-case text.',
		},
	],
};

export const properties: INodeProperties[] = [
	conditions,
	howValuesCompare,
	deleteFilteredOut,
	options,
];
