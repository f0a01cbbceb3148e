import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { DataverseSandbox } from '../sandbox/dataverse';
import type { SalesforceSandbox } from '../sandbox/salesforce';
import type { Figures } from './bench';

/** What nodes need to know of a stand-in that runs in a process of its own. */
export type SandboxAddress = Pick<
	DataverseSandbox,
	'url' | 'tenant' | 'clientId' | 'clientSecret' | 'tokenUrl'
>;

/** What nodes need to know of a Salesforce stand-in that runs in a process of its own. */
export type SalesforceAddress = Pick<
	SalesforceSandbox,
	'url' | 'clientId' | 'clientSecret' | 'tokenUrl' | 'username'
>;

interface Addresses {
	readonly dataverse: SandboxAddress;
	readonly salesforce: SalesforceAddress;
}

/** Runs a measurement beside a Dataverse stand-in in a process of its own. */
export const withSandbox = async (
	latencyMs: number,
	work: (address: SandboxAddress) => Promise<Figures>,
): Promise<Figures> => await withStandIn('dataverse', latencyMs, work);

/** Runs a measurement beside the stand-in of a system in a process of its own. */
export async function withStandIn<System extends keyof Addresses>(
	system: System,
	latencyMs: number,
	work: (address: Addresses[System]) => Promise<Figures>,
): Promise<Figures> {
	const server = fork(path.join(__dirname, 'sandboxServer.js'), [String(latencyMs), system]);
	try {
		const [address] = (await once(server, 'message')) as [Addresses[System]];
		return await work(address);
	} finally {
		server.disconnect();
	}
}

/** Tells the stand-in something, or asks it: `rows/account`. Such requests stay out of its log. */
export async function ask(
	{ url }: Pick<SandboxAddress, 'url'>,
	command: string,
	body?: object,
): Promise<unknown> {
	const answer = await fetch(
		`${url}/__sandbox/${command}`,
		body && { method: 'POST', body: JSON.stringify(body) },
	);
	if (!answer.ok) throw new Error(`The stand-in refused ${command}: ${await answer.text()}`);
	return await answer.json();
}

/** A token for requests that are no part of a measurement. */
export async function fetchToken(address: SandboxAddress): Promise<string> {
	const { url, clientId, clientSecret, tokenUrl } = address;
	const body = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: clientId,
		client_secret: clientSecret,
		scope: `${url}/.default`,
	});
	const answer = await fetch(tokenUrl, { method: 'POST', body });
	const { access_token: token } = (await answer.json()) as { access_token?: string };
	if (!token) throw new Error(`The stand-in gave no token (${answer.status})`);
	return token;
}
