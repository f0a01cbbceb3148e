import type { ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

/** An External Client App of one Salesforce organisation, with a run-as user (client credentials flow). */
export class CrmSyncSalesforceOAuth2Api implements ICredentialType {
	name = 'crmSyncSalesforceOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Salesforce Client Credentials (CRM Sync) OAuth2 API';

	icon: Icon = {
		light: 'file:../icons/salesforce.svg',
		dark: 'file:../icons/salesforce.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-crm-sync/n8n-nodes-crm-sync/blob/main/docs/salesforce-credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Grant Type',
			name: 'grantType',
			type: 'hidden',
			default: 'clientCredentials',
		},
		{
			displayName: 'My Domain URL',
			name: 'myDomainUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'https://yourcompany.my.salesforce.com',
			description:
				'Address of the organisation without a path, from Setup → My Domain. A sandbox has one of its own, such as https://yourcompany--test.sandbox.my.salesforce.com.',
		},
		// The editor labels these two by their names, whatever stands here: the hints say how Salesforce calls them.
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 3MVG9…',
			hint: 'The Consumer Key. In Salesforce: External Client App → Settings → OAuth Settings',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'The Consumer Secret, beside the Consumer Key',
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: '={{ $self["myDomainUrl"].trim().replace(/\\/+$/, "") }}/services/oauth2/token',
			required: true,
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'hidden',
			default: '',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'hidden',
			default: 'body',
		},
		{
			displayName: 'Send Additional Body Properties',
			name: 'sendAdditionalBodyProperties',
			type: 'hidden',
			default: false,
		},
		{
			displayName: 'Additional Body Properties',
			name: 'additionalBodyProperties',
			type: 'hidden',
			default: '',
		},
	];

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.myDomainUrl.trim().replace(/\\/+$/, "")}}',
			url: '/services/data/v66.0/sobjects',
			headers: { Accept: 'application/json' },
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'Salesforce refused the token: the user the app runs as may lack "API Enabled", or its profile asks for a high-assurance session (Setup → Profiles → Session Security Level)',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'Signed in, but the API is closed to the user the app runs as: give it the permission "API Enabled", and the app the scope "Manage user data via APIs (api)"; with API Access Control switched on the user also needs "Use Any API Client"',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						'No Salesforce API answers at this My Domain URL: it should look like https://yourcompany.my.salesforce.com, without a path, and not end in lightning.force.com',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 302,
					message:
						'The My Domain URL answers with a redirect: it is not where the API of a Salesforce organisation answers. It should look like https://yourcompany.my.salesforce.com',
				},
			},
		],
	};
}
