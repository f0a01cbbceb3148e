import type { INodeProperties } from 'n8n-workflow';

/** Parameters that several nodes have. */
export const keepBookkeepingOut: INodeProperties = {
	displayName: 'Keep Bookkeeping Out of the Record',
	name: 'keepBookkeepingOut',
	type: 'boolean',
	default: false,
	description:
		'Whether to put "_sync" beside the record instead of into it, for nodes that post the whole record. Confirm Delivery then follows the items back.',
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
