import { listen } from '../httpServer';
import { serveControl } from './control';
import type { DataverseOptions, DataverseSandbox } from './sandbox';
import { buildSandbox } from './sandbox';
import { exchange } from './server';

export type { Commit } from './model';
export type { DataverseOptions, DataverseSandbox } from './sandbox';
export type { Effect } from './effects';
export { switchValues } from './switches';
export type { SwitchName, Switches } from './switches';

/** Starts a stand-in on 127.0.0.1. */
export async function startDataverse(options: DataverseOptions = {}): Promise<DataverseSandbox> {
	const { context, sandbox, setUrl } = buildSandbox(options);
	const running = Object.defineProperties({}, Object.getOwnPropertyDescriptors(sandbox));
	const server = await listen(
		(request) => serveControl(running as DataverseSandbox, request) ?? exchange(context, request),
		options.port,
	);
	setUrl(`http://127.0.0.1:${server.port}`);
	return Object.assign(running, { close: server.close }) as DataverseSandbox;
}

/** What a person needs to connect to a stand-in that runs for a demo. */
export function describeDataverse(sandbox: DataverseSandbox): Record<string, string> {
	const { url, tenant, clientId, clientSecret, tokenUrl } = sandbox;
	return { url, tenant, clientId, clientSecret, tokenUrl };
}

/** Starts a stand-in for a demo, on a fixed port, and stays up until it is closed. */
export async function serveDataverse(
	options: DataverseOptions & { readonly port: number },
): Promise<DataverseSandbox> {
	return await startDataverse(options);
}
