import type { INodePropertyOptions } from 'n8n-workflow';

/** What may happen to a missing value. */
export const emptyPolicies: readonly INodePropertyOptions[] = [
	{
		name: 'Leave Out',
		value: 'leaveOut',
		description: 'The field is not sent and keeps its value at the destination',
	},
	{
		name: 'Reject',
		value: 'reject',
		description: 'The record is refused. Unnamed pass-through fields are sent as null.',
	},
	{
		name: 'Send Null',
		value: 'sendNull',
		description: 'The field is emptied at the destination',
	},
];

/** What may happen to a value the field cannot hold as it is. */
export const unfitPolicies: readonly INodePropertyOptions[] = [
	{
		name: 'Convert',
		value: 'convert',
		description:
			'Send what can be converted, with a warning where something is lost; refuse the record otherwise',
	},
	{
		name: 'Leave the Field Out',
		value: 'leaveOut',
		description:
			'Send the rest of the record, with a warning; also where a conversion would lose something',
	},
	{
		name: 'Reject',
		value: 'reject',
		description: 'Refuse the record; also where a conversion would lose something',
	},
];
