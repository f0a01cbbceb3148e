import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { CrmSyncSalesforceOAuth2Api } from '../../credentials/CrmSyncSalesforceOAuth2Api.credentials';
import type { SalesforceCredentialType, SalesforceNodeSettings } from '../../shared/n8n/salesforce';
import { salesforceConnector, type SalesforceConnector } from '../../shared/n8n/salesforce';
import { runWorkflow } from '../nodes/engine';
import type { SalesforceSandbox } from '../sandbox/salesforce';

export const OURS = 'crmSyncSalesforceOAuth2Api';
export const OAUTH = 'salesforceOAuth2Api';
export const JWT = 'salesforceJwtApi';

/** n8n's own credential type, as far as the engine looks at it. */
const oauth = { name: OAUTH, displayName: '', properties: [], extends: ['oAuth2Api'] };

/** The same for the JWT one: it signs in when it has no token, and gives a request its host only then. */
function jwtType(org: SalesforceSandbox, signIn: (org: SalesforceSandbox) => Promise<object>) {
	return {
		name: JWT,
		displayName: '',
		properties: [
			{
				displayName: '',
				name: 'accessToken',
				type: 'hidden',
				default: '',
				typeOptions: { expirable: true },
			},
		],
		preAuthentication: async () => await signIn(org),
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			request: Record<string, unknown>,
		) => ({
			...request,
			headers: {
				...(request.headers as object),
				Authorization: `Bearer ${String(data.accessToken)}`,
			},
			...(!request.baseURL && data.instanceUrl ? { baseURL: data.instanceUrl } : {}),
		}),
	} as unknown as ICredentialType;
}

/** An assertion that the stand-in takes: it looks at the signature only where a key was given. */
export function assertion(org: SalesforceSandbox): string {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const exp = Math.floor(org.clock.now() / 1000) + 180;
	const claims = { iss: org.clientId, sub: org.username, aud: org.url, exp };
	return `${part({ alg: 'RS256' })}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`;
}

async function signInByJwt(org: SalesforceSandbox): Promise<object> {
	const body = new URLSearchParams({
		grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
		assertion: assertion(org),
	});
	const response = await fetch(org.tokenUrl, { method: 'POST', body });
	const data = (await response.json()) as Record<string, string>;
	// What n8n's own request layer throws.
	if (response.status >= 400)
		throw Object.assign(new Error('Bad request'), { response: { status: response.status, data } });
	return { accessToken: data.access_token, instanceUrl: data.instance_url };
}

/** What n8n keeps of each credential, before anybody signed in. */
export function stored(
	org: SalesforceSandbox,
	type: SalesforceCredentialType,
): ICredentialDataDecryptedObject {
	const client = { clientId: org.clientId, clientSecret: org.clientSecret, authentication: 'body' };
	if (type === JWT) return { accessToken: '', instanceUrl: '', username: org.username };
	const common = { ...client, accessTokenUrl: org.tokenUrl, scope: '' };
	if (type === OURS)
		return { ...common, grantType: 'clientCredentials', myDomainUrl: `${org.url}/` };
	return { ...common, grantType: 'pkce', environment: 'production' };
}

function probe(work: (context: IExecuteFunctions) => Promise<unknown>): INodeType {
	return {
		description: {
			displayName: 'Probe',
			name: 'probe',
			group: ['output'],
			version: 1,
			description: '',
			defaults: { name: 'Probe' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: OURS }, { name: OAUTH }, { name: JWT }],
			properties: [],
		} as INodeTypeDescription,
		async execute() {
			return [[{ json: { answer: (await work(this)) as never } }]];
		},
	};
}

/** Runs `work` inside n8n's engine and returns what it returned. */
export async function inNode(
	org: SalesforceSandbox,
	work: (context: IExecuteFunctions) => Promise<unknown>,
	type: SalesforceCredentialType = OURS,
	data = stored(org, type),
): Promise<unknown> {
	const result = await runWorkflow({
		nodes: [{ name: 'Probe', type: probe(work), credentials: { [type]: data } }],
		seed: [{}],
		credentialTypes: [
			new CrmSyncSalesforceOAuth2Api(),
			oauth as ICredentialType,
			jwtType(org, signInByJwt),
		],
	});
	if (result.error) throw result.error;
	return result.records('Probe')[0].answer;
}

/** Work that needs only the connector; a refusal is told as people read it. */
export const withConnector =
	(
		work: (connector: SalesforceConnector) => Promise<unknown>,
		type: SalesforceCredentialType = OURS,
		settings: SalesforceNodeSettings = {},
	) =>
	async (context: IExecuteFunctions): Promise<unknown> => {
		try {
			return await work(await salesforceConnector(context, type, settings));
		} catch (error) {
			const { name, code, message, details } = error as Error & {
				code?: string;
				details?: { hint?: string };
			};
			return { name, code, told: `${message}. ${details?.hint ?? ''}` };
		}
	};
