import type { INodeProperties } from 'n8n-workflow';

import { keepBookkeepingOut } from '../../shared/n8n/properties';
import { emptyPolicies, unfitPolicies } from './policyProperties';

export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Custom Attributes',
			name: 'customAttributes',
			type: 'string',
			default: '',
			placeholder: 'e.g. loyaltyPoints, favouriteShop',
			description:
				'Source fields to pass under the same name, separated by commas. Where the destination has no such column, the record asks its writer to create one, with a type that holds all values of the input.',
		},
		{
			displayName: 'Cut Long Text',
			name: 'cutLongText',
			type: 'boolean',
			default: false,
			description:
				'Whether to cut a text to the length of its field, with a warning. If off, a longer text does not fit. Counts where values are converted.',
		},
		keepBookkeepingOut,
		{
			displayName: 'Read Types From Text',
			name: 'readTypesFromText',
			type: 'boolean',
			default: false,
			description:
				'Whether a custom attribute gets a number or yes/no column when all its values are texts that read so, as in a CSV file. If off, such texts get a text column, because codes and postal codes consist of digits too.',
		},
		{
			displayName: 'Refuse When Required Fields Are Missing',
			name: 'requireRequired',
			type: 'boolean',
			default: false,
			description:
				'Whether to stop before the first record when no mapping feeds a field that the destination requires. If off, a hint names it: a sync that only updates needs none.',
		},
		{
			displayName: 'Time Zone',
			name: 'timeZone',
			type: 'string',
			default: '',
			placeholder: 'e.g. Europe/Berlin',
			description: "Zone of dates and times that name none. If empty, the workflow's own is used.",
		},
		{
			displayName: 'When a Value Does Not Fit',
			name: 'whenUnfit',
			type: 'options',
			options: [...unfitPolicies],
			default: 'convert',
			description:
				'What to do with a value that its field cannot hold as it is. Counts for fields whose type is known; a key field never changes.',
		},
		{
			displayName: 'When a Value Is Empty',
			name: 'whenEmpty',
			type: 'options',
			options: [...emptyPolicies],
			default: 'sendNull',
			description: 'What to do when a value is missing, null or blank text',
		},
	],
};
