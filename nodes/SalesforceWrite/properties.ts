import type { INodeProperties } from 'n8n-workflow';

import { salesforceAuthentication } from '../../shared/n8n/systemProperties';
import { jobOptions, options } from './optionProperties';

const writing = { action: ['write', 'preview'] };

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
			description: 'Only check and read, and tell what a write would create, update or delete',
			action: 'Preview a write',
		},
		{
			name: 'Get Bulk Job Result',
			value: 'bulkResult',
			description: 'Fetch what became of a bulk job that a write did not wait for to its end',
			action: 'Get the result of a bulk job',
		},
		{
			name: 'Abort Bulk Job',
			value: 'abortJob',
			description: 'Stop a bulk job that is still at work; what it has written stays',
			action: 'Abort a bulk job',
		},
	],
	default: 'write',
};

const jobId: INodeProperties = {
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	default: '',
	required: true,
	displayOptions: { show: { action: ['bulkResult', 'abortJob'] } },
	placeholder: 'e.g. 7505g00000AbCdEAAV',
	description:
		'The bulk job, one for each input item. The write that did not wait for it names it on Summary, under bulkJobs.',
};

const object: INodeProperties = {
	displayName: 'Object',
	name: 'object',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	displayOptions: { show: writing },
	description: 'The standard or custom object to write to',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an object...',
			typeOptions: { searchListMethod: 'searchObjects', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. Contact',
			hint: 'The API name; that of a custom object ends with __c',
		},
	],
};

const writeMode: INodeProperties = {
	displayName: 'Write Mode',
	name: 'writeMode',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Create Always',
			value: 'insert',
			description:
				'A new record for every added and every changed one. For events and histories (insert).',
		},
		{
			name: 'Create or Update',
			value: 'upsert',
			description: 'Create a new record, or update the current one if it already exists (upsert)',
		},
		{
			name: 'Delete',
			value: 'delete',
			description:
				'Delete the record of every item; one that is gone is skipped. For lists of what must go.',
		},
		{
			name: 'Update Only',
			value: 'update',
			description:
				'Change records and never create one; what is not found is tried again later. For adding to records that others own.',
		},
	],
	default: 'upsert',
	displayOptions: { show: writing },
	description:
		'What may happen to records that were added or changed. Create or Update keeps Salesforce equal to a segment and is right in most cases.',
};

const matchField: INodeProperties = {
	displayName: 'Match Field Name or ID',
	name: 'matchField',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'loadMatchFields',
		loadOptionsDependsOn: ['object.value', 'authentication', 'writeMode', 'options.instanceUrl'],
	},
	default: '',
	required: true,
	displayOptions: { show: { ...writing, writeMode: ['upsert', 'update', 'delete'] } },
	description:
		'The field that tells which record is meant: the ID, an external ID, or any other field, by which records are then looked up first. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

const removedRecords: INodeProperties = {
	displayName: 'Removed Records',
	name: 'removedRecords',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Delete',
			value: 'delete',
			description: 'Delete the record from Salesforce',
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'Leave the record as it is, and forget it here',
		},
	],
	default: 'skip',
	displayOptions: { show: writing },
	description: 'What to do with records that Segment Diff sends as removed',
};

export const properties: INodeProperties[] = [
	salesforceAuthentication,
	action,
	jobId,
	object,
	writeMode,
	matchField,
	removedRecords,
	{ ...options, displayOptions: { show: writing } },
	{ ...jobOptions, displayOptions: { show: { action: ['bulkResult', 'abortJob'] } } },
];
