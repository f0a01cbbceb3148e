import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import { stateCredentials, stateStoreChoice } from '../../shared/n8n/storeProperties';
import { dynamicsAuthentication } from '../../shared/n8n/systemProperties';

export const credentials: INodeCredentialDescription[] = [
	{
		name: 'crmSyncDynamics365Api',
		required: true,
		displayOptions: { show: { authentication: ['crmSyncDynamics365Api'] } },
	},
	{
		name: 'microsoftDataverseOAuth2Api',
		required: true,
		displayOptions: { show: { authentication: ['microsoftDataverseOAuth2Api'] } },
	},
	...stateCredentials,
];

const notice: INodeProperties = {
	displayName:
		'Wire <b>Dynamics 365 Changes</b> behind this trigger. It holds the table, the columns and the Sync Name, and reads the changes; this trigger only looks whether there is something to read.',
	name: 'notice',
	type: 'notice',
	default: '',
};

export const properties: INodeProperties[] = [
	notice,
	dynamicsAuthentication,
	{
		...stateStoreChoice,
		description: 'Where the Dynamics 365 Changes node behind this trigger remembers its sync',
	},
];
