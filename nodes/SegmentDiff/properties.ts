import type { INodeProperties } from 'n8n-workflow';

import { keepBookkeepingOut } from '../../shared/n8n/properties';
import { stateSchema, stateStoreChoice, stateTablePrefix } from '../../shared/n8n/storeProperties';

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

const approve: INodeProperties = {
	displayName: 'Approve',
	name: 'approve',
	type: 'string',
	noDataExpression: true,
	default: '',
	placeholder: 'e.g. 3F09A2C1',
	description:
		'The code from the message of a stopped run, when a person has checked that the numbers are right. It is void once anything moves.',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Changes per Run',
			name: 'changesPerRun',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 50000,
			description:
				'So many changes are handed out in one run at most; the rest follows in the next runs. 0: all at once.',
		},
		{
			displayName: 'Compare Fields',
			name: 'compareFields',
			type: 'string',
			default: '',
			requiresDataPath: 'multiple',
			placeholder: 'e.g. name, telephone1',
			description: 'Only these fields count as a change, separated by commas. Empty: all fields.',
		},
		{
			displayName: 'Expected Row Count',
			name: 'expectedRows',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'Stop when fewer rows arrive, for a source that can tell how many it has. 0: not checked.',
		},
		{
			displayName: 'Ignore in Comparison',
			name: 'ignoreFields',
			type: 'string',
			default: '',
			requiresDataPath: 'multiple',
			placeholder: 'e.g. exported_at',
			description: 'Changes of these fields alone are not sent, separated by commas',
		},
		keepBookkeepingOut,
		{
			displayName: 'Keep Records Until Accepted',
			name: 'keepRecords',
			type: 'boolean',
			default: true,
			displayOptions: { show: { '/inputIs': ['feed'] } },
			description:
				'Whether the state keeps the values of a new or changed record until the destination has accepted it. A feed does not send a record twice, so without this a refused record waits for its next change.',
		},
		{
			displayName: 'Key Comparison',
			name: 'keyComparison',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Exact',
					value: 'exact',
					description: 'ABC and abc are two records. Only for a destination that sees them so.',
				},
				{
					name: 'Ignore Case and Outer Spaces',
					value: 'fold',
					description: 'ABC and abc are one record, as most destinations see it',
				},
			],
			default: 'fold',
		},
		{
			displayName: 'Park After Runs',
			name: 'parkAfter',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 3,
			description:
				'A record refused with the same error in so many runs waits until its row changes or a day has passed',
		},
		stateSchema,
		{
			displayName: 'Stop if More Than (%) Leave',
			name: 'maxLeaversPercent',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 15,
			description: 'Share of the records that may leave in one run before it stops and asks',
		},
		{
			displayName: 'Stop Only if More Than (Records) Leave',
			name: 'maxLeavers',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 10,
			description: 'So many records may always leave in one run, whatever their share',
		},
		stateTablePrefix,
	],
};

export const properties: INodeProperties[] = [
	syncName,
	keyFields,
	inputIs,
	leavers,
	approve,
	stateStoreChoice,
	options,
];
