import { eachInSlices } from '../core/breathe';
import { fingerprintVersion } from '../core/fingerprint';
import { fieldList, type FieldList } from './codec';
import { MemberTable } from './memberTable';
import type { PostgresAccess, PostgresPlace } from './postgresAccess';
import {
	postgresConnection,
	type PostgresConnection,
	type Sql,
	type TransactionOptions,
} from './postgresConnection';
import { failuresOf, ledgersOf, writeDoubts, writeLedgers } from './postgresLedgers';
import { isDueForPacking, packedOf, replaceBlocks, writeJournal } from './postgresRows';
import { prepareSchema, tablesIn, type Tables } from './postgresSchema';
import {
	doubtsOf,
	forgetState,
	forgetSync,
	removeRuns,
	runsOf,
	syncColumns,
	writeRun,
} from './postgresSyncRows';
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
import { backlogOf, fieldNamesFrom, foldingOf, syncFrom, voidedBlocks } from './storedRows';

/** The shared store: one Postgres database for all workers and mains (design section 8). Packed as the embedded one. */
export class PostgresStore implements Store {
	private readonly connection: PostgresConnection;
	private readonly tables: Tables;
	private ready?: Promise<void>;
	private packing: Promise<unknown> = Promise.resolve();

	constructor(
		access: PostgresAccess,
		private readonly place: PostgresPlace,
	) {
		this.tables = tablesIn(place);
		this.connection = postgresConnection(access);
	}

	async find(name: string): Promise<Sync | undefined> {
		return await this.read(async (sql) => await this.syncNamed(sql, name));
	}

	async syncs(): Promise<Sync[]> {
		const all = `SELECT ${syncColumns} FROM ${this.tables.sync} ORDER BY name`;
		return (await this.read(async (sql) => await sql.all(all))).map(syncFrom);
	}

	async bind(name: string, owner: Owner, identity: Identity): Promise<Sync> {
		return await this.transaction(async (sql) => {
			await sql.run(
				`INSERT INTO ${this.tables.sync} (name, owner, identity, fingerprints, version)
				VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, version = ${this.tables.sync}.version + 1`,
				name,
				JSON.stringify(owner),
				JSON.stringify(identity),
				fingerprintVersion,
				firstVersion(),
			);
			const sync = await this.syncNamed(sql, name);
			if (!sync) throw new Error(`The sync "${name}" vanished while it was created`);
			return sync;
		});
	}

	async restart({ id }: Sync, identity: Identity): Promise<void> {
		const free = `UPDATE ${this.tables.sync} SET identity = $2, environment = '', keyless = 0,
			notes = '{}', version = version + 1 WHERE id = $1 AND lease_run IS NULL`;
		await this.transaction(async (sql) => {
			if ((await sql.run(free, id, JSON.stringify(identity))) === 1)
				await forgetState(sql, this.tables, id);
		});
	}

	async reidentify({ id }: Sync, identity: Identity): Promise<void> {
		const free = `UPDATE ${this.tables.sync} SET identity = $2, version = version + 1
			WHERE id = $1 AND lease_run IS NULL`;
		await this.transaction(async (sql) => await sql.run(free, id, JSON.stringify(identity)));
	}

	async bindEnvironment({ id }: Sync, environment: string): Promise<void> {
		const set = `UPDATE ${this.tables.sync} SET environment = $2 WHERE id = $1`;
		await this.transaction(async (sql) => await sql.run(set, id, environment));
	}

	async takeLease({ id, lease }: Sync, run: string, process: string): Promise<boolean> {
		const seen = `UPDATE ${this.tables.sync} SET lease_run = $2, lease_process = $3, beat = beat + 1
			WHERE id = $1 AND lease_run IS NOT DISTINCT FROM $4 AND ($4 IS NULL OR beat = $5)`;
		const taken = await this.transaction(
			async (sql) => await sql.run(seen, id, run, process, lease?.run ?? null, lease?.beat ?? null),
		);
		return taken === 1;
	}

	async beat(sync: Sync, run: string): Promise<void> {
		await this.transaction(async (sql) => await this.hold(sql, sync, run), { durable: false });
	}

	async load(sync: Sync): Promise<LoadedState> {
		const { tables } = this;
		return await this.read(async (sql) => {
			const { blocks, moved, offers } = await packedOf(sql, tables, sync, this.read);
			const members = new MemberTable(blocks, foldingOf(sync));
			await eachInSlices(moved, ([folded, member]) => members.put(folded, member));
			const ledgers = await ledgersOf(sql, tables, sync.id);
			return { members, offers, ...ledgers, doubts: await doubtsOf(sql, tables, sync.id) };
		});
	}

	async backlog(sync: Sync): Promise<Backlog> {
		const { tables } = this;
		return await this.read(async (sql) => {
			const packed = await packedOf(sql, tables, sync, this.read);
			const failures = await failuresOf(sql, tables, sync.id);
			return await backlogOf(sync, packed, failures, await doubtsOf(sql, tables, sync.id));
		});
	}

	async write(sync: Sync, run: string, change: StateChange): Promise<void> {
		const { tables } = this;
		const durable = (change.offers?.length ?? 0) > 0;
		await this.transaction(
			async (sql) => {
				const fields = await this.hold(sql, sync, run, 1);
				const stored = fields.names.length;
				await writeJournal(sql, tables, { sync, run, fields }, change);
				await writeLedgers(sql, tables, sync.id, change);
				if (fields.names.length === stored) return;
				const set = `UPDATE ${tables.sync} SET fields = $2 WHERE id = $1`;
				await sql.run(set, sync.id, JSON.stringify(fields.names));
			},
			{ durable },
		);
	}

	async doubt({ id }: Sync, keys: readonly string[]): Promise<void> {
		await this.transaction(async (sql) => {
			const raise = `UPDATE ${this.tables.sync} SET version = version + 1 WHERE id = $1`;
			if ((await sql.run(raise, id)) === 0) return;
			await writeDoubts(sql, this.tables, id, keys);
		});
	}

	async endRun({ id }: Sync, row: RunRow): Promise<void> {
		await this.transaction(async (sql) => await writeRun(sql, this.tables, id, row));
	}

	async compact(sync: Sync, run: string, members: MemberTable): Promise<void> {
		await this.packAlone(async (sql) => {
			const fields = await this.hold(sql, sync, run);
			if (!(await isDueForPacking(sql, this.tables, sync.id))) return;
			await replaceBlocks(sql, this.tables, sync.id, members.repack(fields));
		});
	}

	async resend(
		sync: Sync,
		run: string,
		members: MemberTable,
		change: Pick<StateChange, 'failures' | 'notes'>,
	): Promise<void> {
		await this.packAlone(async (sql) => {
			const fields = await this.hold(sql, sync, run, 1);
			const voided = voidedBlocks(sync, members, fields, change);
			await replaceBlocks(sql, this.tables, sync.id, voided);
			await writeLedgers(sql, this.tables, sync.id, change);
		});
	}

	async runs({ id }: Sync, limit: number): Promise<RunRow[]> {
		return await this.read(async (sql) => await runsOf(sql, this.tables, id, limit));
	}

	async pruneRuns(sync: Sync, run: string, upTo: number, keep: readonly string[]): Promise<number> {
		return await this.transaction(async (sql) => {
			await this.hold(sql, sync, run, 1);
			return await removeRuns(sql, this.tables, sync.id, { upTo, keep });
		});
	}

	async forget(sync: Sync, run: string): Promise<void> {
		await this.transaction(async (sql) => {
			await this.hold(sql, sync, run);
			await forgetSync(sql, this.tables, sync.id);
		});
	}

	async close(): Promise<void> {
		await this.connection.close();
	}

	/** One transaction, once the tables are there. A preparation that failed is tried again by the next one. */
	private async transaction<T>(
		steps: (sql: Sql) => Promise<T>,
		options?: TransactionOptions,
	): Promise<T> {
		const prepare = async (sql: Sql) => await prepareSchema(sql, this.tables, this.place);
		this.ready ??= this.connection.transaction(prepare).catch(async (error: unknown) => {
			delete this.ready;
			return await Promise.reject(error);
		});
		await this.ready;
		return await this.connection.transaction(steps, options);
	}

	private readonly read = async <T>(steps: (sql: Sql) => Promise<T>): Promise<T> =>
		await this.transaction(steps, { readOnly: true });

	private async syncNamed(sql: Sql, name: string): Promise<Sync | undefined> {
		const query = `SELECT ${syncColumns} FROM ${this.tables.sync} WHERE name = $1`;
		const [row] = await sql.all(query, name);
		return row && syncFrom(row);
	}

	/** Raises the beat of a lease this run holds, and locks the sync; returns the names of its fields. */
	private async hold(sql: Sql, { id, name }: Sync, run: string, moves = 0): Promise<FieldList> {
		const held = await sql.all(
			`UPDATE ${this.tables.sync} SET beat = beat + 1, version = version + $3
			WHERE id = $1 AND lease_run = $2 RETURNING fields`,
			id,
			run,
			moves,
		);
		if (held.length !== 1) throw new LeaseLostError(name);
		return fieldList(fieldNamesFrom(held[0]));
	}

	/** One at a time: packing reads the old blocks over a second connection, which must not run out. */
	private async packAlone(steps: (sql: Sql) => Promise<void>): Promise<void> {
		const packed = this.packing.then(async () => await this.transaction(steps));
		this.packing = packed.catch(() => undefined);
		await packed;
	}
}
