/** Where the values come from: the parameters that name its system and object. */
export const source = {
	system: 'source',
	object: 'sourceObject',
	label: 'Source',
	searchListMethod: 'searchSourceObjects',
} as const;

/** Where the values go. */
export const destination = {
	system: 'destination',
	object: 'destinationObject',
	label: 'Destination',
	searchListMethod: 'searchDestinationObjects',
} as const;
