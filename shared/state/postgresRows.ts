import { fieldList, type FieldList } from './codec';
import { journalRows, replay, type JournalKind, type JournalRow } from './journal';
import { HotParts, memberBlocks, type PackedBlock, type StoredBlocks } from './memberBlocks';
import type { Sql } from './postgresConnection';
import { bigintBytes } from './postgresCopy';
import type { Tables } from './postgresSchema';
import { LeaseLostError, type StateChange, type Sync } from './store';
import { fieldNamesFrom, foldingOf, isWorthPacking, type PackedState } from './storedRows';

/** Reads in a transaction of its own, whatever else is going on. */
export type Read = <T>(steps: (sql: Sql) => Promise<T>) => Promise<T>;

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
	const [sum] = await sql.all(
		`SELECT sum(length(hot)) AS bytes FROM ${block} WHERE sync = $1`,
		sync.id,
	);
	const hot = new HotParts(Number(sum?.bytes ?? 0));
	const all = `SELECT id, hot FROM ${block} WHERE sync = ${sync.id} ORDER BY id`;
	for await (const [id, part] of sql.receive(`COPY (${all}) TO STDOUT (FORMAT binary)`)) {
		if (!id || !part) continue;
		ids.push(Number(id.readBigInt64BE()));
		hot.add(part);
	}
	return {
		hot,
		async cold(wanted) {
			const rows = [...wanted].flatMap(([number, ranges]) =>
				ranges.map(([from, to]) => `(${ids[number]}, ${from}, ${to - from})`),
			);
			// Cut out by the server: a few changes in each of a thousand blocks are a small part of their bytes.
			const query = `SELECT string_agg(substring(cold FROM at + 1 FOR bytes), ''::bytea ORDER BY at)
				FROM (VALUES ${rows.join()}) AS wanted (block, at, bytes)
				JOIN ${block} ON id = wanted.block GROUP BY id ORDER BY id`;
			const parts = await read(async (at) => await firstColumn(at, query));
			// Ids are never used twice: what is gone was packed anew by a run that took over.
			if (parts.length < wanted.size) throw new LeaseLostError(sync.name);
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
