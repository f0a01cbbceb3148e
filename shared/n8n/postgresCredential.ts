import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { PostgresAccess } from '../state/postgresAccess';

/** What n8n's Postgres credential says, read as n8n's own Postgres node reads it. `what` is to be reached there. */
export async function postgresAccess(
	context: Pick<IExecuteFunctions, 'getCredentials'>,
	what: string,
): Promise<PostgresAccess> {
	const credential = await context.getCredentials('postgres');
	const { host, port, database, user, password, ssl, allowUnauthorizedCerts } = credential;
	if (credential.sshTunnel === true) {
		throw new SyncError('config', `${what} cannot be reached through an SSH tunnel`, {
			hint: 'Switch SSH Tunnel off in the Postgres credential and let n8n reach the server directly, or run a tunnel beside n8n.',
		});
	}
	const isEncrypted = ssl !== undefined && ssl !== 'disable';
	return {
		host: String(host),
		port: Number(port),
		database: String(database),
		user: String(user),
		password: String(password ?? ''),
		tls: allowUnauthorizedCerts === true ? 'unverified' : isEncrypted ? 'verified' : 'off',
	};
}
