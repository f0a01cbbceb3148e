import type {
	IAllExecuteFunctions,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';
import type { Connector } from '../connectors/connector';
import { dynamics365 } from '../connectors/dynamics365';
import { environmentOrigin } from '../connectors/dynamics365/clouds';
import { SyncError } from '../core/errors';
import { errorText, nodeError } from './errors';
import { n8nHttpClient } from './httpClient';

/** Credential types a Dynamics 365 node accepts: ours, and n8n's own, because users already have it. */
export const DYNAMICS_CREDENTIALS = [
	'crmSyncDynamics365Api',
	'microsoftDataverseOAuth2Api',
] as const;

/** One of {@link DYNAMICS_CREDENTIALS}; nodes store it in the parameter `authentication`. */
export type DynamicsCredentialType = (typeof DYNAMICS_CREDENTIALS)[number];

/** The credential type a parameter value names; anything else means ours. */
export function dynamicsCredentialType(value: unknown): DynamicsCredentialType {
	return DYNAMICS_CREDENTIALS.find((type) => type === value) ?? 'crmSyncDynamics365Api';
}

/** The connector of a node, over its stored credential. */
export async function dynamics365Connector(
	context: Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials' | 'getNode'>,
	credentialType: DynamicsCredentialType,
): Promise<Connector> {
	const { environmentUrl } = await context.getCredentials<{ environmentUrl?: unknown }>(
		credentialType,
	);
	const address = typeof environmentUrl === 'string' ? environmentUrl : '';
	const http = n8nHttpClient(context, credentialType, environmentOrigin(address));
	const credentialId = context.getNode().credentials?.[credentialType]?.id ?? credentialType;
	return dynamics365(http, { environmentUrl: address, credentialId });
}

/** The connector and the organisation it writes to. */
export async function dynamics365Destination(
	context: Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials' | 'getNode'>,
	credentialType: DynamicsCredentialType,
): Promise<{ readonly connector: Connector; readonly environment: string }> {
	const { environmentUrl } = await context.getCredentials<{ environmentUrl?: unknown }>(
		credentialType,
	);
	const connector = await dynamics365Connector(context, credentialType);
	return { connector, environment: environmentOrigin(String(environmentUrl)) };
}

/** List search of the table parameter: every table the application user may see. */
export async function searchTables(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const objects = await listing(this, async (connector) => await connector.objects());
	const wanted = filter?.trim().toLowerCase() ?? '';
	const matching = objects.filter(({ name, label }) =>
		`${label} ${name}`.toLowerCase().includes(wanted),
	);
	return {
		results: matching.map(({ name, label }) => ({ name: `${label} (${name})`, value: name })),
	};
}

/** Options of the key parameter: the record id and every usable alternate key, with the columns each consists of. */
export async function loadKeys(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const table = tableOf(this);
	if (table === '') return [];
	const keys = await listing(this, async (connector) => await connector.keys(table));
	return keys
		.filter((key) => key.usable)
		.map((key) => ({ name: key.label, value: key.fields.join(','), description: key.name }));
}

/** Options of a column parameter: columns that can be written. */
export async function loadColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const table = tableOf(this);
	if (table === '') return [];
	const fields = await listing(this, async (connector) => await connector.fields(table));
	return fields
		.filter((field) => field.creatable || field.updatable)
		.map(({ name, label, type }) => ({
			name: `${label} (${name})`,
			value: name,
			description: type,
		}));
}

function tableOf(context: ILoadOptionsFunctions): string {
	const value = context.getCurrentNodeParameter('table', { extractValue: true });
	return typeof value === 'string' ? value : '';
}

/** The editor shows the message of a failed list and nothing else, so it carries the next step as well. */
async function listing<T>(
	context: ILoadOptionsFunctions,
	ask: (connector: Connector) => Promise<T>,
): Promise<T> {
	try {
		const type = dynamicsCredentialType(context.getCurrentNodeParameter('authentication'));
		return await ask(await dynamics365Connector(context, type));
	} catch (error) {
		throw nodeError(context.getNode(), new SyncError('config', errorText(error)));
	}
}
