import type { Readable, Writable } from 'node:stream';

import type * as Sdk from './pg';
import type { Pool, PoolClient } from './pg';
import type { PostgresAccess } from './postgresAccess';
import { receiveRows, sendRows, type CopyRow } from './postgresCopy';
import { explainedBy, isCut } from './postgresErrors';
import type { Row } from './storedRows';

/** So few that a dozen workers stay far below the hundred connections a server allows by default. */
const maxConnections = 4;
const timeouts = {
	/** For a connection, and for a free one of the pool. */
	connectMs: 30_000,
	idleMs: 10_000,
	/** For packing or loading ten million members over a slow line. */
	statementMs: 600_000,
	/** This side's own patience, for a server that vanished without a word. COPY has none: its timer would outlive it. */
	answerMs: 660_000,
	/** For the row of a sync that another transaction holds. */
	lockMs: 30_000,
	/** A worker that hangs gives its locks back. */
	idleInTransactionMs: 60_000,
} as const;

/** For every query that is not a COPY. */
export const patience = { query_timeout: timeouts.answerMs } as const;

/** Set per transaction: connection poolers refuse such settings when a session begins. */
const settings = [
	`statement_timeout = ${timeouts.statementMs}`,
	`lock_timeout = ${timeouts.lockMs}`,
	`idle_in_transaction_session_timeout = ${timeouts.idleInTransactionMs}`,
].map((setting) => `SET LOCAL ${setting}`);

export interface TransactionOptions {
	/** False: a crash of the server may lose it, and only it (default true). */
	readonly durable?: boolean;
	/** Reads see one state of the database, and nothing is written. */
	readonly readOnly?: boolean;
}

/** The statements of one transaction. */
export interface Sql {
	all(sql: string, ...values: unknown[]): Promise<Row[]>;
	/** How many rows the statement touched. */
	run(sql: string, ...values: unknown[]): Promise<number>;
	/** COPY … FROM STDIN (FORMAT binary). */
	send(sql: string, rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): Promise<void>;
	/** COPY … TO STDOUT (FORMAT binary). */
	receive(sql: string): AsyncGenerator<CopyRow>;
}

/** Transactions on one database. Errors of Postgres and of the network come out as SyncError. */
export interface PostgresConnection {
	transaction<T>(steps: (sql: Sql) => Promise<T>, options?: TransactionOptions): Promise<T>;
	close(): Promise<void>;
}

/** Connects on first use, and gives idle connections back. */
export function postgresConnection(access: PostgresAccess): PostgresConnection {
	let opened: Promise<{ readonly sdk: typeof Sdk; readonly pool: Pool }> | undefined;
	let isClosed = false;
	const open = async () => {
		const sdk = await import('./pg');
		return { sdk, pool: poolOf(sdk, access) };
	};
	return {
		async transaction(steps, options = {}) {
			// A beat that comes late must not open it again.
			if (isClosed) throw new Error('The state store is closed');
			opened ??= open();
			const { sdk, pool } = await opened;
			return await runTransaction(sdk, pool, steps, options).catch(
				async (error: unknown) => await Promise.reject(explainedBy(error, access)),
			);
		},
		async close() {
			isClosed = true;
			const pool = (await opened)?.pool;
			opened = undefined;
			await pool?.end();
		},
	};
}

/** Connections to a database; none is made yet. */
export function poolOf({ Pool: NewPool }: typeof Sdk, access: PostgresAccess): Pool {
	const { host, port, database, user, password, tls } = access;
	const pool = new NewPool({
		host,
		port,
		database,
		user,
		password,
		// The host: without it a certificate is held against "localhost" where the host is an address.
		ssl: tls === 'off' ? false : { rejectUnauthorized: tls === 'verified', host },
		max: maxConnections,
		idleTimeoutMillis: timeouts.idleMs,
		connectionTimeoutMillis: timeouts.connectMs,
		application_name: 'n8n-nodes-crm-sync',
		keepAlive: true,
		keepAliveInitialDelayMillis: timeouts.idleMs,
		allowExitOnIdle: true,
	});
	// Without a listener an error would end n8n. The statement under way reports it; of an idle connection nobody needs to hear.
	const heard = () => undefined;
	pool.on('error', heard);
	pool.on('connect', (client) => client.on('error', heard));
	return pool;
}

async function runTransaction<T>(
	sdk: typeof Sdk,
	pool: Pool,
	steps: (sql: Sql) => Promise<T>,
	options: TransactionOptions,
): Promise<T> {
	const client = await begin(pool, options);
	let isDone = false;
	try {
		const result = await steps(sqlOf(sdk, client));
		const { command } = await ask(client, 'COMMIT');
		// Postgres answers the commit of a transaction that has failed with a rollback, and without an error.
		if (command !== 'COMMIT') throw new Error('Postgres rolled the transaction back');
		isDone = true;
		return result;
	} finally {
		// A connection that closes in a transaction rolls it back, whatever state it is in.
		client.release(!isDone);
	}
}

/** A connection in a transaction. One that died in the pool is replaced: nothing has been sent yet. */
export async function begin(
	pool: Pool,
	{ durable = true, readOnly = false }: TransactionOptions,
): Promise<PoolClient> {
	const mode = readOnly ? ' ISOLATION LEVEL REPEATABLE READ READ ONLY' : '';
	const more = durable ? [] : ['SET LOCAL synchronous_commit = off'];
	const text = [`BEGIN${mode}`, ...settings, ...more].join('; ');
	let failure: unknown;
	for (let attempt = 0; attempt <= maxConnections; attempt++) {
		const client = await pool.connect();
		try {
			await ask(client, text);
			return client;
		} catch (error) {
			failure = error;
			client.release(true);
		}
		if (!isCut(failure)) break;
	}
	throw failure;
}

async function ask(client: PoolClient, text: string, values?: unknown[]) {
	const query = { text, ...patience, ...(values && { values }) };
	return await client.query<Record<string, unknown>>(query);
}

function sqlOf({ copyFrom, copyTo }: typeof Sdk, client: PoolClient): Sql {
	return {
		async all(sql, ...values) {
			return (await ask(client, sql, values)).rows;
		},
		async run(sql, ...values) {
			return (await ask(client, sql, values)).rowCount ?? 0;
		},
		async send(sql, rows) {
			const stream: Writable = client.query(copyFrom(sql));
			await sendRows(rows, stream);
		},
		async *receive(sql) {
			const stream: Readable = client.query(copyTo(sql));
			yield* receiveRows(stream);
		},
	};
}
