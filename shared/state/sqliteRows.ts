import { setImmediate } from 'node:timers/promises';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

import { eachInSlices } from '../core/breathe';
import { fieldList, type FieldList } from './codec';
import { packRecord, unpackRecord } from './keptRecord';
import type { StoredBlocks } from './memberBlocks';
import type { StateChange } from './store';
import { fieldNamesFrom, isWorthPacking, packFailure, unpackFailure, type Row } from './storedRows';

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

/** The packed blocks; their cold parts are read when members are needed whole. */
export function blocksOf(sql: Rows, sync: number): StoredBlocks {
	const blocks = sql.all('SELECT number, hot FROM block WHERE sync = ? ORDER BY number', sync);
	const query = 'SELECT cold FROM block WHERE sync = ? AND number = ?';
	return {
		hot: blocks.map(({ hot }) => bytes(hot)),
		cold: (numbers) =>
			numbers.map((index) => bytes(sql.all(query, sync, Number(blocks[index]?.number))[0]?.cold)),
	};
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
	for (const key of change.doubtsTaken ?? []) {
		sql.run('DELETE FROM doubt WHERE sync = ? AND key = ?', sync, key);
	}
	if (change.keyless !== undefined) {
		sql.run('UPDATE sync SET keyless = ? WHERE id = ?', change.keyless, sync);
	}
}

/** Removes what is known about a sync's records; its runs stay. */
export function forgetState(sql: Rows, sync: number): void {
	for (const table of ['journal', 'block', 'failure', 'pending', 'doubt']) {
		sql.run(`DELETE FROM ${table} WHERE sync = ?`, sync);
	}
}

/** Failures and kept records, by folded key. */
export async function ledgersOf(sql: Rows, sync: number) {
	return {
		failures: await ledger(sql, 'SELECT folded, data FROM failure', sync, unpackFailure),
		pending: await ledger(sql, 'SELECT folded, record AS data FROM pending', sync, unpackRecord),
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
