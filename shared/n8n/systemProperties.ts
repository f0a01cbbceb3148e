import type { INodeProperties } from 'n8n-workflow';

import { ANY_SYSTEM, systems } from './systems';

/** One side of a node: the parameters that name its system and its object. */
export interface Side {
	/** Parameter of the system, such as `destination`. */
	readonly system: string;
	/** Parameter of the object, such as `destinationObject`. */
	readonly object: string;
	/** As labels say it, such as `Destination`. */
	readonly label: string;
	/** List search method for its objects. */
	readonly searchListMethod: string;
}

/** How to sign in to Dynamics 365: the value is the credential type. */
export const dynamicsAuthentication: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'App Registration',
			value: 'crmSyncDynamics365Api',
			description: 'An application user of its own, with a client secret or a certificate',
		},
		{
			name: 'Microsoft Dataverse OAuth2',
			value: 'microsoftDataverseOAuth2Api',
			description: "The credential of n8n's own Microsoft Dataverse node",
		},
	],
	default: 'crmSyncDynamics365Api',
};

/** How to sign in to Salesforce: the value is the credential type. */
export const salesforceAuthentication: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Client Credentials',
			value: 'crmSyncSalesforceOAuth2Api',
			description: 'An External Client App that runs as a user of its own',
		},
		{
			name: 'Salesforce JWT',
			value: 'salesforceJwtApi',
			description: "The JWT credential of n8n's own Salesforce node",
		},
		{
			name: 'Salesforce OAuth2',
			value: 'salesforceOAuth2Api',
			description: "The OAuth2 credential of n8n's own Salesforce node",
		},
	],
	default: 'crmSyncSalesforceOAuth2Api',
};

/** The sign-in of each system, for nodes that know several. */
const signIns: Readonly<Record<string, INodeProperties>> = {
	dynamics365: dynamicsAuthentication,
	salesforce: salesforceAuthentication,
};

/** System and object of one side. With the system left open, names are typed in and nothing is looked up. */
export function sideProperties(side: Side, description: string): INodeProperties[] {
	return [
		{
			displayName: side.label,
			name: side.system,
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: `Any ${side.label}`,
					value: ANY_SYSTEM,
					description: 'Field names are typed in',
				},
				...Object.entries(systems).map(([value, { name }]) => ({
					name,
					value,
					description: 'Fields are chosen from its lists, with their types',
				})),
			],
			default: ANY_SYSTEM,
			description,
		},
		{
			displayName: `${side.label} Object`,
			name: side.object,
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			description: 'The table whose fields the lists show',
			displayOptions: { hide: { [side.system]: [ANY_SYSTEM] } },
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'Select an object...',
					typeOptions: { searchListMethod: side.searchListMethod, searchable: true },
				},
				{
					displayName: 'By Name',
					name: 'name',
					type: 'string',
					placeholder: 'e.g. account',
					hint: 'The technical name',
				},
			],
		},
	];
}

/**
 * The sign-in of each system, shown once when one of the sides needs it; n8n cannot say "or", so there is one per
 * side. Only by `hide`: the editor takes away every parameter that the `show` of a sign-in names, and no side
 * could be chosen.
 */
export function authenticationProperties(sides: readonly Side[]): INodeProperties[] {
	return Object.entries(systems).flatMap(([name, { name: title, signIn }]) => {
		const others = [ANY_SYSTEM, ...Object.keys(systems).filter((other) => other !== name)];
		return sides.map(({ system }, position) => ({
			...signIns[name],
			displayName: `${title} Authentication`,
			name: signIn,
			displayOptions: {
				hide: {
					...Object.fromEntries(sides.slice(0, position).map((before) => [before.system, [name]])),
					[system]: others,
				},
			},
		}));
	});
}
