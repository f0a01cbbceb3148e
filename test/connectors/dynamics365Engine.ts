import { runWorkflow } from '../nodes/engine';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import type { Connector } from '../../shared/connectors/connector';
import { dynamics365Connector, type DynamicsCredentialType } from '../../shared/n8n/dynamics365';
import type { DataverseSandbox } from '../sandbox/dataverse';

export const OURS = 'crmSyncDynamics365Api';
export const BUILT_IN = 'microsoftDataverseOAuth2Api';

/** n8n's own credential type, as far as the engine looks at it. */
const builtIn = { name: BUILT_IN, displayName: '', properties: [], extends: ['oAuth2Api'] };

/** A node that does one thing with its context. */
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
			credentials: [{ name: OURS }, { name: BUILT_IN }],
			properties: [],
		} as INodeTypeDescription,
		async execute() {
			return [[{ json: { answer: (await work(this)) as never } }]];
		},
	};
}

/** The data of our credential type. */
export const ourData = (
	org: DataverseSandbox,
	changes: object = {},
): ICredentialDataDecryptedObject => ({
	accessToken: '',
	environmentUrl: `${org.url}/`,
	tenantId: org.tenant,
	clientId: org.clientId,
	credentialType: 'clientSecret',
	clientSecret: org.clientSecret,
	cloud: 'auto',
	signInEndpoint: org.tokenUrl,
	...changes,
});

const builtInData = (org: DataverseSandbox): ICredentialDataDecryptedObject => ({
	environmentUrl: org.url,
	grantType: 'clientCredentials',
	accessTokenUrl: org.tokenUrl,
	clientId: org.clientId,
	clientSecret: org.clientSecret,
	scope: `${org.url}/.default`,
	authentication: 'body',
});

/** Runs `work` inside n8n's engine and returns what it returned. */
export async function inNode(
	org: DataverseSandbox,
	work: (context: IExecuteFunctions) => Promise<unknown>,
	type: DynamicsCredentialType = OURS,
	data = type === OURS ? ourData(org) : builtInData(org),
): Promise<unknown> {
	const result = await runWorkflow({
		nodes: [{ name: 'Probe', type: probe(work), credentials: { [type]: data } }],
		seed: [{}],
		credentialTypes: [new CrmSyncDynamics365Api(), builtIn as ICredentialType],
	});
	if (result.error) throw result.error;
	return result.records('Probe')[0].answer;
}

/** Work that needs only the connector. */
export const withConnector =
	(work: (connector: Connector) => Promise<unknown>, type: DynamicsCredentialType = OURS) =>
	async (context: IExecuteFunctions) =>
		await work(await dynamics365Connector(context, type));
