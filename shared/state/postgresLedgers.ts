import type { Failure } from '../core/failures';
import { packRecord, unpackRecord } from './keptRecord';
import type { Sql } from './postgresConnection';
import type { Tables } from './postgresSchema';
import type { LoadedState, StateChange } from './store';
import { packFailure, unpackAbsence, unpackFailure } from './storedRows';

/** Rows of one statement: keeps its parameters at a few hundred kilobytes. */
const sliceSize = 1_000;

/** The part of a change that is kept as rows: failures, pending records, doubts taken, counters. */
export async function writeLedgers(
	sql: Sql,
	tables: Tables,
	sync: number,
	change: StateChange,
): Promise<void> {
	await writeLedger(sql, tables.failure, sync, packed(change.failures, packFailure));
	await writeLedger(sql, tables.pending, sync, packed(change.pending, packRecord));
	await writeLedger(sql, tables.absence, sync, packed(change.absences, JSON.stringify));
	for (const keys of slicesOf(change.doubtsTaken ?? [])) {
		await sql.run(`DELETE FROM ${tables.doubt} WHERE sync = $1 AND key = ANY ($2)`, sync, keys);
	}
	if (change.keyless !== undefined) {
		await sql.run(`UPDATE ${tables.sync} SET keyless = $2 WHERE id = $1`, sync, change.keyless);
	}
	if (change.notes) {
		const set = `UPDATE ${tables.sync} SET notes = $2 WHERE id = $1`;
		await sql.run(set, sync, JSON.stringify(change.notes));
	}
}

function* packed<T>(
	entries: ReadonlyMap<string, T | null> | undefined,
	pack: (value: T) => string,
): Generator<readonly [string, string | null]> {
	for (const [folded, value] of entries ?? []) yield [folded, value && pack(value)];
}

async function writeLedger(
	sql: Sql,
	table: string,
	sync: number,
	entries: Iterable<readonly [string, string | null]>,
): Promise<void> {
	for (const slice of slicesOf(entries)) {
		const gone = slice.flatMap(([folded, data]) => (data === null ? [folded] : []));
		const kept = slice.filter(([, data]) => data !== null);
		if (gone.length > 0) {
			await sql.run(`DELETE FROM ${table} WHERE sync = $1 AND folded = ANY ($2)`, sync, gone);
		}
		if (kept.length === 0) continue;
		await sql.run(
			`INSERT INTO ${table} (sync, folded, data)
			SELECT $1, folded, data FROM unnest($2::text[], $3::text[]) AS entry (folded, data)
			ON CONFLICT (sync, folded) DO UPDATE SET data = excluded.data`,
			sync,
			kept.map(([folded]) => folded),
			kept.map(([, data]) => data),
		);
	}
}

export async function failuresOf(
	sql: Sql,
	{ failure }: Tables,
	sync: number,
): Promise<Map<string, Failure>> {
	return await ledger(sql, failure, sync, unpackFailure);
}

/** Failures, kept records and absences, by folded key. */
export async function ledgersOf(
	sql: Sql,
	tables: Tables,
	sync: number,
): Promise<Pick<LoadedState, 'failures' | 'pending' | 'absences'>> {
	return {
		failures: await failuresOf(sql, tables, sync),
		pending: await ledger(sql, tables.pending, sync, unpackRecord),
		absences: await ledger(sql, tables.absence, sync, unpackAbsence),
	};
}

async function ledger<T>(
	sql: Sql,
	table: string,
	sync: number,
	unpack: (data: string) => T,
): Promise<Map<string, T>> {
	const entries = new Map<string, T>();
	const all = `SELECT folded, data FROM ${table} WHERE sync = ${sync}`;
	for await (const [folded, data] of sql.receive(`COPY (${all}) TO STDOUT (FORMAT binary)`)) {
		if (folded && data) entries.set(folded.toString(), unpack(data.toString()));
	}
	return entries;
}

/** Notes keys to be doubted; those that already are stay. What a receipt carries may be no key at all: text in Postgres has no NUL. */
export async function writeDoubts(
	sql: Sql,
	{ doubt }: Tables,
	sync: number,
	keys: readonly string[],
): Promise<void> {
	const texts = keys.filter((key) => !key.includes('\0'));
	for (const slice of slicesOf(texts)) {
		await sql.run(
			`INSERT INTO ${doubt} (sync, key) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
			sync,
			slice,
		);
	}
}

function* slicesOf<T>(items: Iterable<T>): Generator<T[]> {
	let slice: T[] = [];
	for (const item of items) {
		if (slice.push(item) < sliceSize) continue;
		yield slice;
		slice = [];
	}
	if (slice.length > 0) yield slice;
}
