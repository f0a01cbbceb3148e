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

/** The facts that surprise people; each has a test. */
const howValuesCompare: INodeProperties = {
	displayName: [
		'<strong>Missing and null:</strong> text compares them as empty text, so "is not equal to" and "does not contain" let them pass.',
		'Dates: never a match, "is not equal to" included. True or false: "is false" matches them.',
		'Numbers: missing is never less or greater, but null and blank text count as 0 there; "equals 0" does not match them. Add "exists" to leave them out.',
		'<br><strong>Case and types:</strong> CH and ch differ unless Ignore Case is on. A value of another type than the comparison\'s ("5" for a number) refuses its record: it is held, with the reason, until Convert Types Where Required is on.',
	].join(' '),
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
