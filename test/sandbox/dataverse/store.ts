import type { AlternateKey, Commit, Row, RowValues, Table } from './model';
import { apiValues, isReference } from './model';

interface TableRows {
	readonly rows: Map<string, Row>;
	readonly indexes: Map<string, Map<string, string>>;
}

interface Change {
	readonly undo: () => void;
	readonly commit: Commit;
	/** The row before it, undefined where there was none. */
	readonly before?: Row;
	readonly elastic: boolean;
}

/** What the store needs to know about the world around it. */
export interface StoreContext {
	now(): number;
	/** Position in the log of the request being served. */
	request(): number | undefined;
	/** U-25: do keys ignore case and trailing spaces? */
	foldsKeys(): boolean;
	/** Called when a change is made, before it is committed or taken back. */
	changing(commit: Commit): void;
}

/** The index entry of a key's values, or undefined when a part is null: such rows are not unique. */
export function keyText(
	key: AlternateKey,
	values: Readonly<RowValues>,
	folds: boolean,
): string | undefined {
	const parts: string[] = [];
	for (const name of key.columns) {
		const value = values[name];
		if (value === undefined || value === null) return undefined;
		const text = isReference(value) ? value.id : String(value);
		parts.push(folds ? text.toLowerCase().trimEnd() : text);
	}
	return parts.length === 1 ? parts[0] : JSON.stringify(parts);
}

/** Rows, unique indexes, savepoints and the history of every committed change. */
export class Store {
	readonly #tables = new Map<string, TableRows>();
	readonly #listeners = new Set<(commit: Commit) => void>();
	readonly #history = new Map<string, Map<string, Commit[]>>();
	/** Committed changes of elastic tables, which may be read as if they had not been made yet. */
	#elastic: Change[] = [];
	#changes: Change[] = [];
	#depth = 0;
	// One counter for the organisation, so that every etag is new (S-10).
	#version = 1_000_000;
	#order = 0;
	#folds: boolean;

	constructor(private readonly context: StoreContext) {
		this.#folds = context.foldsKeys();
	}

	#of(table: Table): TableRows {
		const known = this.#tables.get(table.name);
		if (known !== undefined) return known;
		const created: TableRows = { rows: new Map(), indexes: new Map() };
		this.#tables.set(table.name, created);
		return created;
	}

	#index(table: Table, key: AlternateKey): Map<string, string> {
		if (this.#folds !== this.context.foldsKeys()) {
			this.#folds = this.context.foldsKeys();
			for (const { indexes } of this.#tables.values()) indexes.clear();
		}
		const { indexes, rows } = this.#of(table);
		const known = indexes.get(key.name);
		if (known !== undefined) return known;
		const built = new Map<string, string>();
		for (const row of rows.values()) this.#enter(built, key, row);
		indexes.set(key.name, built);
		return built;
	}

	#enter(index: Map<string, string>, key: AlternateKey, row: Row): void {
		const text = keyText(key, row.values, this.#folds);
		if (text !== undefined) index.set(text, row.id);
	}

	#leave(index: Map<string, string>, key: AlternateKey, row: Row): void {
		const text = keyText(key, row.values, this.#folds);
		if (text !== undefined && index.get(text) === row.id) index.delete(text);
	}

	#put(table: Table, before: Row | undefined, after: Row | undefined): void {
		const { rows } = this.#of(table);
		for (const key of table.keys) {
			const index = this.#index(table, key);
			if (before !== undefined) this.#leave(index, key, before);
			if (after !== undefined) this.#enter(index, key, after);
		}
		if (after !== undefined) rows.set(after.id, after);
		else if (before !== undefined) rows.delete(before.id);
	}

	#change(table: Table, rows: { before?: Row; after?: Row }, written: RowValues): void {
		const { before, after } = rows;
		this.#put(table, before, after);
		const commit: Commit = {
			table: table.name,
			id: (after ?? before)?.id ?? '',
			operation: before === undefined ? 'create' : after === undefined ? 'delete' : 'update',
			version: this.#version,
			at: new Date(this.context.now()).toISOString(),
			values: apiValues(table, written),
			request: this.context.request(),
		};
		const undo = () => this.#put(table, after, before);
		this.#changes.push({ undo, commit, before, elastic: table.elastic });
		this.context.changing(commit);
	}

	/** Runs `work` as one unit: a throw takes back its changes, and only its own when nested. */
	transaction<T>(work: () => T): T {
		const mark = this.#changes.length;
		this.#depth += 1;
		try {
			return work();
		} catch (error) {
			for (const change of this.#changes.splice(mark).reverse()) change.undo();
			throw error;
		} finally {
			this.#depth -= 1;
			if (this.#depth === 0) this.#publish();
		}
	}

	#publish(): void {
		const done = this.#changes;
		this.#changes = [];
		this.#elastic.push(...done.filter(({ elastic }) => elastic));
		for (const { commit } of done) {
			const table = this.#history.get(commit.table) ?? new Map<string, Commit[]>();
			this.#history.set(commit.table, table);
			table.set(commit.id, [...(table.get(commit.id) ?? []), commit]);
			for (const listener of this.#listeners) listener(commit);
		}
	}

	create(table: Table, id: string, values: RowValues): Row {
		return this.transaction(() => {
			this.#version += 1;
			this.#order += 1;
			const row: Row = { id, order: this.#order, version: this.#version, values };
			this.#change(table, { after: row }, values);
			return row;
		});
	}

	/** `values` become the whole row, `written` is what the request changed. */
	update(table: Table, before: Row, values: RowValues, written: RowValues): Row {
		return this.transaction(() => {
			this.#version += 1;
			const row: Row = { ...before, version: this.#version, values };
			this.#change(table, { before, after: row }, written);
			return row;
		});
	}

	remove(table: Table, row: Row): void {
		this.transaction(() => {
			this.#version += 1;
			this.#change(table, { before: row }, {});
		});
	}

	get(table: Table, id: string): Row | undefined {
		return this.#of(table).rows.get(id);
	}

	getByKey(table: Table, key: AlternateKey, values: Readonly<RowValues>): Row | undefined {
		const index = this.#index(table, key);
		const text = keyText(key, values, this.#folds);
		const id = text === undefined ? undefined : index.get(text);
		return id === undefined ? undefined : this.get(table, id);
	}

	/** Rows in order of creation. */
	rows(table: Table): Row[] {
		return [...this.#of(table).rows.values()].sort((a, b) => a.order - b.order);
	}

	/** The rows of an elastic table as they would be without some of its changes. */
	rowsWithout(table: Table, isHidden: (commit: Commit) => boolean): Row[] {
		const rows = new Map(this.#of(table).rows);
		for (const { commit, before } of this.#elastic.toReversed()) {
			if (commit.table !== table.name || !isHidden(commit)) continue;
			if (before === undefined) rows.delete(commit.id);
			else rows.set(commit.id, before);
		}
		return [...rows.values()].sort((a, b) => a.order - b.order);
	}

	/** True when two rows have the same values in a key's columns: its index cannot be built (S-25). */
	hasDuplicates(table: Table, key: AlternateKey): boolean {
		// Rows written while the key was not unique may have displaced each other in the index.
		this.#of(table).indexes.delete(key.name);
		const texts = this.rows(table)
			.map((row) => keyText(key, row.values, this.context.foldsKeys()))
			.filter((text) => text !== undefined);
		return new Set(texts).size < texts.length;
	}

	history(table: Table): Record<string, readonly Commit[]> {
		return Object.fromEntries(this.#history.get(table.name) ?? []);
	}

	/** The newest committed change of every row there is or was. */
	newest(table: Table): Commit[] {
		const rows = [...(this.#history.get(table.name)?.values() ?? [])];
		return rows.map((commits) => commits.at(-1)).filter((commit) => commit !== undefined);
	}

	/** The number of the last change in the organisation. */
	get version(): number {
		return this.#version;
	}

	onCommit(listener: (commit: Commit) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Forgets rows and history; listeners stay. */
	clear(): void {
		this.#tables.clear();
		this.#history.clear();
		this.#elastic = [];
	}
}
