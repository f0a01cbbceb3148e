import type { INodeProperties } from 'n8n-workflow';

import type { Side } from '../../shared/n8n/systemProperties';
import { authenticationProperties, sideProperties } from '../../shared/n8n/systemProperties';
import { ANY_SYSTEM, SIGN_INS } from '../../shared/n8n/systems';

/** Where the records go. */
export const destinationSide: Side = {
	system: 'destination',
	object: 'destinationObject',
	label: 'Destination',
	searchListMethod: 'searchDestinationObjects',
};

export const action: INodeProperties = {
	displayName: 'Action',
	name: 'action',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Map Records',
			value: 'map',
			description: 'Turn each item into a record of the destination',
			action: 'Map records',
		},
		{
			name: 'Suggest Mappings',
			value: 'suggest',
			description:
				'Show which source field belongs to which field of the destination; execute the step to see. No record is handed on.',
			action: 'Suggest mappings',
		},
	],
	default: 'map',
};

const [system, object] = sideProperties(
	destinationSide,
	'Where the records go: a system whose fields are listed and checked, or any other, with field names typed in',
);

export const destination: readonly INodeProperties[] = [
	system,
	...authenticationProperties([destinationSide]),
	object,
];

/** Shown while field names are typed in. */
export const whenAny = { show: { destination: [ANY_SYSTEM] } };

/** Shown while a system's lists are at hand. */
export const whenSystem = { hide: { destination: [ANY_SYSTEM] } };

/** The same two for a parameter inside a row. */
export const inRow = {
	whenAny: { show: { '/destination': [ANY_SYSTEM] } },
	whenSystem: { hide: { '/destination': [ANY_SYSTEM] } },
};

/** What the lists of a field depend on. */
export const listDependsOn = ['destination', 'destinationObject.value', ...SIGN_INS];
