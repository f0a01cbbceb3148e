import type { INodeProperties } from 'n8n-workflow';

const matching = { show: { '/writeMode': ['upsert', 'update', 'delete'] } };
const inserting = { show: { '/writeMode': ['insert'] } };

/** Options that say which record is meant, and what happens when that is in doubt. */
export const findDoubtfulBy: INodeProperties = {
	displayName: 'Find Doubtful Inserts By Name or ID',
	name: 'findDoubtfulBy',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'loadMatchFields',
		loadOptionsDependsOn: ['object.value', 'authentication', 'options.instanceUrl'],
	},
	default: '',
	displayOptions: inserting,
	description:
		'A field whose value no two records share. When no answer came to an insert, the next run looks here whether the record is there, instead of parking it. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

export const redirectConverted: INodeProperties = {
	displayName: 'Follow Converted Leads',
	name: 'redirectConverted',
	type: 'boolean',
	default: false,
	displayOptions: matching,
	description:
		'Whether an update of a lead that was converted goes to its contact. If off, the record is rejected.',
};

export const leaveParentsOut: INodeProperties = {
	displayName: 'Leave Missing Parents Out',
	name: 'leaveParentsOut',
	type: 'boolean',
	default: false,
	description:
		'Whether to write a record without a parent that does not exist, with a warning. If off, the record is rejected.',
};

export const retryUnsafeInserts: INodeProperties = {
	displayName: 'Repeat Doubtful Inserts',
	name: 'retryUnsafeInserts',
	type: 'boolean',
	default: false,
	displayOptions: inserting,
	description:
		'Whether to send an insert again when no answer came. Salesforce may then have the record twice.',
};

export const duplicateKeys: INodeProperties = {
	displayName: 'Same Key Twice',
	name: 'duplicateKeys',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Reject',
			value: 'reject',
			description: 'Reject all records with that key',
		},
		{
			name: 'Take the Last',
			value: 'last',
			description: 'Write the last one, with a warning',
		},
	],
	default: 'reject',
	displayOptions: matching,
	description: 'What to do when input records have the same value in the match field',
};

export const sortByParent: INodeProperties = {
	displayName: 'Sort by Parent',
	name: 'sortByParent',
	type: 'boolean',
	default: false,
	description:
		'Whether children of one parent go into the same call, so that calls do not wait for each other to unlock it',
};

export const notFound: INodeProperties = {
	displayName: 'When Not Found',
	name: 'notFound',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Reject',
			value: 'reject',
			description: 'Reject the record; after the same refusal in some runs it is parked',
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'Skip the record and try it again later',
		},
	],
	default: 'skip',
	displayOptions: { show: { '/writeMode': ['update'] } },
	description: 'What to do when Salesforce has no record to update',
};

export const severalFound: INodeProperties = {
	displayName: 'When Several Are Found',
	name: 'severalFound',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Reject', value: 'reject', description: 'Reject the record, and say how many' },
		{ name: 'Write All', value: 'all', description: 'Write all of them' },
		{ name: 'Write the First', value: 'first', description: 'Write the one with the lowest ID' },
	],
	default: 'reject',
	displayOptions: matching,
	description: 'What to do when several records have the value of the match field',
};
