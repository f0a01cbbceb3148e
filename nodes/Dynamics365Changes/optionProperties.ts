import type { INodeProperties } from 'n8n-workflow';

import { approve, keepBookkeepingOut } from '../../shared/n8n/properties';
import { stateSchema, stateTablePrefix } from '../../shared/n8n/storeProperties';

const reading: INodeProperties[] = [
	{
		displayName: 'Apply Deletes',
		name: 'applyDeletes',
		type: 'boolean',
		default: false,
		description:
			'Whether records deleted in Dynamics 365 are passed on as removed, last of all. Off: they are counted, forgotten here, and stay at the destination.',
	},
	{
		displayName: 'As Labels Names or IDs',
		name: 'labels',
		type: 'multiOptions',
		typeOptions: {
			loadOptionsMethod: 'loadLabelled',
			loadOptionsDependsOn: ['table.value', 'authentication'],
		},
		default: [],
		description:
			'Choices, yes or no, and links that are given as people read them; the others have their technical value. Labels are in the language of the application user. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	{
		displayName: 'Delete Filtered-Out',
		name: 'deleteFilteredOut',
		type: 'boolean',
		default: false,
		description:
			'Whether a record that was delivered and does not meet the conditions any more is passed on as removed. Off: it is left as it is.',
	},
	{
		displayName: 'Find Changes By',
		name: 'findBy',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Automatic',
				value: 'auto',
				description: 'Change tracking; a table without it is read and compared whole in every run',
			},
			{
				name: 'Change Tracking',
				value: 'tracking',
				description: 'A table without it is refused',
			},
			{
				name: 'Modification Time',
				value: 'modified',
				description:
					'By the column modifiedon, a few minutes of it twice: where change tracking cannot be had',
			},
		],
		default: 'auto',
	},
	{
		displayName: 'Leave Out Inactive Records',
		name: 'leaveOutInactive',
		type: 'boolean',
		default: false,
		description:
			'Whether a record whose state is not the active one counts as not meeting the conditions. Off: inactive records come too, from the first run on.',
	},
	{
		displayName: 'Records per Run',
		name: 'recordsPerRun',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50000,
		description: 'So many records are read in one run; the rest follows in the next runs',
	},
];

const comparing: INodeProperties[] = [
	{
		displayName: 'Adopt Existing Records',
		name: 'adopt',
		type: 'boolean',
		default: false,
		description:
			'Whether the destination may have records that this sync does not know yet. The writer then reads them first and sends only what differs.',
	},
	{
		displayName: 'Allow Same Table Twice',
		name: 'allowTwice',
		type: 'boolean',
		default: false,
		description:
			'Whether another sync may bring this table to the same object of the destination, with other columns or conditions',
	},
	approve,
	{
		displayName: 'Ignore in Comparison',
		name: 'ignoreFields',
		type: 'string',
		default: '',
		requiresDataPath: 'multiple',
		placeholder: 'e.g. description',
		description: 'Changes of these columns alone are not sent, separated by commas',
	},
	keepBookkeepingOut,
	{
		displayName: 'Park After Runs',
		name: 'parkAfter',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 3,
		description:
			'A record refused with the same error in so many runs waits until it changes or a day has passed',
	},
	stateSchema,
	{
		displayName: 'Allowed Leavers (%)',
		name: 'maxLeaversPercent',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 15,
		description:
			'When more than this share of the records is removed in one run, and more than Allowed Leavers (Records), the run stops and asks',
	},
	{
		displayName: 'Allowed Leavers (Records)',
		name: 'maxLeavers',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 10,
		description: 'So many records may always be removed in one run, whatever their share',
	},
	stateTablePrefix,
];

const byName = (a: INodeProperties, b: INodeProperties) => (a.displayName < b.displayName ? -1 : 1);

export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [...reading, ...comparing].sort(byName),
};
