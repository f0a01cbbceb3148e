import type { Failure } from '../core/failures';
import type { SyncRecord } from '../core/record';
import { fieldList, type FieldList } from './codec';
import { journalRows, replay, type JournalKind, type JournalRow } from './journal';
import { packRecord, unpackRecord } from './keptRecord';
import { memberBlocks, type PackedBlock, type StoredBlocks } from './memberBlocks';
import type { Sql } from './postgresConnection';
import { bigintBytes } from './postgresCopy';
import type { Tables } from './postgresSchema';
import { LeaseLostError, type StateChange, type Sync } from './store';
import {
	fieldNamesFrom,
	foldingOf,
	isWorthPacking,
	packFailure,
	unpackFailure,
	type PackedState,
} from './storedRows';

/** Reads in a transaction of its own, whatever else is going on. */
export type Read = <T>(steps: (sql: Sql) => Promise<T>) => Promise<T>;

/** Rows of one statement: keeps its parameters at a few hundred kilobytes. */
const sliceSize = 1_000;

/** The names of the sync's fields as they are stored now. */
export async function fieldsOf(sql: Sql, { sync }: Tables, id: number): Promise<FieldList> {
	const [row] = await sql.all(`SELECT fields FROM ${sync} WHERE id = $1`, id);
	return fieldList(fieldNamesFrom(row));
}

/** A sync's blocks, and what its journal adds to them. */
export async function packedOf(
	sql: Sql,
	tables: Tables,
	sync: Sync,
	read: Read,
): Promise<PackedState> {
	const { names } = await fieldsOf(sql, tables, sync.id);
	const replayed = await replay(journalOf(sql, tables, sync.id), names, foldingOf(sync));
	const blocks = await memberBlocks(await blocksOf(sql, tables, sync, read), names);
	return { ...replayed, blocks };
}

/** The packed blocks; their cold parts are read when members are needed whole. */
async function blocksOf(
	sql: Sql,
	{ block }: Tables,
	sync: Sync,
	read: Read,
): Promise<StoredBlocks> {
	const ids: number[] = [];
	const hot: Buffer[] = [];
	const all = `SELECT id, hot FROM ${block} WHERE sync = ${sync.id} ORDER BY id`;
	for await (const [id, part] of sql.receive(`COPY (${all}) TO STDOUT (FORMAT binary)`)) {
		if (!id || !part) continue;
		ids.push(Number(id.readBigInt64BE()));
		// A copy: the part lies in a larger chunk, which would stay in memory with it.
		hot.push(Buffer.from(part));
	}
	return {
		hot,
		async cold(numbers) {
			const wanted = numbers.map((number) => ids[number] ?? 0).join();
			const query = `SELECT cold FROM ${block} WHERE id IN (${wanted}) ORDER BY id`;
			const parts = await read(async (at) => await firstColumn(at, query));
			// Ids are never used twice: what is gone was packed anew by a run that took over.
			if (parts.length < numbers.length) throw new LeaseLostError(sync.name);
			return parts;
		},
	};
}

async function firstColumn(sql: Sql, query: string): Promise<Buffer[]> {
	const parts: Buffer[] = [];
	for await (const [part] of sql.receive(`COPY (${query}) TO STDOUT (FORMAT binary)`)) {
		if (part) parts.push(part);
	}
	return parts;
}

/** The sync's journal from its start, one row at a time. */
async function* journalOf(sql: Sql, { journal }: Tables, sync: number): AsyncGenerator<JournalRow> {
	const all = `SELECT kind, data FROM ${journal} WHERE sync = ${sync} ORDER BY seq`;
	for await (const [kind, data] of sql.receive(`COPY (${all}) TO STDOUT (FORMAT binary)`)) {
		if (kind && data) yield { kind: kind.toString() as JournalKind, data };
	}
}

/** Appends what a change does to members and offers. */
export async function writeJournal(
	sql: Sql,
	{ journal }: Tables,
	at: { readonly sync: Sync; readonly run: string; readonly fields: FieldList },
	change: StateChange,
): Promise<void> {
	const { offers, members, closed } = change;
	if ((offers?.length ?? 0) + (members?.size ?? 0) + (closed?.length ?? 0) === 0) return;
	const id = bigintBytes(at.sync.id);
	const run = Buffer.from(at.run);
	const rows = function* () {
		for (const { kind, data } of journalRows(change, at.fields)) {
			yield [id, run, Buffer.from(kind), data];
		}
	};
	await sql.send(`COPY ${journal} (sync, run, kind, data) FROM STDIN (FORMAT binary)`, rows());
}

/** Puts new blocks in the place of the blocks and the journal there are. */
export async function replaceBlocks(
	sql: Sql,
	{ block, journal }: Tables,
	sync: number,
	blocks: AsyncIterable<PackedBlock>,
): Promise<void> {
	const [last] = await sql.all(`SELECT max(id) AS id FROM ${block} WHERE sync = $1`, sync);
	const id = bigintBytes(sync);
	const rows = async function* () {
		for await (const { hot, cold } of blocks) yield [id, hot, cold];
	};
	await sql.send(`COPY ${block} (sync, hot, cold) FROM STDIN (FORMAT binary)`, rows());
	await sql.run(`DELETE FROM ${block} WHERE sync = $1 AND id <= $2`, sync, last?.id ?? 0);
	await sql.run(`DELETE FROM ${journal} WHERE sync = $1`, sync);
}

/** Whether the journal has grown enough beside the blocks to be packed into them. */
export async function isDueForPacking(
	sql: Sql,
	{ block, journal }: Tables,
	sync: number,
): Promise<boolean> {
	const [sizes] = await sql.all(
		`SELECT (SELECT sum(length(data)) FROM ${journal} WHERE sync = $1) AS journal,
			(SELECT sum(length(hot) + length(cold)) FROM ${block} WHERE sync = $1) AS blocks`,
		sync,
	);
	return isWorthPacking(Number(sizes?.journal ?? 0), Number(sizes?.blocks ?? 0));
}

/** The part of a change that is kept as rows: failures, pending records, doubts taken, counters. */
export async function writeLedgers(
	sql: Sql,
	tables: Tables,
	sync: number,
	change: StateChange,
): Promise<void> {
	await writeLedger(sql, tables.failure, sync, packed(change.failures, packFailure));
	await writeLedger(sql, tables.pending, sync, packed(change.pending, packRecord));
	for (const keys of slicesOf(change.doubtsTaken ?? [])) {
		await sql.run(`DELETE FROM ${tables.doubt} WHERE sync = $1 AND key = ANY ($2)`, sync, keys);
	}
	if (change.keyless !== undefined) {
		await sql.run(`UPDATE ${tables.sync} SET keyless = $2 WHERE id = $1`, sync, change.keyless);
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

/** Failures and kept records, by folded key. */
export async function ledgersOf(
	sql: Sql,
	tables: Tables,
	sync: number,
): Promise<{ failures: Map<string, Failure>; pending: Map<string, SyncRecord> }> {
	return {
		failures: await failuresOf(sql, tables, sync),
		pending: await ledger(sql, tables.pending, sync, unpackRecord),
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
