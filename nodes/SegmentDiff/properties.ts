import type { INodeProperties } from 'n8n-workflow';

import { stateStoreChoice } from '../../shared/n8n/storeProperties';
import { comparisonOptions } from './optionProperties';
import { sourceOptions, sourceProperties } from './sourceProperties';

const syncName: INodeProperties = {
	displayName: 'Sync Name',
	name: 'syncName',
	type: 'string',
	noDataExpression: true,
	default: '',
	required: true,
	placeholder: 'e.g. customers-to-dynamics',
	description:
		'Name of this sync and of what it remembers. It belongs to this node; renaming it starts from nothing and sends every record again.',
};

const keyFields: INodeProperties = {
	displayName: 'Key Fields',
	name: 'keyFields',
	type: 'string',
	default: '',
	required: true,
	requiresDataPath: 'multiple',
	placeholder: 'e.g. accountnumber',
	description: 'Fields that identify a record, separated by commas',
};

const inputIs: INodeProperties = {
	displayName: 'This Input Is',
	name: 'inputIs',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'The Complete Segment',
			value: 'complete',
			description: 'Every record of the segment, every time: what is missing has left',
		},
		{
			name: 'Only New or Changed Records',
			value: 'feed',
			description:
				'A change feed: absence means nothing. Records are kept until they are accepted.',
		},
	],
	default: 'complete',
};

const leavers: INodeProperties = {
	displayName: 'Records That Leave',
	name: 'leavers',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Leave Them',
			value: 'leave',
			description: 'Nothing is emitted for them and nothing is deleted',
		},
		{
			name: 'Send as Removed',
			value: 'send',
			description:
				'They are emitted last, as removed; the writer decides between skip, delete and deactivate',
		},
	],
	default: 'leave',
	description: 'What to do with records that are no longer in the segment',
};

const byName = (a: INodeProperties, b: INodeProperties) => (a.displayName < b.displayName ? -1 : 1);

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [...comparisonOptions, ...sourceOptions].sort(byName),
};

export const properties: INodeProperties[] = [
	syncName,
	...sourceProperties,
	keyFields,
	inputIs,
	leavers,
	stateStoreChoice,
	options,
];
