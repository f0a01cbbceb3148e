import type { Pool, PoolClient } from './pg';
import type { PostgresAccess } from './postgresAccess';
import { begin, patience, poolOf } from './postgresConnection';
import { explainedBy, type DatabaseRole } from './postgresErrors';

/** Rows as Postgres prints their values, and the columns they have. */
export interface PrintedRows {
	readonly columns: ReadonlyArray<{ readonly name: string; readonly type: number }>;
	readonly rows: ReadonlyArray<ReadonlyArray<string | null>>;
}

/** A read-only transaction step by step, on a connection of its own. Errors come out as SyncError. */
export interface Reading {
	/** Runs one statement; Postgres itself refuses a second one in the same text. */
	ask(sql: string, values?: readonly unknown[]): Promise<PrintedRows>;
	/** Stops the statement under way, at the server too. Never fails. */
	cancel(): Promise<void>;
	/** Rolls back and ends the connection, whatever state it is in. */
	close(): Promise<void>;
}

/** Opens a read-only transaction: all its statements see one state of the database. */
export async function openReading(access: PostgresAccess, role: DatabaseRole): Promise<Reading> {
	const pool = poolOf(await import('./pg'), access);
	const explain = async (error: unknown) => await Promise.reject(explainedBy(error, access, role));
	const { client, process } = await opened(pool).catch(async (error: unknown) => {
		await pool.end();
		return await explain(error);
	});
	let isClosed = false;
	const release = () => {
		// A connection that closes in a transaction rolls it back, and its cursor is gone.
		if (!isClosed) client.release(true);
		isClosed = true;
	};
	return {
		ask: async (sql, values = []) => await printed(client, sql, values).catch(explain),
		async cancel() {
			// The server notices a connection that is gone only when it has a row to send.
			await pool.query('SELECT pg_cancel_backend($1)', [process]).then(release, release);
		},
		async close() {
			release();
			await pool.end();
		},
	};
}

/** A connection in its transaction, and the number of the server's process that answers it. */
async function opened(pool: Pool): Promise<{ client: PoolClient; process: number }> {
	const client = await begin(pool, { readOnly: true });
	try {
		const { rows } = await printed(client, 'SELECT pg_catalog.pg_backend_pid()', []);
		return { client, process: Number(rows[0]?.[0]) };
	} catch (error) {
		// A pool ends only when it has all its connections back.
		client.release(true);
		return await Promise.reject(error);
	}
}

const asPrinted = { getTypeParser: () => String };

async function printed(
	client: PoolClient,
	text: string,
	values: readonly unknown[],
): Promise<PrintedRows> {
	// The extended protocol, with or without values: it takes one statement only.
	const query = { text, values: [...values], types: asPrinted, queryMode: 'extended', ...patience };
	const { fields, rows } = await client.query<Array<string | null>>({ ...query, rowMode: 'array' });
	return { columns: fields.map(({ name, dataTypeID: type }) => ({ name, type })), rows };
}
