import { createHash } from 'node:crypto';

import { SyncError } from '../core/errors';

/** How to reach a Postgres database. */
export interface PostgresAccess {
	readonly host: string;
	readonly port: number;
	readonly database: string;
	readonly user: string;
	readonly password: string;
	/** `verified`: encrypted, and the certificate must be valid for the host. */
	readonly tls: 'off' | 'verified' | 'unverified';
}

/** Where in the database the tables are. */
export interface PostgresPlace {
	readonly schema: string;
	readonly prefix: string;
}

/** Postgres cuts names at 63 bytes; the longest of ours behind the prefix has 14. */
const longestName = 63;
const longestPrefix = 40;

/** Schema and prefix as they may be used in names. Throws SyncError `config` for what Postgres would cut or misread. */
export function checkedPlace({ schema, prefix }: PostgresPlace): PostgresPlace {
	if (schema === '' || Buffer.byteLength(schema) > longestName || schema.includes('\0')) {
		throw new SyncError('config', `The schema "${schema}" is not a name of 1 to 63 bytes`, {
			hint: 'Enter the name of an existing schema in the option Schema.',
		});
	}
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/u.test(prefix) || prefix.length > longestPrefix) {
		throw new SyncError('config', `"${prefix}" cannot begin the names of tables`, {
			hint: `The option Table Prefix takes a letter or _, then letters, digits and _, ${longestPrefix} in all.`,
		});
	}
	return { schema, prefix };
}

/** A text that differs when access or place do, and does not give the password away. */
export function placeId(access: PostgresAccess, place: PostgresPlace): string {
	const { host, port, database, user, password, tls } = access;
	const parts = [host, port, database, user, password, tls, place.schema, place.prefix];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
