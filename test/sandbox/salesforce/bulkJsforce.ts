import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Connection, type ConnectionConfig } from 'jsforce';
import type { SalesforceSandbox } from '.';

/** jsforce polls every second; tests let it run fast. */
export const FAST = { pollInterval: 5, pollTimeout: 5_000 };

/** A jsforce connection to the stand-in. */
export function connectJsforce(
	{ url }: SalesforceSandbox,
	accessToken: string,
	more: ConnectionConfig = {},
): Connection {
	const made = new Connection({ instanceUrl: url, accessToken, version: '66.0', ...more });
	Object.assign(made.bulk2, FAST);
	return made;
}

/** Runs jsforce in a process of its own, with a `connection`, for what would end this one. */
export const jsforceChild = (
	{ url }: SalesforceSandbox,
	accessToken: string,
	script: string,
): ChildProcessWithoutNullStreams =>
	spawn(process.execPath, [
		'-e',
		`const { Connection } = require(process.argv[1]);
		const [, , instanceUrl, accessToken] = process.argv;
		const connection = new Connection({ instanceUrl, accessToken, version: '66.0' });
		connection.bulk2.pollInterval = ${FAST.pollInterval};
		${script}`,
		require.resolve('jsforce'),
		url,
		accessToken,
	]);
