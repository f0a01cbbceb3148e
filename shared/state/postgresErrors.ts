import { types } from 'node:util';

import { SyncError, type SyncErrorCode } from '../core/errors';
import type { PostgresAccess } from './postgresAccess';

/** What an error means to the person who reads it. */
export interface Explanation {
	readonly code: SyncErrorCode;
	/** What follows the name of the database. */
	readonly what: string;
	readonly hint?: string;
}

const again = 'Run again later. Everything confirmed so far is kept.';
const unreachable: Explanation = {
	code: 'unavailable',
	what: 'does not answer',
	hint: `Check host and port of the credential, and that the server runs. ${again}`,
};
const cut: Explanation = { code: 'unavailable', what: 'ended the connection', hint: again };
const untrusted: Explanation = {
	code: 'config',
	what: 'shows a certificate that cannot be verified',
	hint: 'Let n8n trust its authority (NODE_EXTRA_CA_CERTS) and use the host name the certificate is for; or, if you accept the risk, switch on Ignore SSL Issues in the credential.',
};
const noRight: Explanation = {
	code: 'config',
	what: 'does not let this user do what is needed',
	hint: 'The page "State in Postgres" lists the rights, and a script for an administrator.',
};
const refused: Explanation = {
	code: 'auth',
	what: 'refuses the credential',
	hint: 'Check user and password, and the rules of the server for this host (pg_hba.conf).',
};

const foreign: Explanation = {
	code: 'config',
	what: 'has other tables under these names, or only some of ours',
	hint: 'Choose another Table Prefix, or restore all of them from one backup.',
};

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), and by code of Node. */
const explanations: Readonly<Record<string, Explanation>> = {
	'28000': refused,
	'28P01': refused,
	'3D000': { code: 'config', what: 'does not exist', hint: 'Check Database in the credential.' },
	'3F000': {
		code: 'config',
		what: 'has no such schema',
		hint: 'Create it (CREATE SCHEMA), or choose another in the option Schema.',
	},
	'42501': noRight,
	'42703': foreign,
	'42P01': foreign,
	'42P07': foreign,
	'25006': {
		code: 'unavailable',
		what: 'only takes reads at the moment',
		hint: 'It may be a standby: point the credential at the primary server.',
	},
	'53100': {
		code: 'limit',
		what: 'cannot grow: its disk is full',
		hint: 'Free disk space and run again. Everything confirmed so far is kept.',
	},
	'53300': {
		code: 'unavailable',
		what: 'has no connection left',
		hint: 'Each n8n process uses up to four. Raise max_connections, or run again later.',
	},
	'54000': {
		code: 'config',
		what: 'cannot hold a key this long',
		hint: 'Choose shorter Key Fields: Postgres indexes about 2,700 bytes.',
	},
	'55P03': {
		code: 'unavailable',
		what: 'kept this sync locked for too long',
		hint: `Another process is writing to it. ${again}`,
	},
	'57014': { code: 'unavailable', what: 'took too long', hint: again },
	'57P03': { ...unreachable, what: 'is starting or stopping' },
	ECONNREFUSED: unreachable,
	ENOTFOUND: unreachable,
	EAI_AGAIN: unreachable,
	EHOSTUNREACH: unreachable,
	ENETUNREACH: unreachable,
	ETIMEDOUT: unreachable,
	ECONNRESET: cut,
	EPIPE: cut,
	DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
	SELF_SIGNED_CERT_IN_CHAIN: untrusted,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
	CERT_HAS_EXPIRED: untrusted,
	ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
};

/** What the client says without a code. */
const sentences: ReadonlyArray<readonly [RegExp, Explanation]> = [
	[
		/does not support SSL/iu,
		{
			code: 'config',
			what: 'offers no TLS',
			hint: 'Switch TLS on at the server, or set SSL to Disable in the credential.',
		},
	],
	[/timeout exceeded when trying to connect|connection timeout/iu, unreachable],
	[
		/connection (error|terminated|ended|is not queryable)|connection error|query read timeout/iu,
		cut,
	],
	[/client password must be a string|no password/iu, refused],
];

/** What a database is to us: its name in messages, and what its errors mean there before all else. */
export interface DatabaseRole {
	readonly name: string;
	readonly explanations: Readonly<Record<string, Explanation>>;
}

const stateDatabase: DatabaseRole = { name: 'state database', explanations: {} };

/** Whether an error means that this connection is gone, and a new one may do. */
export function isCut(error: unknown): boolean {
	return explanationOf(error) === cut;
}

/** Errors of Postgres and of the network in words, with host and database, never with the password; others as they are. */
export function explainedBy(
	error: unknown,
	{ host, port, database }: PostgresAccess,
	role: DatabaseRole = stateDatabase,
): unknown {
	const explanation = explanationOf(error, role);
	if (!explanation) return error;
	const { code, what, hint } = explanation;
	const name = `The ${role.name} "${database}" on ${host}:${port}`;
	const said = (error as Error).message;
	return new SyncError(code, `${name} ${what}${said === '' ? '' : `: ${said}`}`, {
		...(hint !== undefined && { hint }),
	});
}

function explanationOf(
	error: unknown,
	{ explanations: own } = stateDatabase,
): Explanation | undefined {
	if (!types.isNativeError(error) || error instanceof SyncError) return undefined;
	const code = String((error as { code?: unknown }).code ?? '');
	// A class is the first two characters of a SQLSTATE.
	const known = own[code] ?? (isOfServer(error) ? own[code.slice(0, 2)] : undefined);
	if (known ?? explanations[code]) return known ?? explanations[code];
	// Class 08: connection exceptions. 57P01 and 57P02: an administrator, or a crash, ended the session.
	if (/^(08...|57P0[12]|57P05|25P03)$/u.test(code)) return cut;
	const said = sentences.find(([pattern]) => pattern.test(error.message));
	if (said) return said[1];
	return isOfServer(error) ? { code: 'unavailable', what: 'refused a step' } : undefined;
}

/** Errors of the server carry a severity and a SQLSTATE. */
function isOfServer(error: Error): boolean {
	return 'severity' in error && 'code' in error;
}
