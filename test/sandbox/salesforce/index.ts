import { listen } from '../httpServer';
import { serveControl } from './control';
import type { SalesforceOptions, SalesforceSandbox } from './sandbox';
import { buildSandbox } from './sandbox';
import { exchange } from './server';

export type { Effect } from './effects';
export type { Feature } from './features';
export type { Commit, Field } from './model';
export type { SalesforceOptions, SalesforceSandbox } from './sandbox';
export { switchValues } from './switches';
export type { SwitchName, Switches } from './switches';

/** Starts a stand-in on 127.0.0.1; with a port of its own it serves a demo. */
export async function startSalesforce(options: SalesforceOptions = {}): Promise<SalesforceSandbox> {
	const { context, sandbox, setUrl, stop } = buildSandbox(options);
	const running = Object.defineProperties({}, Object.getOwnPropertyDescriptors(sandbox));
	const server = await listen(
		(request) => serveControl(running as SalesforceSandbox, request) ?? exchange(context, request),
		options.port,
	);
	setUrl(`http://127.0.0.1:${server.port}`);
	const close = async (): Promise<void> => {
		stop();
		await server.close();
	};
	return Object.assign(running, { close }) as SalesforceSandbox;
}

/** What a person needs to connect to a stand-in that runs for a demo. */
export function describeSalesforce(sandbox: SalesforceSandbox): Record<string, string> {
	const { url, clientId, clientSecret, tokenUrl, username } = sandbox;
	return { url, clientId, clientSecret, tokenUrl, username };
}
