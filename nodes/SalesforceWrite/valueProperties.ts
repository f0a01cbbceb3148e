import type { INodeProperties } from 'n8n-workflow';

/** Options that say how values become what their fields hold. */
export const cutText: INodeProperties = {
	displayName: 'Cut Long Text',
	name: 'cutText',
	type: 'boolean',
	default: false,
	description:
		'Whether to cut a text to the length of its field, with a warning. If off, its record is rejected.',
};

export const dropUnwritable: INodeProperties = {
	displayName: 'Leave Out Unwritable Fields',
	name: 'dropUnwritable',
	type: 'boolean',
	default: false,
	description:
		'Whether to write a record without the fields that do not exist or that the user may not write, with a warning. If off, the run stops and names them.',
};

export const loosePicklists: INodeProperties = {
	displayName: 'Match Picklists Loosely',
	name: 'loosePicklists',
	type: 'boolean',
	default: false,
	description:
		'Whether a value of a picklist is also found when case or spaces differ. Values and labels are always found when they are exact.',
};

export const timeZone: INodeProperties = {
	displayName: 'Time Zone',
	name: 'timeZone',
	type: 'string',
	default: '',
	placeholder: 'e.g. Europe/Berlin',
	description: "Zone of dates and times that name none. If empty, the workflow's own is used.",
};

export const typePolicy: INodeProperties = {
	displayName: 'When a Value Does Not Fit',
	name: 'typePolicy',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Convert',
			value: 'convert',
			description: 'Convert it where nothing is lost; else reject the record',
		},
		{
			name: 'Leave the Field Out',
			value: 'leaveOut',
			description: 'Write the rest of the record, with a warning',
		},
		{
			name: 'Reject',
			value: 'reject',
			description: 'Reject the record',
		},
	],
	default: 'convert',
	description: 'What to do with a value of another type than its field',
};

export const emptyText: INodeProperties = {
	displayName: 'When Text Is Empty',
	name: 'emptyText',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Clear the Field',
			value: 'clear',
			description: 'As null does',
		},
		{
			name: 'Ignore',
			value: 'ignore',
			description: 'The field keeps its value',
		},
		{
			name: 'Send as It Is',
			value: 'send',
			description: 'Where the API can; a bulk job ignores it, with a warning',
		},
	],
	default: 'ignore',
	description: 'What a text without a character does to its field. Null always clears it.',
};
