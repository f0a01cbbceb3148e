import type { INodeProperties } from 'n8n-workflow';

import { approve, keepBookkeepingOut } from '../../shared/n8n/properties';
import { stateSchema, stateTablePrefix } from '../../shared/n8n/storeProperties';

const ofSegments = { show: { '/inputIs': ['complete'] } };
const ofRemovals = { show: { '/leavers': ['send'] } };
const ofLeavers = { show: { '/inputIs': ['complete'], '/leavers': ['send'] } };

/** The options that do not depend on where the records come from. */
export const comparisonOptions: INodeProperties[] = [
	{
		displayName: 'Adopt Existing Records',
		name: 'adopt',
		type: 'boolean',
		default: false,
		description:
			'Whether the destination may have records that this sync does not know yet. The writer then reads them first and sends only what differs: for the first run on a filled destination.',
	},
	{
		displayName: 'Allowed Leavers (%)',
		name: 'maxLeaversPercent',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 15,
		displayOptions: ofRemovals,
		description:
			'When more than this share of the records leaves in one run, and more than Allowed Leavers (Records), the run stops and asks. At 100 all of them may leave for others.',
	},
	{
		displayName: 'Allowed Leavers (Records)',
		name: 'maxLeavers',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 10,
		displayOptions: ofRemovals,
		description: 'So many records may always leave in one run, whatever their share',
	},
	approve,
	{
		displayName: 'Changes per Run',
		name: 'changesPerRun',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 50000,
		displayOptions: ofSegments,
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
		displayName: 'Grace Period (Hours)',
		name: 'graceHours',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 24,
		displayOptions: ofLeavers,
		description:
			'So long a record must have been missing before it is sent as removed. With Grace Period (Runs) beside it, both must be over.',
	},
	{
		displayName: 'Grace Period (Runs)',
		name: 'graceRuns',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 3,
		displayOptions: ofLeavers,
		description:
			'In so many runs in a row a record must be missing before it is sent as removed; 1 is at once. With Grace Period (Hours) beside it, both must be over.',
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
		displayName: 'Shard',
		name: 'shard',
		type: 'string',
		noDataExpression: true,
		default: '',
		placeholder: 'e.g. 1/4',
		description:
			'Which part of a large segment this sync looks after: 1/4 is the first of four, told by a hash of the key. Every part needs a trigger, a Segment Diff and a Sync Name of its own. Empty: all of it.',
	},
	stateTablePrefix,
];
