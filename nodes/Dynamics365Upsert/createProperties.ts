import type { INodeProperties } from 'n8n-workflow';

/** What may be created at the destination before the first record, and in whose name. */
export const createMissing: INodeProperties = {
	displayName: 'Create What Is Missing',
	name: 'createMissing',
	type: 'multiOptions',
	options: [
		{
			name: 'Columns',
			value: 'columns',
			description: 'Columns for the custom attributes of Field Mapper',
		},
		{
			name: 'Key',
			value: 'key',
			description: 'An alternate key on the columns of the field Key',
		},
		{
			name: 'Table',
			value: 'table',
			description: 'The table itself, with its columns',
		},
	],
	default: [],
	description:
		'What this node creates before it writes its first record, if it is not there. Preview shows it first. Needs a solution, and the rights of the security role System Customizer.',
};

export const publisherPrefix: INodeProperties = {
	displayName: 'Publisher Prefix',
	name: 'publisherPrefix',
	type: 'string',
	default: '',
	placeholder: 'e.g. contoso',
	description:
		'The prefix that names of new columns, tables and keys must get. Empty: that of the publisher of the solution; another one stops the run before anything is created.',
};

export const solution: INodeProperties = {
	displayName: 'Solution Name or ID',
	name: 'solution',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'loadSolutions', loadOptionsDependsOn: ['authentication'] },
	default: '',
	description:
		'The unmanaged solution that gets what is created. Its publisher gives the prefix. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};
