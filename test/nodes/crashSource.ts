import { keyOf } from '../../shared/core/key';
import type { SourceRow } from './crashWire';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32's recurrence). */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** The key as state and reports spell it. */
export function foldedKey({ accountnumber }: Pick<SourceRow, 'accountnumber'>): string {
	return keyOf({ accountnumber }, ['accountnumber'], 'fold')!.folded;
}

/** More than Dataverse keeps of a name: the row is refused (dataverse:S-07). */
const tooLong = 'x'.repeat(500);

/** A segment that moves between runs: rows come, change, change back, go and return, and one is always refused. */
export class CrashSource {
	private readonly present = new Map<string, SourceRow>();
	private readonly gone = new Map<string, SourceRow>();
	private readonly earlier = new Map<string, SourceRow>();
	/** Keys the last step changed, and those it added. */
	private changed: string[] = [];
	private added: string[] = [];
	private refusedKey = '';
	private count = 0;

	constructor(
		private readonly random: () => number,
		size: number,
	) {
		this.add(size);
		this.refuse();
	}

	rows(): SourceRow[] {
		return [...this.present.values()];
	}

	/** Folded key of the row that the destination refuses; empty: none. */
	get refused(): string {
		return this.refusedKey;
	}

	/** One step of the segment's life, of every kind something. `share`: of the rows that change; `added`: new rows. */
	move(share = 0.25, added = 4): void {
		this.heal();
		const changes = Math.ceil(this.present.size * share);
		this.comeBack();
		this.leave(this.pick(3));
		this.changed = this.pick(changes);
		for (const key of this.changed) this.change(key);
		for (const key of this.pick(3)) this.respell(key);
		this.add(added);
		this.refuse();
	}

	/**
	 * Half of the last step is taken back before anybody knows what became of it: a change that arrived
	 * unconfirmed must be written over, a record that was added unconfirmed must go (design R3).
	 */
	moveBack(): void {
		const half = (keys: readonly string[]) =>
			keys.filter((key) => key !== this.refusedKey && this.random() < 0.5);
		for (const key of half(this.changed)) {
			const before = this.earlier.get(key);
			if (before && this.present.has(key)) this.put(before);
		}
		this.leave(half(this.added).slice(0, 3));
		this.changed = [];
		this.added = [];
	}

	/** The refused row becomes right. */
	heal(): void {
		const row = this.present.get(this.refusedKey);
		if (row) this.put({ ...row, name: `Healed ${this.number(1e6)}` });
		this.refusedKey = '';
	}

	/** A row that left is there again, as it was or otherwise. */
	private comeBack(): void {
		const [row] = this.gone.values();
		if (!row || this.random() < 0.5) return;
		this.gone.delete(foldedKey(row));
		this.put(this.random() < 0.5 ? row : this.newRow(row.accountnumber));
	}

	private add(count: number): void {
		this.added = Array.from({ length: count }, () => {
			const row = this.newRow(`K${(this.count += 1)}`);
			this.put(row);
			return foldedKey(row);
		});
	}

	private leave(keys: readonly string[]): void {
		for (const key of keys) {
			this.gone.set(key, this.present.get(key)!);
			this.present.delete(key);
		}
	}

	/** Some fields get a new value, or all of them the value they had before. */
	private change(key: string): void {
		const row = this.present.get(key)!;
		const before = this.earlier.get(key);
		this.earlier.set(key, row);
		if (before && this.random() < 0.3) {
			this.put({ ...before, accountnumber: row.accountnumber });
			return;
		}
		const fresh = Object.entries(this.newRow(row.accountnumber));
		const kept = fresh.filter(([name]) => name !== 'name' && this.random() < 0.5);
		this.put({ ...row, ...Object.fromEntries(kept), name: `Changed ${this.number(1e6)}` });
	}

	/** The same key in another spelling: a rename between runs (design R10). */
	private respell(key: string): void {
		const row = this.present.get(key)!;
		this.earlier.set(key, row);
		this.changed.push(key);
		const { accountnumber: text } = row;
		const other = text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
		this.put({ ...row, accountnumber: other });
	}

	private refuse(): void {
		const [key] = this.pick(1);
		this.refusedKey = key!;
		this.put({ ...this.present.get(key!)!, name: tooLong });
	}

	private newRow(accountnumber: string): SourceRow {
		return {
			accountnumber,
			name: `Name ${this.number(1e6)}`,
			address1_city: `City ${this.number(100)}`,
			telephone1: this.random() < 0.3 ? null : `+49 ${this.number(1e6)}`,
			numberofemployees: this.random() < 0.3 ? null : this.number(1000),
		};
	}

	private put(row: SourceRow): void {
		this.present.set(foldedKey(row), row);
	}

	private pick(count: number): string[] {
		const keys = [...this.present.keys()];
		return Array.from(
			{ length: Math.min(count, keys.length) },
			() => keys.splice(this.number(keys.length), 1)[0]!,
		);
	}

	private number(below: number): number {
		return Math.floor(this.random() * below);
	}
}
