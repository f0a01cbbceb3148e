import type { IDataObject } from 'n8n-workflow';
import { preferPort } from '../n8n/ports';
import { startDataverse } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';

/** The local system the demo writes to, and what a credential needs to reach it. */
export interface Destination {
	url: string;
	credential: { type: string; data: IDataObject };
	/** HTTP requests served so far, as the destination itself counts them. */
	requests(): number;
	stop(): Promise<void>;
}

/** The same port each time if possible, so that a credential a person made in the demo keeps working. */
const usualPort = 5690;

/** Starts the stand-in for Dynamics 365. */
export async function startDestination(): Promise<Destination> {
	const sandbox = await startDataverse({ port: await preferPort(usualPort) });
	return {
		url: sandbox.url,
		credential: { type: 'crmSyncDynamics365Api', data: credentialData(sandbox) },
		requests: () => sandbox.log.length,
		stop: () => sandbox.close(),
	};
}
