import type { INodeParameters } from 'n8n-workflow';

import { contactKey } from './contacts';

/** Ten plain reads of a field: what almost every mapping consists of. */
export const mappedFields = [
	...[contactKey, 'email', 'firstname', 'lastname', 'company'],
	...['jobtitle', 'street', 'city', 'country', 'phone'],
] as const;

const source = (field: string) => `={{ $json.${field} }}`;

/** The same mapping as both nodes take it. */
export const mapping: Readonly<Record<'ours' | 'theirs', INodeParameters>> = {
	ours: {
		keyFields: contactKey,
		mappings: {
			values: mappedFields.map((field) => ({
				destinationField: field,
				source: source(field),
			})),
		},
	},
	theirs: {
		mode: 'manual',
		includeOtherFields: false,
		assignments: {
			assignments: mappedFields.map((field) => ({
				id: field,
				name: field,
				type: 'string',
				value: source(field),
			})),
		},
		options: {},
	},
};
