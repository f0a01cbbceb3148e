import type { INodeProperties } from 'n8n-workflow';

/** Parameters that several nodes have. */
export const keepBookkeepingOut: INodeProperties = {
	displayName: 'Keep Bookkeeping Apart',
	name: 'keepBookkeepingOut',
	type: 'boolean',
	default: false,
	description:
		'Whether to put "_sync" beside the record instead of into it, for nodes that post the whole record. Confirm Delivery then follows the items back.',
};

/** Who tells the sync that a record was delivered (design R5). */
export const confirm: INodeProperties = {
	displayName: 'Confirm',
	name: 'confirm',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'At Confirm Delivery',
			value: 'atConfirmDelivery',
			description: 'A Confirm Delivery node further on decides',
		},
		{
			name: 'When Written',
			value: 'whenWritten',
			description: 'This node, after each finished batch: a crash keeps what was written',
		},
	],
	default: 'whenWritten',
	description: 'When Segment Diff takes a record as delivered',
};

/** How much of a record goes to one that exists (design section 3). */
export const updateWith: INodeProperties = {
	displayName: 'Update With',
	name: 'updateWith',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'All Mapped Fields', value: 'all' },
		{ name: 'Changed Fields Only', value: 'changed' },
	],
	default: 'changed',
	description: 'What to send for a record that exists',
};

/** For writers: when the item on Summary asks for a message to people. */
export const sendWarnings: INodeProperties = {
	displayName: 'Send Warnings',
	name: 'sendWarnings',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'After Every Run',
			value: 'everyRun',
			description: 'Whenever there was something to write',
		},
		{
			name: 'Off',
			value: 'off',
			description: 'Never',
		},
		{
			name: 'When There Are Problems',
			value: 'problems',
			description: 'When records were not delivered, or only with a warning',
		},
	],
	default: 'problems',
	description:
		'When the item on Summary asks for a message: its sendWarnings is then true, and its message says what happened. An If node behind it sends the mail, as in the template <i>Model to Salesforce</i>.',
};

/** Lifts a stop that a person has looked at (design R9). */
export const approve: INodeProperties = {
	displayName: 'Approve',
	name: 'approve',
	type: 'string',
	noDataExpression: true,
	default: '',
	placeholder: 'e.g. 3F09A2C1',
	description:
		'The code from the message of a stopped run, when a person has checked that the numbers are right. It is void once anything moves.',
};
