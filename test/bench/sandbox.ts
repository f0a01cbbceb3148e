import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { DataverseSandbox } from '../sandbox/dataverse';
import type { Figures } from './bench';

/** What nodes need to know of a stand-in that runs in a process of its own. */
export type SandboxAddress = Pick<
	DataverseSandbox,
	'url' | 'tenant' | 'clientId' | 'clientSecret' | 'tokenUrl'
>;

/** Runs a measurement beside a Dataverse stand-in in a process of its own. */
export async function withSandbox(
	latencyMs: number,
	work: (address: SandboxAddress) => Promise<Figures>,
): Promise<Figures> {
	const server = fork(path.join(__dirname, 'sandboxServer.js'), [String(latencyMs)]);
	try {
		const [address] = (await once(server, 'message')) as [SandboxAddress];
		return await work(address);
	} finally {
		server.disconnect();
	}
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
