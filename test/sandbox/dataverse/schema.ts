import type { AlternateKey, Column, KeyStatus, Table, Target } from './model';
import { account } from './tables/account';
import { contact } from './tables/contact';
import { booking, signal, visit } from './tables/customTables';
import { systemTables } from './tables/systemTables';

/** A lookup seen from one of its ends. */
export interface Link {
	readonly table: Table;
	readonly column: Column;
	readonly target: Target;
}

/** All tables of the organisation, found by any of their names. */
export class Schema {
	/** Changes with every schema change; clients cache by it (dataverse contract 2.1). */
	version = 1;
	readonly tables: readonly Table[];
	readonly #byName: ReadonlyMap<string, Table>;
	readonly #bySet: ReadonlyMap<string, Table>;
	/** Navigation property → its targets: several for the owner, one for every other. */
	readonly #navs = new Map<string, Map<string, Link[]>>();
	readonly #collections = new Map<string, Map<string, Link>>();
	readonly #referrers = new Map<string, Link[]>();

	constructor() {
		this.tables = [account(), contact(), booking(), visit(), signal(), ...systemTables()];
		this.#byName = new Map(this.tables.map((table) => [table.name, table]));
		this.#bySet = new Map(this.tables.map((table) => [table.set, table]));
		for (const table of this.tables) this.#addLinks(table);
	}

	#addLinks(table: Table): void {
		const navs = new Map<string, Link[]>();
		this.#navs.set(table.name, navs);
		for (const column of table.columns.values()) {
			for (const target of column.targets ?? []) {
				const link: Link = { table, column, target };
				navs.set(target.nav, [...(navs.get(target.nav) ?? []), link]);
				this.#referrers.set(target.table, [...this.referrers(target.table), link]);
				const collections = this.#collections.get(target.table) ?? new Map<string, Link>();
				this.#collections.set(target.table, collections.set(target.collection, link));
			}
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

	addKey(table: Table, key: AlternateKey): void {
		table.keys.push(key);
		this.version += 1;
	}
}
