import type { INodeProperties } from 'n8n-workflow';

import { confirm, keepBookkeepingOut, sendWarnings, updateWith } from '../../shared/n8n/properties';
import { createMissing, publisherPrefix, solution } from './createProperties';

const batchSize: INodeProperties = {
	displayName: 'Batch Size',
	name: 'batchSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1000 },
	default: 100,
	description: 'Rows per request. Fewer help where plug-ins are slow.',
};

const bypassLogic: INodeProperties = {
	displayName: 'Bypass Custom Logic',
	name: 'bypassLogic',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Asynchronous',
			value: 'async',
			description: 'Leave out custom logic that runs after the write',
		},
		{
			name: 'None',
			value: 'none',
			description: 'All plug-ins and workflows run',
		},
		{
			name: 'Synchronous',
			value: 'sync',
			description: 'Leave out custom logic that runs within the write',
		},
		{
			name: 'Synchronous and Asynchronous',
			value: 'both',
			description: 'Leave out all custom plug-ins and workflows',
		},
	],
	default: 'none',
	description:
		'Which custom plug-ins and workflows are left out; logic of Microsoft and flows still run. The application user needs the privilege prvBypassCustomBusinessLogic.',
};

const checkVersion: INodeProperties = {
	displayName: 'Check Version',
	name: 'checkVersion',
	type: 'boolean',
	default: false,
	description:
		'Whether to write an existing row only while it is as it was read. A row that somebody changed meanwhile is read and compared anew, up to twice, then rejected. Slower: rows go one by one in $batch.',
};

const columns: INodeProperties = {
	displayName: 'Column Names or IDs',
	name: 'columns',
	type: 'multiOptions',
	typeOptions: {
		loadOptionsMethod: 'loadColumns',
		loadOptionsDependsOn: ['table.value', 'authentication'],
	},
	default: [],
	description:
		'Write these columns only; empty: every field of the record. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

const detectDuplicates: INodeProperties = {
	displayName: 'Detect Duplicates',
	name: 'detectDuplicates',
	type: 'boolean',
	default: false,
	description:
		'Whether the published duplicate detection rules of the environment apply: a row one of them finds again is rejected. The service does not apply them otherwise.',
};

const onlyIfDifferent: INodeProperties = {
	displayName: 'Only If Different',
	name: 'onlyIfDifferent',
	type: 'boolean',
	default: false,
	description:
		'Whether to compare each record with its row and send only the columns that differ. A row that has everything is unchanged, and nothing is sent for it.',
};

const leaveParentsOut: INodeProperties = {
	displayName: 'Leave Missing Parents Out',
	name: 'leaveParentsOut',
	type: 'boolean',
	default: false,
	description:
		'Whether to write a record without a lookup whose row does not exist, with a warning, instead of rejecting it. The link is not made up for by itself when the row appears.',
};

const inactiveStatus: INodeProperties = {
	displayName: 'Status Reason Name or ID',
	name: 'inactiveStatus',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'loadStatuses',
		loadOptionsDependsOn: ['table.value', 'authentication'],
	},
	default: '',
	displayOptions: { show: { '/removedRecords': ['deactivate'] } },
	description:
		'The status reason a deactivated row gets; its state follows from it. Empty: the first one of the inactive state. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

const skipFlows: INodeProperties = {
	displayName: 'Skip Flows',
	name: 'skipFlows',
	type: 'boolean',
	default: false,
	description:
		'Whether the written rows start no Power Automate flows. Their owners are not told that runs are missing.',
};

const upsertMultiple: INodeProperties = {
	displayName: 'Upsert Without Reading First',
	name: 'upsertMultiple',
	type: 'boolean',
	default: false,
	displayOptions: { show: { '/writeMode': ['upsert'] } },
	description:
		'Whether to write by UpsertMultiple where the table has it: about half the requests, but the service does not tell created from updated, nor the IDs of the rows. Records that need to know their row are still looked up.',
};

const writeAs: INodeProperties = {
	displayName: 'Write As',
	name: 'writeAs',
	type: 'string',
	default: '',
	placeholder: 'e.g. 7e4a2d3b-1c7f-4a8e-8b52-4d3c2b1a0f9e',
	description:
		'The Microsoft Entra object ID of the user in whose name rows are written. The application user needs the privilege prvActOnBehalfOfAnotherUser; it still reads under its own name.',
};

export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		batchSize,
		bypassLogic,
		checkVersion,
		columns,
		confirm,
		createMissing,
		detectDuplicates,
		keepBookkeepingOut,
		leaveParentsOut,
		onlyIfDifferent,
		publisherPrefix,
		sendWarnings,
		skipFlows,
		solution,
		inactiveStatus,
		updateWith,
		upsertMultiple,
		writeAs,
	],
};
