import { setImmediate } from 'node:timers/promises';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

import { eachInSlices } from '../core/breathe';
import type { Failure } from '../core/failures';
import { fieldList, type FieldList } from './codec';
import { replay, type JournalKind } from './journal';
import { packRecord, unpackRecord } from './keptRecord';
import { cut, HotParts, memberBlocks, type PackedBlock, type StoredBlocks } from './memberBlocks';
import type { RunRow, StateChange, Sync } from './store';
import {
	fieldNamesFrom,
	foldingOf,
	isWorthPacking,
	packFailure,
	runFrom,
	unpackAbsence,
	unpackFailure,
	type PackedState,
	type Row,
} from './storedRows';

export interface Rows {
	all(sql: string, ...values: SQLInputValue[]): Row[];
	/** How many rows the statement touched. */
	run(sql: string, ...values: SQLInputValue[]): number;
}

/** Statements by their text, prepared once. */
export function rowsOf(database: DatabaseSync): Rows {
	const prepared = new Map<string, StatementSync>();
	const statement = (sql: string) => {
		const known = prepared.get(sql) ?? database.prepare(sql);
		prepared.set(sql, known);
		return known;
	};
	return {
		all: (sql, ...values) => statement(sql).all(...values) as Row[],
		run: (sql, ...values) => Number(statement(sql).run(...values).changes),
	};
}

/** Hot parts read in one go: a few milliseconds. */
const blocksAtOnce = 64;

/** The packed blocks; their cold parts are read when members are needed whole. */
export async function blocksOf(sql: Rows, sync: number): Promise<StoredBlocks> {
	const numbers: number[] = [];
	const sum = 'SELECT sum(length(hot)) AS bytes FROM block WHERE sync = ?';
	const hot = new HotParts(Number(sql.all(sum, sync)[0]?.bytes ?? 0));
	const next = `SELECT number, hot FROM block WHERE sync = ? AND number > ?
		ORDER BY number LIMIT ${blocksAtOnce}`;
	const query = 'SELECT cold FROM block WHERE sync = ? AND number = ?';
	for (let found = blocksAtOnce; found === blocksAtOnce;) {
		const page = sql.all(next, sync, numbers.at(-1) ?? -1);
		for (const block of page) {
			numbers.push(Number(block.number));
			hot.add(bytes(block.hot));
		}
		found = page.length;
		await setImmediate();
	}
	return {
		hot,
		cold: (wanted) =>
			Array.from(wanted, ([index, ranges]) =>
				cut(bytes(sql.all(query, sync, Number(numbers[index]))[0]?.cold), ranges),
			),
	};
}

/** A sync's blocks, and what its journal adds to them. */
export async function packedOf(sql: Rows, sync: Sync): Promise<PackedState> {
	const { names } = fieldsOf(sql, sync.id);
	const journal = sql
		.all('SELECT kind, data FROM journal WHERE sync = ? ORDER BY seq', sync.id)
		.map(({ kind, data }) => ({ kind: kind as JournalKind, data: bytes(data) }));
	const replayed = await replay(journal, names, foldingOf(sync));
	return { ...replayed, blocks: await memberBlocks(await blocksOf(sql, sync.id), names) };
}

/** The names of the sync's fields as they are stored now: another process may have added some. */
export function fieldsOf(sql: Rows, sync: number): FieldList {
	return fieldList(fieldNamesFrom(sql.all('SELECT fields FROM sync WHERE id = ?', sync)[0]));
}

/** Whether the journal has grown enough beside the blocks to be packed into them. */
export function isDueForPacking(sql: Rows, sync: number): boolean {
	const bytesOf = (query: string) => Number(sql.all(query, sync)[0]?.bytes ?? 0);
	return isWorthPacking(
		bytesOf('SELECT sum(length(data)) AS bytes FROM journal WHERE sync = ?'),
		bytesOf('SELECT sum(length(hot) + length(cold)) AS bytes FROM block WHERE sync = ?'),
	);
}

/** Puts new blocks in the place of the blocks and the journal there are. */
export async function replaceBlocks(
	sql: Rows,
	sync: number,
	blocks: AsyncIterable<PackedBlock>,
): Promise<void> {
	// Written beside the old blocks, which packing still reads, then put in their place.
	let number = 0;
	for await (const { hot, cold } of blocks) {
		sql.run('INSERT INTO block VALUES (?, ?, ?, ?)', sync, --number, hot, cold);
		await setImmediate();
	}
	const moves = [
		'DELETE FROM block WHERE sync = ? AND number >= 0',
		'UPDATE block SET number = -number - 1 WHERE sync = ?',
		'DELETE FROM journal WHERE sync = ?',
	];
	for (const move of moves) {
		sql.run(move, sync);
		await setImmediate();
	}
}

/** The part of a change that is kept as rows: failures, pending records, counters. */
export async function writeLedgers(sql: Rows, sync: number, change: StateChange): Promise<void> {
	await eachInSlices(change.failures ?? [], ([folded, failure]) => {
		const data = failure && packFailure(failure);
		if (data) sql.run('INSERT OR REPLACE INTO failure VALUES (?, ?, ?)', sync, folded, data);
		else sql.run('DELETE FROM failure WHERE sync = ? AND folded = ?', sync, folded);
	});
	await eachInSlices(change.pending ?? [], ([folded, record]) => {
		const data = record && packRecord(record);
		if (data) sql.run('INSERT OR REPLACE INTO pending VALUES (?, ?, ?)', sync, folded, data);
		else sql.run('DELETE FROM pending WHERE sync = ? AND folded = ?', sync, folded);
	});
	await eachInSlices(change.absences ?? [], ([folded, absence]) => {
		const data = absence && JSON.stringify(absence);
		if (data) sql.run('INSERT OR REPLACE INTO absence VALUES (?, ?, ?)', sync, folded, data);
		else sql.run('DELETE FROM absence WHERE sync = ? AND folded = ?', sync, folded);
	});
	for (const key of change.doubtsTaken ?? []) {
		sql.run('DELETE FROM doubt WHERE sync = ? AND key = ?', sync, key);
	}
	if (change.keyless !== undefined) {
		sql.run('UPDATE sync SET keyless = ? WHERE id = ?', change.keyless, sync);
	}
	if (change.notes) {
		sql.run('UPDATE sync SET notes = ? WHERE id = ?', JSON.stringify(change.notes), sync);
	}
}

/** Removes what is known about a sync's records; its runs stay. */
export function forgetState(sql: Rows, sync: number): void {
	for (const table of ['journal', 'block', 'failure', 'pending', 'absence', 'doubt']) {
		sql.run(`DELETE FROM ${table} WHERE sync = ?`, sync);
	}
}

/** Removes the sync and everything about it. */
export function forgetSync(sql: Rows, sync: number): void {
	forgetState(sql, sync);
	sql.run('DELETE FROM run WHERE sync = ?', sync);
	sql.run('DELETE FROM sync WHERE id = ?', sync);
}

/** Stores the row of a run; nothing for a sync that is gone. */
export function writeRun(sql: Rows, sync: number, row: RunRow): void {
	sql.run(
		'INSERT OR REPLACE INTO run SELECT ?, id, ?, ?, ?, ?, ?, ? FROM sync WHERE id = ?',
		row.id,
		row.execution,
		row.startedAt,
		row.endedAt,
		row.state,
		row.message,
		JSON.stringify(row.counts),
		sync,
	);
}

/** The newest runs of a sync first. */
export function runsOf(sql: Rows, sync: number, limit: number): RunRow[] {
	const query = 'SELECT * FROM run WHERE sync = ? ORDER BY startedAt DESC, rowid DESC LIMIT ?';
	return sql.all(query, sync, limit).map(runFrom);
}

/** Removes the rows of runs that ended up to a moment, except those to keep; returns how many. */
export function removeRuns(
	sql: Rows,
	sync: number,
	{ upTo, keep }: { readonly upTo: number; readonly keep: readonly string[] },
): number {
	return sql.run(
		`DELETE FROM run WHERE sync = ? AND endedAt <= ?
		AND id NOT IN (SELECT value FROM json_each(?))`,
		sync,
		upTo,
		JSON.stringify(keep),
	);
}

/** Key texts that a stale receipt was confirmed for. */
export function doubtsOf(sql: Rows, sync: number): string[] {
	return sql.all('SELECT key FROM doubt WHERE sync = ?', sync).map(({ key }) => String(key));
}

export async function failuresOf(sql: Rows, sync: number): Promise<Map<string, Failure>> {
	return await ledger(sql, 'SELECT folded, data FROM failure', sync, unpackFailure);
}

/** Failures, kept records and absences, by folded key. */
export async function ledgersOf(sql: Rows, sync: number) {
	return {
		failures: await failuresOf(sql, sync),
		pending: await ledger(sql, 'SELECT folded, record AS data FROM pending', sync, unpackRecord),
		absences: await ledger(sql, 'SELECT folded, data FROM absence', sync, unpackAbsence),
	};
}

const pageSize = 1_000;

async function ledger<T>(
	sql: Rows,
	select: string,
	sync: number,
	read: (data: string) => T,
): Promise<Map<string, T>> {
	const entries = new Map<string, T>();
	const query = `${select} WHERE sync = ? AND folded > ? ORDER BY folded LIMIT ${pageSize}`;
	let last = '';
	let found = pageSize;
	while (found === pageSize) {
		const page = sql.all(query, sync, last);
		for (const { folded, data } of page) {
			last = String(folded);
			entries.set(last, read(String(data)));
		}
		found = page.length;
		await setImmediate();
	}
	return entries;
}

export function bytes(value: unknown): Buffer {
	const array = value as Uint8Array;
	return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
