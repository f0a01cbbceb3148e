import type { IDataObject } from 'n8n-workflow';
import { preferPort } from '../n8n/ports';
import { startDataverse } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { startSalesforce } from '../sandbox/salesforce';
import { people } from './model';

/** A local system the demo writes to, and what a credential needs to reach it. */
export interface Destination {
	/** As people know it. */
	name: string;
	url: string;
	credential: { type: string; data: IDataObject };
	/** Objects whose rows a person may want to look at. */
	objects: readonly string[];
	/** HTTP requests served so far, as the destination itself counts them. */
	requests(): number;
	stop(): Promise<void>;
}

/** The same ports each time if possible, so that a credential a person made in the demo keeps working. */
const usualPorts = { dynamics: 5690, salesforce: 5691 };

/** Starts the stand-in for Dynamics 365, with contacts for the templates that read it. */
export async function startDynamics(): Promise<Destination> {
	const sandbox = await startDataverse({ port: await preferPort(usualPorts.dynamics) });
	for (const { first_name: firstname, last_name: lastname, email } of people()) {
		sandbox.insert('contact', { firstname, lastname, emailaddress1: email });
	}
	return {
		name: 'Dynamics 365',
		url: sandbox.url,
		credential: { type: 'crmSyncDynamics365Api', data: credentialData(sandbox) },
		objects: ['account', 'contact'],
		requests: () => sandbox.log.length,
		stop: () => sandbox.close(),
	};
}

/** Starts the stand-in for Salesforce. */
export async function startSalesforceOrg(): Promise<Destination> {
	const sandbox = await startSalesforce({ port: await preferPort(usualPorts.salesforce) });
	const { url: myDomainUrl, clientId, clientSecret } = sandbox;
	return {
		name: 'Salesforce',
		url: myDomainUrl,
		credential: {
			type: 'crmSyncSalesforceOAuth2Api',
			data: { myDomainUrl, clientId, clientSecret },
		},
		objects: ['Account', 'Contact'],
		requests: () => sandbox.log.length,
		stop: () => sandbox.close(),
	};
}
