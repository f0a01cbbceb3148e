import type { INodeProperties } from 'n8n-workflow';

import { stateSchema, stateStoreChoice, stateTablePrefix } from '../../shared/n8n/storeProperties';

const action: INodeProperties = {
	displayName: 'Action',
	name: 'action',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Forget Record',
			value: 'forgetRecord',
			action: 'Forget a record',
			description:
				'Forget what is known about a record, which stays at the destination: in the input it counts as new',
		},
		{
			name: 'Forget Sync',
			value: 'forgetSync',
			action: 'Forget a sync',
			description:
				'Forget everything about a sync; its records stay at the destination, and a next run sends all of its input',
		},
		{
			name: 'List Failed Records',
			value: 'listFailedRecords',
			action: 'List failed records of a sync',
			description: 'Records the destination did not take, parked ones first, with their last error',
		},
		{
			name: 'List Runs',
			value: 'listRuns',
			action: 'List runs of a sync',
			description: 'The newest runs of a sync, with what they did in numbers',
		},
		{
			name: 'List Syncs',
			value: 'listSyncs',
			action: 'List syncs',
			description: 'Every sync with its owner, its last run and its backlog',
		},
		{
			name: 'Prune Runs',
			value: 'pruneRuns',
			action: 'Prune runs of a sync',
			description: 'Remove old runs from the list; those that explain a failed record stay',
		},
		{
			name: 'Rebaseline',
			value: 'rebaseline',
			action: 'Rebaseline a sync',
			description:
				'Take what the next run reads as accepted, without sending it: for a destination that has it already',
		},
		{
			name: 'Release Records',
			value: 'releaseRecords',
			action: 'Release parked records of a sync',
			description: 'Try parked and waiting records again in the next run, whatever their row says',
		},
		{
			name: 'Replay',
			value: 'replay',
			action: 'Replay a sync',
			description:
				'Send all of the input once more in the next runs, fields with Apply Updates off included. Nothing is created twice.',
		},
		{
			name: 'Resend Everything',
			value: 'resendEverything',
			action: 'Resend everything of a sync',
			description:
				'Send all of the input once more in the next runs, for a destination that was restored or edited. Nothing is created twice.',
		},
	],
	default: 'listSyncs',
	description: 'What to show or to change',
};

const syncName: INodeProperties = {
	displayName: 'Sync Name',
	name: 'syncName',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	displayOptions: { hide: { action: ['listSyncs'] } },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchSyncs', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. customers-to-dynamics',
		},
	],
	description: 'The Sync Name of the Segment Diff node',
};

const records: INodeProperties = {
	displayName: 'Records',
	name: 'records',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'All of the Sync',
			value: 'all',
			description: 'Every record that is parked or waits before it is tried again',
		},
		{
			name: 'By Key',
			value: 'byKey',
			description: 'The record that Key names, one for each input item',
		},
	],
	default: 'all',
	displayOptions: { show: { action: ['releaseRecords'] } },
	description: 'Which records to release',
};

const keyHelp =
	'Value of the key field. With several key fields an object such as {"country": "NL", "code": "AMS"}; the field "key" of List Failed Records fits. Read for each input item.';

const keyToRelease: INodeProperties = {
	displayName: 'Key',
	name: 'key',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. AMS',
	displayOptions: { show: { action: ['releaseRecords'], records: ['byKey'] } },
	description: keyHelp,
};

const keyToForget: INodeProperties = {
	...keyToRelease,
	displayOptions: { show: { action: ['forgetRecord'] } },
};

const confirmName: INodeProperties = {
	displayName: 'Confirm Name',
	name: 'confirmName',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. customers-to-dynamics',
	displayOptions: { show: { action: ['forgetSync'] } },
	description: 'The Sync Name a second time. Forgetting cannot be undone.',
};

const olderThanDays: INodeProperties = {
	displayName: 'Older Than (Days)',
	name: 'olderThanDays',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 30,
	displayOptions: { show: { action: ['pruneRuns'] } },
	description: 'Runs that ended longer ago are removed. 0: all that have ended.',
};

const limit: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	displayOptions: { show: { action: ['listFailedRecords', 'listRuns'] } },
	description: 'Max number of results to return',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	displayOptions: { show: { stateStore: ['postgres'] } },
	options: [stateSchema, stateTablePrefix],
};

export const properties: INodeProperties[] = [
	action,
	syncName,
	records,
	keyToRelease,
	keyToForget,
	confirmName,
	olderThanDays,
	limit,
	{ ...stateStoreChoice, description: 'Where the Segment Diff node remembers its sync' },
	options,
];
