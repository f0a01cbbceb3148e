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
