/** The templates that start from Dynamics 365 Changes, with contacts of an organisation and a server that takes them. */
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { root } from '../n8n/places';
import type { SharedN8n } from '../n8n/useN8n';
import { useN8n } from '../n8n/useN8n';
import { readTemplate, type StoredCredential, type WorkflowDefinition } from '../n8n/workflow';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { openSession } from '../sandbox/dataverse/session';
import { credentialData } from '../sandbox/dynamicsCredential';
import { startForeign, type ForeignServer } from './foreignServer';
import { freshName, nodeOf } from './syncLine';

export interface ChangesWorld {
	readonly n8n: SharedN8n;
	readonly org: DataverseSandbox;
	readonly credential: StoredCredential;
	readonly foreign: ForeignServer;
	close(): Promise<void>;
}

export async function startChangesWorld(): Promise<ChangesWorld> {
	const [n8n, org, foreign] = await Promise.all([
		useN8n(),
		startDataverse(),
		startForeign('externalId'),
	]);
	const type = 'crmSyncDynamics365Api';
	const credential = await n8n.createCredential(type, `Sandbox ${org.url}`, credentialData(org));
	const close = async () => {
		foreign.close();
		await org.close();
	};
	return { ...{ n8n, org, credential, foreign }, close };
}

/** A template as a person imports it: credentials, address and a Sync Name of its own are filled in. */
export function importTemplate(
	{ credential, foreign }: ChangesWorld,
	name: string,
): WorkflowDefinition {
	const file = path.join(root, 'workflows', name);
	const workflow = readTemplate(file, [credential]);
	const syncName = freshName();
	for (const { type, parameters } of workflow.nodes) {
		if (type.endsWith('.dynamics365Changes')) parameters.syncName = syncName;
		if (type.endsWith('.syncState')) (parameters.syncName as IDataObject).value = syncName;
	}
	const post = nodeOf(workflow, 'Post to the API').parameters;
	Object.assign(post, { url: foreign.url, options: {} });
	workflow.settings = { ...workflow.settings, saveDataSuccessExecution: 'all' };
	return workflow;
}

/** Sends a request to the organisation as somebody else who works in it. */
export async function asSomebody(
	org: DataverseSandbox,
	method: string,
	address: string,
	body?: object,
): Promise<void> {
	const { call } = await openSession(org);
	const { status, text } = await call(address, { method, body });
	if (status >= 300) throw new Error(text);
}
