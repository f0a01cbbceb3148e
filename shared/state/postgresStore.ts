import { eachInSlices } from '../core/breathe';
import { fingerprintVersion } from '../core/fingerprint';
import { foldKey } from '../core/key';
import { fieldList, type FieldList } from './codec';
import { replay } from './journal';
import { memberBlocks } from './memberBlocks';
import { MemberTable } from './memberTable';
import type { PostgresAccess, PostgresPlace } from './postgresAccess';
import {
	postgresConnection,
	type PostgresConnection,
	type Sql,
	type TransactionOptions,
} from './postgresConnection';
import {
	blocksOf,
	fieldsOf,
	forgetState,
	isDueForPacking,
	journalOf,
	ledgersOf,
	replaceBlocks,
	writeDoubts,
	writeJournal,
	writeLedgers,
} from './postgresRows';
import { prepareSchema, tablesIn, type Tables } from './postgresSchema';
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
import { fieldNamesFrom, runFrom, syncFrom } from './storedRows';

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
		return await this.transaction(async (sql) => await this.read(sql, name), { readOnly: true });
	}

	async bind(name: string, owner: Owner, identity: Identity): Promise<Sync> {
		return await this.transaction(async (sql) => {
			await sql.run(
				`INSERT INTO ${this.tables.sync} (name, owner, identity, fingerprints) VALUES ($1, $2, $3, $4)
				ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, version = ${this.tables.sync}.version + 1`,
				name,
				JSON.stringify(owner),
				JSON.stringify(identity),
				fingerprintVersion,
			);
			const sync = await this.read(sql, name);
			if (!sync) throw new Error(`The sync "${name}" vanished while it was created`);
			return sync;
		});
	}

	async restart({ id }: Sync, identity: Identity): Promise<void> {
		const free = `UPDATE ${this.tables.sync} SET identity = $2, environment = '', keyless = 0,
			version = version + 1 WHERE id = $1 AND lease_run IS NULL`;
		await this.transaction(async (sql) => {
			if ((await sql.run(free, id, JSON.stringify(identity))) === 1)
				await forgetState(sql, this.tables, id);
		});
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
		const fold = (key: string) => foldKey(key, sync.identity.keyComparison);
		return await this.transaction(
			async (sql) => {
				const { names } = await fieldsOf(sql, tables, sync.id);
				const { moved, offers } = await replay(journalOf(sql, tables, sync.id), names, fold);
				const read = async <T>(steps: (at: Sql) => Promise<T>) =>
					await this.transaction(steps, { readOnly: true });
				const blocks = await memberBlocks(await blocksOf(sql, tables, sync, read), names);
				const members = new MemberTable(blocks, fold);
				await eachInSlices(moved, ([folded, member]) => members.put(folded, member));
				const doubts = await sql.all(`SELECT key FROM ${tables.doubt} WHERE sync = $1`, sync.id);
				return {
					members,
					offers,
					...(await ledgersOf(sql, tables, sync.id)),
					doubts: doubts.map(({ key }) => String(key)),
				};
			},
			{ readOnly: true },
		);
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
			await sql.run(`UPDATE ${this.tables.sync} SET version = version + 1 WHERE id = $1`, id);
			await writeDoubts(sql, this.tables, id, keys);
		});
	}

	async endRun({ id }: Sync, row: RunRow): Promise<void> {
		const { run, sync } = this.tables;
		await this.transaction(async (sql) => {
			await sql.run(
				`INSERT INTO ${run} (sync, id, execution, started_at, ended_at, state, message, counts)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
				ON CONFLICT (sync, id) DO UPDATE SET ended_at = excluded.ended_at, state = excluded.state,
					message = excluded.message, counts = excluded.counts`,
				id,
				row.id,
				row.execution,
				row.startedAt,
				row.endedAt,
				row.state,
				row.message,
				JSON.stringify(row.counts),
			);
			await sql.run(
				`UPDATE ${sync} SET lease_run = NULL, lease_process = NULL WHERE id = $1 AND lease_run = $2`,
				id,
				row.id,
			);
		});
	}

	async compact(sync: Sync, run: string, members: MemberTable): Promise<void> {
		// One at a time: packing reads the old blocks over a second connection, which must not run out.
		const packed = this.packing.then(
			async () => await this.transaction(async (sql) => await this.pack(sql, sync, run, members)),
		);
		this.packing = packed.catch(() => undefined);
		await packed;
	}

	async runs({ id }: Sync, limit: number): Promise<RunRow[]> {
		const query = `SELECT id, execution, started_at AS "startedAt", ended_at AS "endedAt", state, message, counts
			FROM ${this.tables.run} WHERE sync = $1 ORDER BY started_at DESC, seq DESC LIMIT $2`;
		const rows = await this.transaction(async (sql) => await sql.all(query, id, limit), {
			readOnly: true,
		});
		return rows.map(runFrom);
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

	private async read(sql: Sql, name: string): Promise<Sync | undefined> {
		const [row] = await sql.all(
			`SELECT *, lease_run AS "leaseRun", lease_process AS "leaseProcess"
			FROM ${this.tables.sync} WHERE name = $1`,
			name,
		);
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

	private async pack(sql: Sql, sync: Sync, run: string, members: MemberTable): Promise<void> {
		const fields = await this.hold(sql, sync, run);
		if (!(await isDueForPacking(sql, this.tables, sync.id))) return;
		await replaceBlocks(sql, this.tables, sync.id, members.repack(fields));
	}
}
