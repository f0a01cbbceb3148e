import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import type { StoreSettings } from './stateStore';

/** n8n's own Postgres credential, for a node whose state is to be there. */
export const stateCredentials: INodeCredentialDescription[] = [
	{
		name: 'postgres',
		required: true,
		displayOptions: { show: { stateStore: ['postgres'] } },
	},
];

/** What a node that keeps a state asks about it: where, and for Postgres in which tables. */
export const stateStoreChoice: INodeProperties = {
	displayName: 'State Store',
	name: 'stateStore',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Postgres',
			value: 'postgres',
			description: 'A database that all workers share: for queue mode and several main instances',
		},
		{
			name: 'File on This Server',
			value: 'embedded',
			description: "A file in n8n's user folder: for one n8n process, nothing to set up",
		},
	],
	default: 'embedded',
	description:
		'Where to remember what the destination has accepted. Changing it starts from nothing and sends every record again.',
};

const forPostgres = { show: { '/stateStore': ['postgres'] } };

export const stateSchema: INodeProperties = {
	displayName: 'Schema',
	name: 'schema',
	type: 'string',
	noDataExpression: true,
	default: 'public',
	displayOptions: forPostgres,
	description: 'Schema of the state tables. It must exist; the tables are created on first use.',
};

export const stateTablePrefix: INodeProperties = {
	displayName: 'Table Prefix',
	name: 'tablePrefix',
	type: 'string',
	noDataExpression: true,
	default: 'crm_sync_',
	displayOptions: forPostgres,
	description:
		'What the names of the state tables begin with, so that several states can share a schema',
};

/** The choice as the node's parameters hold it. */
export function readStoreSettings(
	stateStore: unknown,
	{ schema, tablePrefix }: { readonly schema?: string; readonly tablePrefix?: string },
): StoreSettings {
	return {
		kind: stateStore === 'postgres' ? 'postgres' : 'embedded',
		schema: schema ?? String(stateSchema.default),
		prefix: tablePrefix ?? String(stateTablePrefix.default),
	};
}
