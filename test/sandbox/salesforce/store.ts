import { makeId } from './ids';
import type { Commit, Field, ObjectType, Row, RowValues, Value } from './model';
import { moment } from './values';

interface ObjectRows {
	readonly live: Map<string, Row>;
	readonly bin: Map<string, Row>;
	/** Field name → folded value → ids of the rows that hold it; built when a field is first searched. */
	readonly indexes: Map<string, Index>;
	last: number;
}

interface Index {
	readonly field: Field;
	readonly entries: Map<string, string | Set<string>>;
}

interface Change {
	readonly undo: () => void;
	readonly commit: Commit;
}

interface Step {
	readonly before?: Row;
	readonly after?: Row;
	readonly written: Readonly<RowValues>;
}

/** What the store needs to know about the world around it. */
export interface StoreContext {
	now(): number;
	/** Position in the log of the request being served. */
	request(): number | undefined;
}

/** How a value is compared: text ignores case unless its field minds it (S6). */
export const fold = (field: Field, value: Value): string =>
	field.caseSensitive || field.type === 'id' || field.type === 'reference'
		? String(value)
		: String(value).toLowerCase();

function enter(index: Index, row: Row): void {
	const value = row.values[index.field.name] ?? null;
	if (value === null) return;
	const key = fold(index.field, value);
	const held = index.entries.get(key);
	if (held === undefined) index.entries.set(key, row.id);
	else if (typeof held === 'string') index.entries.set(key, new Set([held, row.id]));
	else held.add(row.id);
}

function leave(index: Index, row: Row): void {
	const value = row.values[index.field.name] ?? null;
	if (value === null) return;
	const key = fold(index.field, value);
	const held = index.entries.get(key);
	if (held === row.id) index.entries.delete(key);
	else if (typeof held === 'object') held.delete(row.id);
}

/** Live rows and the recycle bin, indexes, savepoints and the history of every committed change. */
export class Store {
	readonly #objects = new Map<string, ObjectRows>();
	readonly #listeners = new Set<(commit: Commit) => void>();
	readonly #history: Commit[] = [];
	#changes: Change[] = [];
	#depth = 0;
	#order = 0;

	constructor(private readonly context: StoreContext) {}

	#of(object: ObjectType): ObjectRows {
		const known = this.#objects.get(object.name);
		if (known !== undefined) return known;
		const made: ObjectRows = { live: new Map(), bin: new Map(), indexes: new Map(), last: 0 };
		this.#objects.set(object.name, made);
		return made;
	}

	#put(object: ObjectType, before: Row | undefined, after: Row | undefined): void {
		const { live, bin, indexes } = this.#of(object);
		const leaves = before?.deletedAt === undefined ? before : undefined;
		const enters = after?.deletedAt === undefined ? after : undefined;
		for (const index of indexes.values()) {
			if (leaves !== undefined) leave(index, leaves);
			if (enters !== undefined) enter(index, enters);
		}
		if (before !== undefined) (leaves === undefined ? bin : live).delete(before.id);
		if (after !== undefined) (enters === undefined ? bin : live).set(after.id, after);
	}

	#change(object: ObjectType, { before, after, written }: Step): void {
		this.#put(object, before, after);
		const gone = after === undefined || after.deletedAt !== undefined;
		const commit: Commit = {
			object: object.name,
			id: (after ?? before)?.id ?? '',
			operation: before === undefined ? 'create' : gone ? 'delete' : 'update',
			at: moment(this.context.now()),
			values: written,
			request: this.context.request(),
		};
		this.#changes.push({ undo: () => this.#put(object, after, before), commit });
	}

	/** Runs `work` as one unit: a throw takes back its changes, and only its own when nested. */
	transaction<T>(work: () => T): T {
		const mark = this.#changes.length;
		this.#depth += 1;
		try {
			return work();
		} catch (error) {
			this.#undo(mark);
			throw error;
		} finally {
			this.#depth -= 1;
			if (this.#depth === 0) this.#publish();
		}
	}

	/** Runs `work` and takes its changes back unless `keeps` approves of its result. */
	attempt<T>(work: () => T, keeps: (result: T) => boolean): T {
		return this.transaction(() => {
			const mark = this.#changes.length;
			const result = work();
			if (!keeps(result)) this.#undo(mark);
			return result;
		});
	}

	#undo(mark: number): void {
		for (const change of this.#changes.splice(mark).reverse()) change.undo();
	}

	#publish(): void {
		const done = this.#changes;
		this.#changes = [];
		for (const { commit } of done) {
			this.#history.push(commit);
			for (const listener of this.#listeners) listener(commit);
		}
	}

	/** `values` become the whole row but for its id; `written` is what the request set. */
	create(object: ObjectType, values: RowValues, written: RowValues): Row {
		return this.transaction(() => {
			const rows = this.#of(object);
			this.#order += 1;
			// As in Salesforce a number taken by a row that was rolled back is not used again.
			rows.last += 1;
			const id = makeId(object.keyPrefix, rows.last);
			const modified = this.context.now();
			const row: Row = { id, order: this.#order, modified, values: { Id: id, ...values } };
			this.#change(object, { after: row, written });
			return row;
		});
	}

	update(object: ObjectType, before: Row, values: RowValues, written: RowValues): Row {
		return this.transaction(() => {
			const after: Row = { ...before, modified: this.context.now(), values };
			this.#change(object, { before, after, written });
			return after;
		});
	}

	/** To the recycle bin, or past it. */
	remove(object: ObjectType, before: Row, hard: boolean): void {
		this.transaction(() => {
			const now = this.context.now();
			const values = { ...before.values, IsDeleted: true };
			const after = hard ? undefined : { ...before, modified: now, deletedAt: now, values };
			this.#change(object, { before, after, written: {} });
		});
	}

	get(object: ObjectType, id: string): Row | undefined {
		return this.#of(object).live.get(id);
	}

	deleted(object: ObjectType, id: string): Row | undefined {
		return this.#of(object).bin.get(id);
	}

	/** The live rows whose field holds the value, by an index. */
	matches(object: ObjectType, field: Field, value: Value): Row[] {
		if (value === null) return [];
		const { live } = this.#of(object);
		const held = this.#index(object, field).entries.get(fold(field, value));
		if (held === undefined) return [];
		const found = typeof held === 'string' ? [held] : [...held];
		return found.flatMap((id) => live.get(id) ?? []);
	}

	#index(object: ObjectType, field: Field): Index {
		const { indexes, live } = this.#of(object);
		const known = indexes.get(field.name);
		if (known?.field === field) return known;
		const index: Index = { field, entries: new Map() };
		for (const row of live.values()) enter(index, row);
		indexes.set(field.name, index);
		return index;
	}

	/** Live rows in order of creation; with `all` deleted ones too. */
	rows(object: ObjectType, all = false): Row[] {
		const { live, bin } = this.#of(object);
		const found = all ? [...live.values(), ...bin.values()] : [...live.values()];
		return found.sort((a, b) => a.order - b.order);
	}

	/** Every committed change of an object, in order. */
	history(object: ObjectType): Commit[] {
		return this.#history.filter((commit) => commit.object === object.name);
	}

	onCommit(listener: (commit: Commit) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** What was put in before the tests begin is no change. */
	forgetHistory(): void {
		this.#history.length = 0;
	}

	clear(): void {
		this.#objects.clear();
		this.#history.length = 0;
		this.#changes = [];
		this.#order = 0;
	}
}
