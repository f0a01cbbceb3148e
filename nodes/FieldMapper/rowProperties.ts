import type { INodeProperties } from 'n8n-workflow';

import { emptyPolicies, unfitPolicies } from './policyProperties';

const asNode = { name: 'As Set in the Node', value: 'asNode' };

/** What one mapping does differently from the rest. */
export const rowOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Default Value',
			name: 'defaultValue',
			type: 'string',
			default: '',
			description: 'What to send when the source has no value',
		},
		{
			displayName: 'Only if Empty',
			name: 'onlyIfEmpty',
			type: 'boolean',
			default: true,
			description:
				'Whether to write this field only where the destination has nothing in it. Counts for writers that can tell.',
		},
		{
			displayName: 'Use This Mapping',
			name: 'enabled',
			type: 'boolean',
			default: false,
			description:
				'Whether this mapping counts. If off, it is kept here and neither run nor checked.',
		},
		{
			displayName: 'When a Value Does Not Fit',
			name: 'whenUnfit',
			type: 'options',
			options: [asNode, ...unfitPolicies],
			default: 'leaveOut',
			description: 'What to do with a value that the field cannot hold as it is',
		},
		{
			displayName: 'When a Value Is Empty',
			name: 'whenEmpty',
			type: 'options',
			options: [asNode, ...emptyPolicies],
			default: 'leaveOut',
			description:
				'What to do when a value is missing, null or blank text and no default stands in',
		},
	],
};
