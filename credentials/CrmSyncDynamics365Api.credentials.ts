import type {
	IAuthenticateGeneric,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestHelper,
	INodeProperties,
} from 'n8n-workflow';
import { formToken, tokenTransport } from '../shared/n8n/appRegistration';

const environmentUrl = '={{$credentials.environmentUrl.trim().replace(/\\/+$/, "")}}';

const certificateOnly = { show: { credentialType: ['certificate'] } };

/** An Entra app registration with an application user in one Dynamics 365 environment. */
export class CrmSyncDynamics365Api implements ICredentialType {
	name = 'crmSyncDynamics365Api';

	displayName = 'Dynamics 365 App Registration (CRM Sync) API';

	icon: Icon = {
		light: 'file:../icons/dynamics365.svg',
		dark: 'file:../icons/dynamics365.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-crm-sync/n8n-nodes-crm-sync/blob/main/docs/dynamics365-credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Environment URL',
			name: 'environmentUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'https://yourorg.crm4.dynamics.com',
			description: 'Address of the Dynamics 365 environment, without a path',
		},
		{
			displayName: 'Tenant ID',
			name: 'tenantId',
			type: 'string',
			default: '',
			required: true,
			description: 'Directory (tenant) ID of the app registration, or a verified domain of it',
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			description: 'Application (client) ID of the app registration',
		},
		{
			displayName: 'Sign In With',
			name: 'credentialType',
			type: 'options',
			options: [
				{ name: 'Certificate', value: 'certificate' },
				{ name: 'Client Secret', value: 'clientSecret' },
			],
			default: 'clientSecret',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { credentialType: ['clientSecret'] } },
			description: 'The value of the client secret, not its ID',
		},
		{
			displayName: 'Certificate',
			name: 'certificate',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			required: true,
			displayOptions: certificateOnly,
			placeholder: '-----BEGIN CERTIFICATE-----',
			description: 'The certificate uploaded to the app registration, as PEM text',
		},
		{
			displayName: 'Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			required: true,
			displayOptions: certificateOnly,
			placeholder: '-----BEGIN PRIVATE KEY-----',
			description: 'The private key of the certificate, as PEM text',
		},
		{
			displayName: 'Passphrase',
			name: 'passphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: certificateOnly,
			description: 'Of the private key, if it is encrypted',
		},
		{
			displayName: 'Cloud',
			name: 'cloud',
			type: 'options',
			options: [
				{ name: 'Automatic', value: 'auto' },
				{ name: 'China (21Vianet)', value: 'china' },
				{ name: 'Global', value: 'global' },
				{ name: 'US Department of Defense', value: 'dod' },
				{ name: 'US Government (GCC High)', value: 'usgov' },
			],
			default: 'auto',
			description: 'Where the app registration signs in; Automatic follows the environment URL',
		},
		{
			displayName: 'Sign-In Endpoint',
			name: 'signInEndpoint',
			type: 'string',
			default: '',
			description:
				'Only for test systems and private clouds: replaces the address that issues tokens',
		},
	];

	/** Called by n8n when there is no token yet and after a 401. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<{ accessToken: string }> {
		const transport = tokenTransport(this.helpers.httpRequest);
		return { accessToken: await formToken(credentials, transport) };
	}

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.accessToken}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: environmentUrl,
			url: '/api/data/v9.2/WhoAmI',
			headers: { Accept: 'application/json', 'OData-Version': '4.0', 'OData-MaxVersion': '4.0' },
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'Dynamics 365 refused the token: check that the Environment URL is this application’s environment and that it has an application user there',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'Signed in, but the environment does not know the application: create an application user for the client ID (Power Platform admin center → Environment → Settings → Application users) and give it a security role',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						'No Dynamics 365 Web API answers at this Environment URL: it should look like https://yourorg.crm4.dynamics.com, without a path',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 302,
					message:
						'The Environment URL answers with a redirect: it is not a Dynamics 365 environment',
				},
			},
		],
	};
}
