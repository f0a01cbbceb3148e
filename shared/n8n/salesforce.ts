import type { IAllExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../connectors/json';
import { salesforce, type SalesforceConnector } from '../connectors/salesforce';
import type { SalesforceWriteOptions } from '../connectors/salesforce/options';
import { n8nHttpClient } from './httpClient';
import { explainRefusal, salesforceInstance } from './salesforceInstance';

/** Credential types a Salesforce node accepts: ours, and n8n's own two, because users already have them. */
export const SALESFORCE_CREDENTIALS = [
	'crmSyncSalesforceOAuth2Api',
	'salesforceOAuth2Api',
	'salesforceJwtApi',
] as const;

/** One of {@link SALESFORCE_CREDENTIALS}. */
export type SalesforceCredentialType = (typeof SALESFORCE_CREDENTIALS)[number];

/** The credential type a parameter value names; anything else means ours. */
export function salesforceCredentialType(value: unknown): SalesforceCredentialType {
	return SALESFORCE_CREDENTIALS.find((type) => type === value) ?? 'crmSyncSalesforceOAuth2Api';
}

export type { SalesforceConnector, SalesforceWriteOptions };

/** What a node says beside its credential. */
export interface SalesforceNodeSettings {
	readonly write?: SalesforceWriteOptions;
	/** Such as `66.0`. */
	readonly apiVersion?: string;
	/** Where the organisation answers, in place of what the credential knows (1.5). */
	readonly instanceUrl?: string;
}

/** How to reach Salesforce, out of a node's options. In the editor an expression may not have been worked out yet. */
export function salesforceAddress(options: unknown): Omit<SalesforceNodeSettings, 'write'> {
	const given = (name: 'apiVersion' | 'instanceUrl') => {
		const text = isObject(options) ? options[name] : undefined;
		return typeof text === 'string' && !/^=|^\s*$/.test(text) ? { [name]: text } : {};
	};
	return { ...given('apiVersion'), ...given('instanceUrl') };
}

type Context = Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials' | 'getNode'>;

/** The connector of a node, over its stored credential. */
export async function salesforceConnector(
	context: Context,
	credentialType: SalesforceCredentialType,
	settings: SalesforceNodeSettings = {},
): Promise<SalesforceConnector> {
	return (await salesforceDestination(context, credentialType, settings)).connector;
}

/** The connector and the organisation it writes to. */
export async function salesforceDestination(
	context: Context,
	credentialType: SalesforceCredentialType,
	{ write, apiVersion, instanceUrl }: SalesforceNodeSettings = {},
): Promise<{ readonly connector: SalesforceConnector; readonly environment: string }> {
	const credential = context.getNode().credentials?.[credentialType];
	const environment = await salesforceInstance(context, credentialType, instanceUrl);
	const http = n8nHttpClient(context, credentialType, environment, {
		addsHost: credentialType === 'salesforceJwtApi',
		explain: (refusal) => explainRefusal(refusal, credentialType),
	});
	const connector = salesforce(http, {
		instanceUrl: environment,
		credentialId: credential?.id ?? credentialType,
		...(apiVersion !== undefined && { apiVersion }),
		write,
	});
	return { connector, environment };
}
