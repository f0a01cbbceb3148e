import type { IAllExecuteFunctions } from 'n8n-workflow';

import { dynamics365, type DynamicsConnector } from '../connectors/dynamics365';
import { environmentOrigin } from '../connectors/dynamics365/clouds';
import type { DynamicsWriteOptions } from '../connectors/dynamics365/options';
import { mustBeChosen } from './chosenCredential';
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

export type { DynamicsWriteOptions };

type ConnectContext = Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials' | 'getNode'>;

/** The connector of a node, over its stored credential. */
export async function dynamics365Connector(
	context: ConnectContext,
	credentialType: DynamicsCredentialType,
	write: DynamicsWriteOptions = {},
): Promise<DynamicsConnector> {
	const address = await environmentUrlOf(context, credentialType);
	const http = n8nHttpClient(context, credentialType, environmentOrigin(address));
	const credentialId = context.getNode().credentials?.[credentialType]?.id ?? credentialType;
	return dynamics365(http, { environmentUrl: address, credentialId, write });
}

/** The connector and the organisation it writes to. */
export async function dynamics365Destination(
	context: ConnectContext,
	credentialType: DynamicsCredentialType,
	write: DynamicsWriteOptions,
): Promise<{ readonly connector: DynamicsConnector; readonly environment: string }> {
	const connector = await dynamics365Connector(context, credentialType, write);
	const address = await environmentUrlOf(context, credentialType);
	return { connector, environment: environmentOrigin(address) };
}

async function environmentUrlOf(
	context: ConnectContext,
	credentialType: DynamicsCredentialType,
): Promise<string> {
	mustBeChosen(context, credentialType, 'Dynamics 365');
	const { environmentUrl } = await context.getCredentials<{ environmentUrl?: unknown }>(
		credentialType,
	);
	return typeof environmentUrl === 'string' ? environmentUrl : '';
}
