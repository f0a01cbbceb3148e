import type { AlternateKey, Column, KeyStatus, Table, Target } from './model';
import { account } from './tables/account';
import { activityParty } from './tables/activityParty';
import { contact } from './tables/contact';
import { booking, signal, visit } from './tables/customTables';
import { lead } from './tables/lead';
import { publisherTables } from './tables/publisherTables';
import { systemTables } from './tables/systemTables';
import { touchpoint } from './tables/touchpoint';

/** A lookup seen from one of its ends. */
export interface Link {
	readonly table: Table;
	readonly column: Column;
	readonly target: Target;
}

let versions = 0;

/** No two organisations share a stamp, not even one before and after a reset. */
const nextVersion = (): number => (versions += 1_000_000);

/** All tables of the organisation, found by any of their names. */
export class Schema {
	/** Changes with every schema change; clients cache by it (dataverse contract 2.1). */
	version = nextVersion();
	readonly tables: Table[] = [];
	readonly #byName = new Map<string, Table>();
	readonly #bySet = new Map<string, Table>();
	/** Definitions as they were before the last change, while the cache still shows them (T-21). */
	#cached?: { readonly tables: readonly Table[]; readonly until: number };
	/** Changes of definitions that wait for PublishXml, by table. */
	readonly #unpublished = new Map<string, Array<() => void>>();
	/** Navigation property → its targets: several for the owner, one for every other. */
	readonly #navs = new Map<string, Map<string, Link[]>>();
	readonly #collections = new Map<string, Map<string, Link>>();
	readonly #referrers = new Map<string, Link[]>();

	constructor() {
		const own = [
			account(),
			contact(),
			lead(),
			booking(),
			visit(),
			signal(),
			touchpoint(),
			activityParty(),
		];
		for (const table of [...own, ...systemTables(), ...publisherTables()]) this.#enter(table);
	}

	#enter(table: Table): void {
		this.tables.push(table);
		this.#byName.set(table.name, table);
		this.#bySet.set(table.set, table);
		this.#addLinks(table);
	}

	#addLinks(table: Table): void {
		this.#navs.set(table.name, new Map());
		for (const column of table.columns.values()) this.#addColumnLinks(table, column);
	}

	#addColumnLinks(table: Table, column: Column): void {
		const navs = this.#navs.get(table.name) ?? new Map<string, Link[]>();
		for (const target of column.targets ?? []) {
			const link: Link = { table, column, target };
			navs.set(target.nav, [...(navs.get(target.nav) ?? []), link]);
			this.#referrers.set(target.table, [...this.referrers(target.table), link]);
			const collections = this.#collections.get(target.table) ?? new Map<string, Link>();
			this.#collections.set(target.table, collections.set(target.collection, link));
		}
	}

	named(name: string): Table {
		const table = this.#byName.get(name);
		if (table === undefined) throw new RangeError(`There is no table ${name}`);
		return table;
	}

	find(name: string): Table | undefined {
		return this.#byName.get(name);
	}

	bySet(set: string): Table | undefined {
		return this.#bySet.get(set);
	}

	/** The links behind a single-valued navigation property; empty when it is not declared. */
	links(table: Table, nav: string): readonly Link[] {
		return this.#navs.get(table.name)?.get(nav) ?? [];
	}

	/** The link behind a collection-valued navigation property. */
	collection(table: Table, nav: string): Link | undefined {
		return this.#collections.get(table.name)?.get(nav);
	}

	/** Every link that points at a table. */
	referrers(table: string): readonly Link[] {
		return this.#referrers.get(table) ?? [];
	}

	key(table: Table, name: string): AlternateKey {
		const key = table.keys.find((candidate) => candidate.name === name.toLowerCase());
		if (key === undefined) throw new RangeError(`Table ${table.name} has no key ${name}`);
		return key;
	}

	setKeyStatus(table: Table, name: string, status: KeyStatus): void {
		this.key(table, name).status = status;
		this.version += 1;
	}

	removeKey(table: Table, key: AlternateKey): void {
		table.keys.splice(table.keys.indexOf(key), 1);
		this.version += 1;
	}

	addKey(table: Table, key: AlternateKey): void {
		table.keys.push(key);
		this.version += 1;
	}

	addTable(table: Table): void {
		this.#enter(table);
		this.version += 1;
	}

	/** Adds a column, or puts another definition in its place. */
	addColumn(table: Table, column: Column): void {
		const isNew = !table.columns.has(column.name);
		(table.columns as Map<string, Column>).set(column.name, column);
		if (isNew) this.#addColumnLinks(table, column);
		this.version += 1;
	}

	/** What an administrator does behind the client's back: a column goes, or gets other properties. */
	changeColumn(table: Table, name: string, change: Partial<Column> | undefined): void {
		const column = table.columns.get(name);
		if (column === undefined) throw new RangeError(`Table ${table.name} has no column ${name}`);
		const columns = table.columns as Map<string, Column>;
		if (change === undefined) columns.delete(name);
		else columns.set(name, { ...column, ...change });
		this.version += 1;
	}

	/** Puts other properties in place of a table's own; columns, keys and rows stay. */
	redefine(table: Table, changes: Partial<Table>): void {
		Object.assign(table, changes);
		this.version += 1;
	}

	/** Keeps a change of a definition back until its table is published (contract 2.4). */
	unpublished(table: string, change: () => void): void {
		this.#unpublished.set(table, [...(this.#unpublished.get(table) ?? []), change]);
	}

	publish(table: string): void {
		for (const change of this.#unpublished.get(table) ?? []) change();
		this.#unpublished.delete(table);
	}

	/** Runs a customisation; cached definitions show the state before it for a while (S-24). */
	customise<T>(time: { readonly now: number; readonly cacheMs: number }, work: () => T): T {
		const before = this.tables.map(copyOf);
		const result = work();
		const { now, cacheMs } = time;
		if (this.#cached === undefined || this.#cached.until <= now) {
			this.#cached = { tables: before, until: now + cacheMs };
		}
		return result;
	}

	/** The definitions a metadata request without `Consistency: Strong` sees. */
	cachedTables(now: number): readonly Table[] {
		return this.#cached !== undefined && now < this.#cached.until
			? this.#cached.tables
			: this.tables;
	}
}

const copyOf = (table: Table): Table => ({
	...table,
	columns: new Map(table.columns),
	keys: table.keys.map((key) => ({ ...key })),
});
