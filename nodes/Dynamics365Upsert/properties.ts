import type { INodeProperties } from 'n8n-workflow';

import { dynamicsAuthentication } from '../../shared/n8n/systemProperties';
import { options } from './optionProperties';

const action: INodeProperties = {
	displayName: 'Action',
	name: 'action',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Write',
			value: 'write',
			description: 'Send the records',
			action: 'Write records',
		},
		{
			name: 'Preview',
			value: 'preview',
			description: 'Only read, and tell what a write would create, update or remove',
			action: 'Preview a write',
		},
	],
	default: 'write',
};

const table: INodeProperties = {
	displayName: 'Table',
	name: 'table',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The table to write to',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a table...',
			typeOptions: { searchListMethod: 'searchTables', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. account',
			hint: 'The logical name, in lower case',
		},
	],
};

const key: INodeProperties = {
	displayName: 'Key Name or ID',
	name: 'key',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'loadKeys',
		loadOptionsDependsOn: ['table.value', 'authentication'],
	},
	default: '',
	required: true,
	description:
		'What identifies a row: its ID, or an alternate key whose index is active. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

const writeMode: INodeProperties = {
	displayName: 'Write Mode',
	name: 'writeMode',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Create Only',
			value: 'insert',
			description: 'Create rows; one that exists already is rejected',
		},
		{
			name: 'Create or Update',
			value: 'upsert',
			description: 'Create a new record, or update the current one if it already exists (upsert)',
		},
		{
			name: 'Delete',
			value: 'delete',
			description: 'Delete the row of every record; one that is gone already is skipped',
		},
		{
			name: 'Update Only',
			value: 'update',
			description: 'Change rows; one that does not exist is skipped and tried again later',
		},
	],
	default: 'upsert',
	description: 'What may happen to records that were added or changed',
};

const removedRecords: INodeProperties = {
	displayName: 'Removed Records',
	name: 'removedRecords',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Deactivate',
			value: 'deactivate',
			description: 'Set the row to inactive',
		},
		{
			name: 'Delete',
			value: 'delete',
			description: 'Delete the row from Dynamics 365',
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'Leave the row as it is, and forget it here',
		},
	],
	default: 'skip',
	description: 'What to do with records that Segment Diff sends as removed',
};

export const properties: INodeProperties[] = [
	dynamicsAuthentication,
	action,
	table,
	key,
	writeMode,
	removedRecords,
	options,
];
