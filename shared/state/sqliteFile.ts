import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { SyncError } from '../core/errors';

const lockWaitMs = 30_000;
/** SQLite result codes, https://www.sqlite.org/rescode.html */
const codes = { busy: 5, full: 13, corrupt: 11, notADatabase: 26 } as const;

/** What brings the tables from each version to the next, beginning with an empty file. */
const migrations = [
	`
CREATE TABLE sync (
	id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, identity TEXT NOT NULL,
	environment TEXT NOT NULL DEFAULT '', fields TEXT NOT NULL DEFAULT '[]', fingerprints INTEGER NOT NULL,
	version INTEGER NOT NULL DEFAULT 0, keyless INTEGER NOT NULL DEFAULT 0,
	leaseRun TEXT, leaseProcess TEXT, beat INTEGER NOT NULL DEFAULT 0);
CREATE TABLE run (
	id TEXT PRIMARY KEY, sync INTEGER NOT NULL REFERENCES sync, execution TEXT NOT NULL,
	startedAt INTEGER NOT NULL, endedAt INTEGER NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL, counts TEXT NOT NULL);
CREATE INDEX runsOfSync ON run (sync, startedAt);
CREATE TABLE block (
	sync INTEGER NOT NULL REFERENCES sync, number INTEGER NOT NULL, hot BLOB NOT NULL, cold BLOB NOT NULL,
	PRIMARY KEY (sync, number));
CREATE TABLE journal (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, sync INTEGER NOT NULL REFERENCES sync, run TEXT NOT NULL,
	kind TEXT NOT NULL, data BLOB NOT NULL);
CREATE INDEX journalOfSync ON journal (sync, seq);
CREATE TABLE failure (sync INTEGER NOT NULL REFERENCES sync, folded TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (sync, folded));
CREATE TABLE pending (sync INTEGER NOT NULL REFERENCES sync, folded TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (sync, folded));
CREATE TABLE doubt (sync INTEGER NOT NULL REFERENCES sync, key TEXT NOT NULL, PRIMARY KEY (sync, key));`,
	`
ALTER TABLE sync ADD COLUMN notes TEXT NOT NULL DEFAULT '{}';
CREATE TABLE absence (sync INTEGER NOT NULL REFERENCES sync, folded TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (sync, folded));`,
];

/** A file from a newer version is refused, never damaged. */
const schemaVersion = migrations.length;

export interface SqliteFile {
	readonly database: DatabaseSync;
	/** Runs the steps as one transaction, alone on this connection; `durable` also survives a power cut. */
	transaction<T>(steps: () => Promise<T> | T, options?: { durable?: boolean }): Promise<T>;
	close(): void;
}

/** Opens or creates a state file. Throws SyncError `config` for a newer, foreign or damaged file. */
export function openSqliteFile(file: string): SqliteFile {
	const database = guarded(file, () => {
		mkdirSync(path.dirname(file), { recursive: true });
		const opened = new DatabaseSync(file, { timeout: 5_000 });
		let isReady = false;
		try {
			prepare(opened, file);
			isReady = true;
			return opened;
		} finally {
			if (!isReady) opened.close();
		}
	});
	let last: Promise<unknown> = Promise.resolve();
	return {
		database,
		transaction(steps, { durable = false } = {}) {
			const result = last
				.then(async () => await runTransaction(database, steps, durable))
				.catch(async (error: unknown) => await Promise.reject(explained(file, error)));
			last = result.catch(() => undefined);
			return result;
		},
		close: () => database.close(),
	};
}

/** Looks before it touches: a file that is refused stays as it was. */
function prepare(database: DatabaseSync, file: string): void {
	const version = versionOf(database);
	if (version > schemaVersion) {
		throw new SyncError(
			'config',
			`The state file ${path.basename(file)} was written by a newer version of this package`,
			{
				hint: 'Install the newer version again, or point N8N_USER_FOLDER at another folder. Nothing was changed.',
			},
		);
	}
	const isForeign = version === 0 && database.prepare('SELECT 1 FROM sqlite_schema').get();
	// Another process may be creating the tables at this moment.
	if (isForeign && versionOf(database) === 0) {
		throw new SyncError('config', `${path.basename(file)} is a database of something else`, {
			hint: 'Move it away, or point N8N_USER_FOLDER at another folder. Nothing was changed.',
		});
	}
	database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON');
	if (version < schemaVersion) migrate(database);
	// From here on waiting for another process is done asynchronously, so that n8n is never blocked.
	database.exec('PRAGMA busy_timeout = 0');
}

/** One transaction: whatever interrupts it leaves the file as it was. */
function migrate(database: DatabaseSync): void {
	database.exec('BEGIN IMMEDIATE');
	for (const migration of migrations.slice(versionOf(database))) database.exec(migration);
	database.exec(`PRAGMA user_version = ${schemaVersion}; COMMIT`);
}

function versionOf(database: DatabaseSync): number {
	return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

async function runTransaction<T>(
	database: DatabaseSync,
	steps: () => Promise<T> | T,
	durable: boolean,
): Promise<T> {
	database.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
	await begin(database);
	try {
		const result = await steps();
		database.exec('COMMIT');
		return result;
	} finally {
		if (database.isTransaction) database.exec('ROLLBACK');
	}
}

async function begin(database: DatabaseSync): Promise<void> {
	for (let waited = 0; !tryBegin(database, waited < lockWaitMs);) {
		const pause = 5 + Math.random() * 45;
		await sleep(pause);
		waited += pause;
	}
}

/** False when another process holds the lock and waiting is still allowed. */
function tryBegin(database: DatabaseSync, mayWait: boolean): boolean {
	let failure: unknown;
	try {
		database.exec('BEGIN IMMEDIATE');
		return true;
	} catch (error) {
		failure = error;
	}
	if (mayWait && codeOf(failure) === codes.busy) return false;
	throw failure;
}

function guarded<T>(file: string, open: () => T): T {
	let failure: unknown;
	try {
		return open();
	} catch (error) {
		failure = explained(file, error);
	}
	throw failure;
}

function codeOf(error: unknown): number | undefined {
	const code = (error as { errcode?: unknown }).errcode;
	return typeof code === 'number' ? code & 0xff : undefined;
}

/** The errors of SQLite and of the file system in words; everything else as it is. */
function explained(file: string, error: unknown): unknown {
	const name = `The state file ${path.basename(file)}`;
	const isOfSystem = (error as { syscall?: unknown }).syscall !== undefined;
	switch (codeOf(error)) {
		case undefined:
			if (!isOfSystem) return error;
			return new SyncError('config', `${name} cannot be created: ${(error as Error).message}`, {
				hint: 'Give n8n a user folder it may write to.',
				cause: error,
			});
		case codes.full:
			return new SyncError('limit', `${name} cannot grow: the disk is full`, {
				hint: 'Free disk space and run again. Everything confirmed so far is kept.',
				cause: error,
			});
		case codes.busy:
			return new SyncError('unavailable', `${name} is locked by another process`, {
				hint: 'Run again later. Several n8n processes on one file need the shared store.',
				cause: error,
			});
		case codes.corrupt:
		case codes.notADatabase:
			return new SyncError('config', `${name} is damaged or not a state file`, {
				hint: 'Restore it from a backup, then use Resend Everything; or move it away, and the next run compares from nothing.',
				cause: error,
			});
		default:
			return new SyncError('unavailable', `${name} cannot be used: ${(error as Error).message}`, {
				cause: error,
			});
	}
}
