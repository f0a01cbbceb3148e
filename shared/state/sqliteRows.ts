import { setImmediate } from 'node:timers/promises';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

import { SyncError } from '../core/errors';
import { eachInSlices } from '../core/breathe';
import type { Failure } from '../core/failures';
import { fingerprintVersion } from '../core/fingerprint';
import { packRecord, unpackRecord } from './keptRecord';
import type { StoredBlock } from './memberBlocks';
import type { Identity, Owner, RunRow, RunState, StateChange, Sync } from './store';

type Row = Record<string, unknown>;

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

export function ofSync(row: Row): Sync {
	const name = String(row.name);
	if (Number(row.fingerprints) !== fingerprintVersion) {
		throw new SyncError(
			'config',
			`The sync "${name}" was compared by another version of this package`,
			{
				hint: 'Install that version again, or choose a new Sync Name.',
			},
		);
	}
	return {
		id: Number(row.id),
		name,
		owner: JSON.parse(String(row.owner)) as Owner,
		identity: JSON.parse(String(row.identity)) as Identity,
		environment: String(row.environment),
		version: Number(row.version),
		keyless: Number(row.keyless),
		...(row.leaseRun !== null && {
			lease: {
				run: String(row.leaseRun),
				process: String(row.leaseProcess),
				beat: Number(row.beat),
			},
		}),
	};
}

export function ofRun(row: Row): RunRow {
	return {
		id: String(row.id),
		execution: String(row.execution),
		startedAt: Number(row.startedAt),
		endedAt: Number(row.endedAt),
		state: String(row.state) as RunState,
		message: String(row.message),
		counts: JSON.parse(String(row.counts)) as Record<string, number>,
	};
}

/** The packed blocks; their cold parts are read when a member is needed whole. */
export function blocksOf(sql: Rows, sync: number): StoredBlock[] {
	const blocks = sql.all('SELECT number, hot FROM block WHERE sync = ? ORDER BY number', sync);
	return blocks.map(({ number, hot }) => ({
		hot: bytes(hot),
		cold() {
			const query = 'SELECT cold FROM block WHERE sync = ? AND number = ?';
			return bytes(sql.all(query, sync, Number(number))[0]?.cold);
		},
	}));
}

/** Bytes of packed members: in the journal, and in the blocks. */
export function sizesOf(sql: Rows, sync: number): { journal: number; blocks: number } {
	const bytesOf = (query: string) => Number(sql.all(query, sync)[0]?.bytes ?? 0);
	return {
		journal: bytesOf('SELECT sum(length(data)) AS bytes FROM journal WHERE sync = ?'),
		blocks: bytesOf('SELECT sum(length(hot) + length(cold)) AS bytes FROM block WHERE sync = ?'),
	};
}

/** The part of a change that is kept as rows: failures, pending records, counters. */
export async function writeLedgers(sql: Rows, sync: number, change: StateChange): Promise<void> {
	await eachInSlices(change.failures ?? [], ([folded, failure]) => {
		const data =
			failure && JSON.stringify({ ...failure, fingerprint: String(failure.fingerprint) });
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
		failures: await ledger(sql, 'SELECT folded, data FROM failure', sync, failureFrom),
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

function failureFrom(text: string): Failure {
	const stored = JSON.parse(text) as Omit<Failure, 'fingerprint'> & { fingerprint: string };
	return { ...stored, fingerprint: BigInt(stored.fingerprint) };
}

export function bytes(value: unknown): Buffer {
	const array = value as Uint8Array;
	return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
