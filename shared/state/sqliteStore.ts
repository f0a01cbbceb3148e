import { setImmediate } from 'node:timers/promises';

import { eachInSlices } from '../core/breathe';
import { fingerprintVersion } from '../core/fingerprint';
import { journalRows } from './journal';
import { MemberTable } from './memberTable';
import { openSqliteFile } from './sqliteFile';
import {
	doubtsOf,
	failuresOf,
	fieldsOf,
	forgetState,
	forgetSync,
	isDueForPacking,
	ledgersOf,
	packedOf,
	removeRuns,
	replaceBlocks,
	rowsOf,
	runsOf,
	writeLedgers,
	writeRun,
	type Rows,
} from './sqliteRows';
import {
	firstVersion,
	LeaseLostError,
	type Backlog,
	type Identity,
	type LoadedState,
	type Owner,
	type RunRow,
	type StateChange,
	type Store,
	type Sync,
} from './store';
import { backlogOf, foldingOf, syncFrom, voidedBlocks } from './storedRows';

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

	async syncs(): Promise<Sync[]> {
		return await this.file.transaction(() =>
			this.sql.all('SELECT * FROM sync ORDER BY name').map(syncFrom),
		);
	}

	async bind(name: string, owner: Owner, identity: Identity): Promise<Sync> {
		return await this.file.transaction(() => {
			this.sql.run(
				`INSERT INTO sync (name, owner, identity, fingerprints, version) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, version = version + 1`,
				name,
				JSON.stringify(owner),
				JSON.stringify(identity),
				fingerprintVersion,
				firstVersion(),
			);
			const sync = this.read(name);
			if (!sync) throw new Error(`The sync "${name}" vanished while it was created`);
			return sync;
		});
	}

	async restart(sync: Sync, identity: Identity): Promise<void> {
		await this.file.transaction(() => {
			const free = `UPDATE sync SET identity = ?, environment = '', keyless = 0, notes = '{}',
				version = version + 1
				WHERE id = ? AND leaseRun IS NULL`;
			if (this.sql.run(free, JSON.stringify(identity), sync.id) === 1)
				forgetState(this.sql, sync.id);
		});
	}

	async reidentify({ id }: Sync, identity: Identity): Promise<void> {
		const free = `UPDATE sync SET identity = ?, version = version + 1
			WHERE id = ? AND leaseRun IS NULL`;
		await this.file.transaction(() => this.sql.run(free, JSON.stringify(identity), id));
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
			const { blocks, moved, offers } = await packedOf(this.sql, sync);
			const members = new MemberTable(blocks, foldingOf(sync));
			await eachInSlices(moved, ([folded, member]) => members.put(folded, member));
			const ledgers = await ledgersOf(this.sql, sync.id);
			return { members, offers, ...ledgers, doubts: doubtsOf(this.sql, sync.id) };
		});
	}

	async backlog(sync: Sync): Promise<Backlog> {
		return await this.file.transaction(async () => {
			const failures = await failuresOf(this.sql, sync.id);
			const packed = await packedOf(this.sql, sync);
			return await backlogOf(sync, packed, failures, doubtsOf(this.sql, sync.id));
		});
	}

	async write(sync: Sync, run: string, change: StateChange): Promise<void> {
		const durable = (change.offers?.length ?? 0) > 0;
		await this.file.transaction(
			async () => {
				this.hold(sync, run, 1);
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
			},
			{ durable },
		);
	}

	async doubt(sync: Sync, keys: readonly string[]): Promise<void> {
		await this.file.transaction(() => {
			const raise = 'UPDATE sync SET version = version + 1 WHERE id = ?';
			if (this.sql.run(raise, sync.id) === 0) return;
			for (const key of keys)
				this.sql.run('INSERT OR IGNORE INTO doubt VALUES (?, ?)', sync.id, key);
		});
	}

	async endRun(sync: Sync, row: RunRow): Promise<void> {
		await this.file.transaction(() => {
			writeRun(this.sql, sync.id, row);
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
			await replaceBlocks(this.sql, sync.id, members.repack(fieldsOf(this.sql, sync.id)));
		});
	}

	async resend(
		sync: Sync,
		run: string,
		members: MemberTable,
		change: Pick<StateChange, 'failures' | 'notes'>,
	): Promise<void> {
		await this.file.transaction(
			async () => {
				this.hold(sync, run, 1);
				const fields = fieldsOf(this.sql, sync.id);
				await replaceBlocks(this.sql, sync.id, voidedBlocks(sync, members, fields, change));
				await writeLedgers(this.sql, sync.id, change);
			},
			{ durable: true },
		);
	}

	async runs(sync: Sync, limit: number): Promise<RunRow[]> {
		return await this.file.transaction(() => runsOf(this.sql, sync.id, limit));
	}

	async pruneRuns(sync: Sync, run: string, upTo: number, keep: readonly string[]): Promise<number> {
		return await this.file.transaction(() => {
			this.hold(sync, run, 1);
			return removeRuns(this.sql, sync.id, { upTo, keep });
		});
	}

	async forget(sync: Sync, run: string): Promise<void> {
		await this.file.transaction(
			() => {
				this.hold(sync, run);
				forgetSync(this.sql, sync.id);
			},
			{ durable: true },
		);
	}

	close(): void {
		this.file.close();
	}

	private read(name: string): Sync | undefined {
		const [row] = this.sql.all('SELECT * FROM sync WHERE name = ?', name);
		return row && syncFrom(row);
	}

	/** Raises the beat of a lease this run holds, and the version by the moves of its transaction. */
	private hold(sync: Sync, run: string, moves = 0): void {
		const held = this.sql.run(
			'UPDATE sync SET beat = beat + 1, version = version + ? WHERE id = ? AND leaseRun = ?',
			moves,
			sync.id,
			run,
		);
		if (held !== 1) throw new LeaseLostError(sync.name);
	}
}
