import { SyncError } from '../core/errors';
import { checkedPlace, type PostgresPlace } from './postgresAccess';
import type { Sql } from './postgresConnection';

const names = [
	'meta',
	'sync',
	'run',
	'block',
	'journal',
	'failure',
	'pending',
	'doubt',
	'absence',
] as const;

/** The tables by what they hold: names with schema and prefix, quoted. */
export type Tables = Readonly<Record<(typeof names)[number], string>>;

/** The names of the tables in a place. Throws SyncError `config` where they could not be names. */
export function tablesIn(place: PostgresPlace): Tables {
	const { schema, prefix } = checkedPlace(place);
	const entries = names.map((name) => [name, `${quoted(schema)}.${quoted(prefix + name)}`]);
	return Object.fromEntries(entries) as Tables;
}

function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

/** What brings the tables from each version to the next, beginning with none; a newer schema is refused, never damaged. */
const migrations = [firstTables, notesAndAbsences];

/** The statements that a schema of this version still needs; 0: it has no tables. */
function statementsFrom(version: number, tables: Tables, place: PostgresPlace): string[] {
	return [
		...migrations.slice(version).flatMap((migration) => migration(tables, place)),
		`UPDATE ${tables.meta} SET version = ${migrations.length}`,
	];
}

/** Identity columns, not serial ones: a user without rights on sequences can insert. */
function firstTables(tables: Tables, { prefix }: PostgresPlace): string[] {
	const { meta, sync, run, block, journal, failure, pending, doubt } = tables;
	const id = 'bigint GENERATED ALWAYS AS IDENTITY';
	const ofSync = `sync bigint NOT NULL REFERENCES ${sync}`;
	return [
		`CREATE TABLE ${meta} (version integer NOT NULL)`,
		`CREATE TABLE ${sync} (id ${id} PRIMARY KEY, name text NOT NULL UNIQUE, owner text NOT NULL,
	identity text NOT NULL, environment text NOT NULL DEFAULT '', fields text NOT NULL DEFAULT '[]',
	fingerprints integer NOT NULL, version bigint NOT NULL DEFAULT 0, keyless bigint NOT NULL DEFAULT 0,
	lease_run text, lease_process text, beat bigint NOT NULL DEFAULT 0)`,
		`CREATE TABLE ${run} (seq ${id}, ${ofSync}, id text NOT NULL, execution text NOT NULL,
	started_at bigint NOT NULL, ended_at bigint NOT NULL, state text NOT NULL, message text NOT NULL,
	counts text NOT NULL, PRIMARY KEY (sync, id))`,
		`CREATE INDEX ${quoted(`${prefix}run_by_start`)} ON ${run} (sync, started_at)`,
		`CREATE TABLE ${block} (id ${id} PRIMARY KEY, ${ofSync}, hot bytea NOT NULL, cold bytea NOT NULL)`,
		`CREATE INDEX ${quoted(`${prefix}block_by_sync`)} ON ${block} (sync, id)`,
		`CREATE TABLE ${journal} (seq ${id} PRIMARY KEY, ${ofSync}, run text NOT NULL, kind text NOT NULL,
	data bytea NOT NULL)`,
		`CREATE INDEX ${quoted(`${prefix}journal_seq`)} ON ${journal} (sync, seq)`,
		`CREATE TABLE ${failure} (${ofSync}, folded text NOT NULL, data text NOT NULL, PRIMARY KEY (sync, folded))`,
		`CREATE TABLE ${pending} (${ofSync}, folded text NOT NULL, data text NOT NULL, PRIMARY KEY (sync, folded))`,
		`CREATE TABLE ${doubt} (${ofSync}, key text NOT NULL, PRIMARY KEY (sync, key))`,
		// Fingerprints do not shrink: trying to compress them would only cost time.
		`ALTER TABLE ${block} ALTER hot SET STORAGE EXTERNAL, ALTER cold SET STORAGE EXTERNAL`,
		`ALTER TABLE ${journal} ALTER data SET STORAGE EXTERNAL`,
		`INSERT INTO ${meta} VALUES (1)`,
	];
}

function notesAndAbsences({ sync, absence }: Tables): string[] {
	return [
		`ALTER TABLE ${sync} ADD notes text NOT NULL DEFAULT '{}'`,
		`CREATE TABLE ${absence} (sync bigint NOT NULL REFERENCES ${sync}, folded text NOT NULL,
	data text NOT NULL, PRIMARY KEY (sync, folded))`,
	];
}

/** What an administrator may run instead of the first start (docs/state-postgres.md). */
export function schemaScript(place: PostgresPlace): string {
	const statements = statementsFrom(0, tablesIn(place), place);
	return ['BEGIN', ...statements, 'COMMIT'].map((statement) => `${statement};`).join('\n');
}

/** Creates the tables where there are none, once for all workers, brings old ones up to date, and refuses those of a newer version. */
export async function prepareSchema(sql: Sql, tables: Tables, place: PostgresPlace): Promise<void> {
	if ((await versionOf(sql, tables, place)) === migrations.length) return;
	// Two workers that start at once: one creates, the other waits here and finds the tables.
	await sql.all('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', tables.meta);
	const version = await versionOf(sql, tables, place);
	if (version === migrations.length) return;
	for (const statement of statementsFrom(version, tables, place)) await sql.run(statement);
}

/** The version of the tables there are; 0 without any. */
async function versionOf(sql: Sql, { meta }: Tables, place: PostgresPlace): Promise<number> {
	const { schema, prefix } = place;
	const where = `The tables ${prefix}* in the schema "${schema}"`;
	// Not to_regclass, which answers from a cache that does not yet know what another session created.
	const found = await sql.all(
		`SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = $2`,
		schema,
		`${prefix}meta`,
	);
	if (found.length === 0) return 0;
	const versions = await sql.all(`SELECT version FROM ${meta}`);
	const version = Number(versions[0]?.version);
	if (versions.length !== 1 || Number.isNaN(version)) {
		throw new SyncError('config', `${where} belong to something else`, {
			hint: 'Choose another Table Prefix. Nothing was changed.',
		});
	}
	if (version > migrations.length) {
		throw new SyncError('config', `${where} were made by a newer version of this package`, {
			hint: 'Install the newer version again, or choose another Table Prefix. Nothing was changed.',
		});
	}
	return version;
}
