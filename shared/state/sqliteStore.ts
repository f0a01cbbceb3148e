import { setImmediate } from 'node:timers/promises';

import { eachInSlices } from '../core/breathe';
import { fingerprintVersion } from '../core/fingerprint';
import { foldKey } from '../core/key';
import { journalRows, replay, type JournalKind } from './journal';
import { memberBlocks } from './memberBlocks';
import { MemberTable } from './memberTable';
import { openSqliteFile } from './sqliteFile';
import {
	blocksOf,
	bytes,
	fieldsOf,
	forgetState,
	isDueForPacking,
	ledgersOf,
	rowsOf,
	writeLedgers,
	type Rows,
} from './sqliteRows';
import {
	LeaseLostError,
	type Identity,
	type LoadedState,
	type Owner,
	type RunRow,
	type StateChange,
	type Store,
	type Sync,
} from './store';
import { runFrom, syncFrom } from './storedRows';

/** The embedded store: one SQLite file, for one host (design section 8). SQLite is built into Node. */
export class SqliteStore implements Store {
	private readonly file;
	private readonly sql: Rows;

	constructor(path: string) {
		this.file = openSqliteFile(path);
		this.sql = rowsOf(this.file.database);
	}

	async find(name: string): Promise<Sync | undefined> {
		return await this.file.transaction(() => this.read(name));
	}

	async bind(name: string, owner: Owner, identity: Identity): Promise<Sync> {
		return await this.file.transaction(() => {
			this.sql.run(
				`INSERT INTO sync (name, owner, identity, fingerprints) VALUES (?, ?, ?, ?)
				ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, version = version + 1`,
				name,
				JSON.stringify(owner),
				JSON.stringify(identity),
				fingerprintVersion,
			);
			const sync = this.read(name);
			if (!sync) throw new Error(`The sync "${name}" vanished while it was created`);
			return sync;
		});
	}

	async restart(sync: Sync, identity: Identity): Promise<void> {
		await this.file.transaction(() => {
			const free = `UPDATE sync SET identity = ?, environment = '', keyless = 0, version = version + 1
				WHERE id = ? AND leaseRun IS NULL`;
			if (this.sql.run(free, JSON.stringify(identity), sync.id) === 1)
				forgetState(this.sql, sync.id);
		});
	}

	async bindEnvironment(sync: Sync, environment: string): Promise<void> {
		await this.file.transaction(() =>
			this.sql.run('UPDATE sync SET environment = ? WHERE id = ?', environment, sync.id),
		);
	}

	async takeLease({ id, lease }: Sync, run: string, process: string): Promise<boolean> {
		const set = 'UPDATE sync SET leaseRun = ?, leaseProcess = ?, beat = beat + 1 WHERE id = ?';
		const taken = await this.file.transaction(() =>
			lease
				? this.sql.run(
						`${set} AND leaseRun = ? AND beat = ?`,
						run,
						process,
						id,
						lease.run,
						lease.beat,
					)
				: this.sql.run(`${set} AND leaseRun IS NULL`, run, process, id),
		);
		return taken === 1;
	}

	async beat(sync: Sync, run: string): Promise<void> {
		await this.file.transaction(() => this.hold(sync, run));
	}

	async load(sync: Sync): Promise<LoadedState> {
		return await this.file.transaction(async () => {
			const fold = (key: string) => foldKey(key, sync.identity.keyComparison);
			const { names } = fieldsOf(this.sql, sync.id);
			const journal = this.sql.all(
				'SELECT kind, data FROM journal WHERE sync = ? ORDER BY seq',
				sync.id,
			);
			const { moved, offers } = await replay(
				journal.map(({ kind, data }) => ({ kind: kind as JournalKind, data: bytes(data) })),
				names,
				fold,
			);
			const blocks = await memberBlocks(blocksOf(this.sql, sync.id), names);
			const members = new MemberTable(blocks, fold);
			await eachInSlices(moved, ([folded, member]) => members.put(folded, member));
			const doubts = this.sql.all('SELECT key FROM doubt WHERE sync = ?', sync.id);
			return {
				members,
				offers,
				...(await ledgersOf(this.sql, sync.id)),
				doubts: doubts.map(({ key }) => String(key)),
			};
		});
	}

	async write(sync: Sync, run: string, change: StateChange): Promise<void> {
		const durable = (change.offers?.length ?? 0) > 0;
		await this.file.transaction(
			async () => {
				this.hold(sync, run);
				const fields = fieldsOf(this.sql, sync.id);
				const stored = fields.names.length;
				for (const { kind, data } of journalRows(change, fields)) {
					this.sql.run(
						'INSERT INTO journal (sync, run, kind, data) VALUES (?, ?, ?, ?)',
						sync.id,
						run,
						kind,
						data,
					);
					await setImmediate();
				}
				await writeLedgers(this.sql, sync.id, change);
				if (fields.names.length > stored) {
					const names = JSON.stringify(fields.names);
					this.sql.run('UPDATE sync SET fields = ? WHERE id = ?', names, sync.id);
				}
				this.sql.run('UPDATE sync SET version = version + 1 WHERE id = ?', sync.id);
			},
			{ durable },
		);
	}

	async doubt(sync: Sync, keys: readonly string[]): Promise<void> {
		await this.file.transaction(() => {
			for (const key of keys)
				this.sql.run('INSERT OR IGNORE INTO doubt VALUES (?, ?)', sync.id, key);
			this.sql.run('UPDATE sync SET version = version + 1 WHERE id = ?', sync.id);
		});
	}

	async endRun(sync: Sync, row: RunRow): Promise<void> {
		await this.file.transaction(() => {
			this.sql.run(
				'INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
				row.id,
				sync.id,
				row.execution,
				row.startedAt,
				row.endedAt,
				row.state,
				row.message,
				JSON.stringify(row.counts),
			);
			this.sql.run(
				'UPDATE sync SET leaseRun = NULL, leaseProcess = NULL WHERE id = ? AND leaseRun = ?',
				sync.id,
				row.id,
			);
		});
	}

	async compact(sync: Sync, run: string, members: MemberTable): Promise<void> {
		await this.file.transaction(async () => {
			this.hold(sync, run);
			if (!isDueForPacking(this.sql, sync.id)) return;
			// Written beside the old blocks, which repack still reads, then put in their place.
			let number = 0;
			for await (const { hot, cold } of members.repack(fieldsOf(this.sql, sync.id))) {
				this.sql.run('INSERT INTO block VALUES (?, ?, ?, ?)', sync.id, --number, hot, cold);
				await setImmediate();
			}
			const moves = [
				'DELETE FROM block WHERE sync = ? AND number >= 0',
				'UPDATE block SET number = -number - 1 WHERE sync = ?',
				'DELETE FROM journal WHERE sync = ?',
			];
			for (const move of moves) {
				this.sql.run(move, sync.id);
				await setImmediate();
			}
		});
	}

	async runs(sync: Sync, limit: number): Promise<RunRow[]> {
		return await this.file.transaction(() =>
			this.sql
				.all(
					'SELECT * FROM run WHERE sync = ? ORDER BY startedAt DESC, rowid DESC LIMIT ?',
					sync.id,
					limit,
				)
				.map(runFrom),
		);
	}

	close(): void {
		this.file.close();
	}

	private read(name: string): Sync | undefined {
		const [row] = this.sql.all('SELECT * FROM sync WHERE name = ?', name);
		return row && syncFrom(row);
	}

	/** Raises the beat of a lease this run holds. */
	private hold(sync: Sync, run: string): void {
		const held = this.sql.run(
			'UPDATE sync SET beat = beat + 1 WHERE id = ? AND leaseRun = ?',
			sync.id,
			run,
		);
		if (held !== 1) throw new LeaseLostError(sync.name);
	}
}
