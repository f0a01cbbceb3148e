import type { Sql } from './postgresConnection';
import type { Tables } from './postgresSchema';
import type { RunRow } from './store';
import { runFrom } from './storedRows';

/** The columns of a sync, named as the stores share them. */
export const syncColumns = '*, lease_run AS "leaseRun", lease_process AS "leaseProcess"';

/** Stores the row of a run, and gives back the lease it holds; nothing for a sync that is gone. */
export async function writeRun(
	sql: Sql,
	{ run, sync }: Tables,
	id: number,
	row: RunRow,
): Promise<void> {
	await sql.run(
		`INSERT INTO ${run} (sync, id, execution, started_at, ended_at, state, message, counts)
		SELECT id, $2::text, $3::text, $4::bigint, $5::bigint, $6::text, $7::text, $8::text FROM ${sync} WHERE id = $1
		ON CONFLICT (sync, id) DO UPDATE SET ended_at = excluded.ended_at, state = excluded.state,
			message = excluded.message, counts = excluded.counts`,
		id,
		row.id,
		row.execution,
		row.startedAt,
		row.endedAt,
		row.state,
		row.message,
		JSON.stringify(row.counts),
	);
	await sql.run(
		`UPDATE ${sync} SET lease_run = NULL, lease_process = NULL WHERE id = $1 AND lease_run = $2`,
		id,
		row.id,
	);
}

/** The newest runs of a sync first. */
export async function runsOf(
	sql: Sql,
	{ run }: Tables,
	sync: number,
	limit: number,
): Promise<RunRow[]> {
	const rows = await sql.all(
		`SELECT id, execution, started_at AS "startedAt", ended_at AS "endedAt", state, message, counts
		FROM ${run} WHERE sync = $1 ORDER BY started_at DESC, seq DESC LIMIT $2`,
		sync,
		limit,
	);
	return rows.map(runFrom);
}

/** Removes the rows of runs that ended up to a moment, except those to keep; returns how many. */
export async function removeRuns(
	sql: Sql,
	{ run }: Tables,
	sync: number,
	{ upTo, keep }: { readonly upTo: number; readonly keep: readonly string[] },
): Promise<number> {
	return await sql.run(
		`DELETE FROM ${run} WHERE sync = $1 AND ended_at <= $2 AND id NOT IN (SELECT unnest($3::text[]))`,
		sync,
		upTo,
		keep,
	);
}

/** Key texts that a stale receipt was confirmed for. */
export async function doubtsOf(sql: Sql, { doubt }: Tables, sync: number): Promise<string[]> {
	const rows = await sql.all(`SELECT key FROM ${doubt} WHERE sync = $1`, sync);
	return rows.map(({ key }) => String(key));
}

/** Removes what is known about a sync's records; its runs stay. */
export async function forgetState(sql: Sql, tables: Tables, sync: number): Promise<void> {
	const { journal, block, failure, pending, absence, doubt } = tables;
	for (const table of [journal, block, failure, pending, absence, doubt]) {
		await sql.run(`DELETE FROM ${table} WHERE sync = $1`, sync);
	}
}

/** Removes the sync and everything about it. */
export async function forgetSync(sql: Sql, tables: Tables, sync: number): Promise<void> {
	await forgetState(sql, tables, sync);
	await sql.run(`DELETE FROM ${tables.run} WHERE sync = $1`, sync);
	await sql.run(`DELETE FROM ${tables.sync} WHERE id = $1`, sync);
}
