import type { AccountCommit, Accounts } from './crashDestination';
import { CrashDoubts } from './crashDoubts';
import type { CrashMode } from './crashPoint';
import { foldedKey } from './crashSource';
import type { Report, SourceRow } from './crashWire';

/** What went wrong, in words, by what the issue counts. */
export interface Damage {
	/** The destination differs from the source after the sync came to rest, or when a confirm was stored. */
	readonly lost: string[];
	/** A second row under one key, or a second write of a version whose confirm was stored. */
	readonly doubled: string[];
	/** Deleted although the source has it. */
	readonly removed: string[];
}

/** Watches the destination and what the processes said they had stored; takes no part itself. */
export class CrashWitness {
	readonly damage: Damage = { lost: [], doubled: [], removed: [] };
	private source = new Map<string, SourceRow>();
	/** Folded key → the version whose confirm was stored and which no offer of another version has reopened. */
	private readonly confirmed = new Map<string, string>();
	/** Confirms a server that died had forgotten. */
	forgotten = 0;
	/** Keys whose confirm was stored since the run began. */
	private readonly fresh = new Set<string>();
	/** Row → what no other row may be called: its key, and with `append` its version. */
	private readonly nameOfRow = new Map<string, string>();
	private readonly rowsOfName = new Map<string, Set<string>>();
	private readonly keyOfRow = new Map<string, string>();
	/** Key → name of the row its last confirm was for. */
	private readonly confirmedName = new Map<string, string>();
	private readonly doubts = new CrashDoubts();
	/** What the destination last did to a key since the run began. */
	readonly written = new Map<string, AccountCommit['operation']>();
	readonly stop: () => void;

	constructor(
		private readonly org: Accounts,
		private readonly mode: CrashMode,
		private readonly parks = false,
	) {
		this.stop = org.onCommit((commit) => this.onCommit(commit));
	}

	/** Versions that are parked because nobody knows whether they arrived (design R11). */
	get parked(): number {
		return this.doubts.parked;
	}

	/** From here on a run works with these rows. */
	begin(rows: readonly SourceRow[]): void {
		this.source = new Map(rows.map((row) => [foldedKey(row), row]));
		this.written.clear();
		this.fresh.clear();
		this.doubts.begin();
	}

	/** An offer of another version than the confirmed one makes a further write of the key right. */
	hearOffered(keys: Iterable<string>): void {
		for (const key of keys) {
			this.doubts.hearOffered(key);
			if (this.confirmed.get(key) !== this.version(key)) this.confirmed.delete(key);
		}
	}

	/** As if everything that differs had been offered, for a process that does not tell. */
	expectOffers(): void {
		this.hearOffered([...this.confirmed.keys()]);
	}

	/** What is accepted is what the destination is known to have (design section 3). */
	hearConfirmed(accepted: readonly string[], forgotten: readonly string[]): void {
		const found = this.found();
		for (const key of [...accepted, ...forgotten]) {
			this.fresh.add(key);
			this.doubts.hearConfirmed(key);
		}
		for (const key of accepted) {
			this.confirmed.set(key, this.version(key));
			const row = this.source.get(key);
			if (!row) continue;
			this.confirmedName.set(key, this.nameOf(row));
			this.lookAt(key, row, found.get(this.nameOf(row)), 'was confirmed and ');
		}
		for (const key of forgotten) {
			this.confirmed.set(key, left);
			const name = this.confirmedName.get(key) ?? key;
			if (found.has(name)) this.damage.lost.push(`${key} was forgotten and is still there`);
		}
	}

	/**
	 * A server that dies may forget the last confirms, for they do not wait for its disk; never older ones. What
	 * it has forgotten is written again, and rightly.
	 */
	hearForgot(isStored: (key: string, hasLeft: boolean) => boolean): void {
		for (const [key, version] of this.confirmed) {
			if (isStored(key, version === left)) continue;
			if (!this.fresh.has(key)) {
				this.damage.lost.push(`${key} was confirmed in an earlier run and is so no more`);
			}
			this.confirmed.delete(key);
			this.forgotten++;
		}
	}

	/** Keys that count as confirmed. */
	get confirmedKeys(): string[] {
		return [...this.confirmed.keys()];
	}

	hear(report: Report): void {
		if (report.kind === 'offered') this.hearOffered(report.keys);
		if (report.kind !== 'confirmed') return;
		this.hearConfirmed(report.accepted, report.forgotten);
		for (const parked of report.parked) {
			const complaint = this.doubts.hearParked(parked, this.version(parked.key), this.parks);
			if (complaint) this.damage.lost.push(complaint);
		}
	}

	/** Whether the destination is right to refuse the record: an insert refuses what is there already. */
	mayReject(key: string, refused: string): boolean {
		return key === refused || (this.mode === 'insert' && this.rowsOfName.get(key)?.size === 1);
	}

	/**
	 * Compares the destination with the source, every column. A row the destination refuses may still be an
	 * older one, and so may every row that an insert has found there.
	 */
	compare(refused: string): void {
		const found = this.found();
		for (const [name, row] of found) {
			const key = this.keyOfRow.get(String(row.accountid))!;
			// Of an older version that nobody changed nothing is known; the one that was confirmed must be gone.
			const isOlder = this.mode === 'append' && this.confirmedName.get(key) !== name;
			if (this.source.has(key) || isOlder) continue;
			this.damage.lost.push(`${key} left the source and is still there`);
		}
		for (const [key, row] of this.source) {
			const there = found.get(this.nameOf(row));
			if (key === refused || (there && this.mode === 'insert')) continue;
			if (!there && this.doubts.isParked(key, this.version(key))) continue;
			this.lookAt(key, row, there);
		}
	}

	/** The destination's row of each name a process wrote. */
	private found(): Map<string, Record<string, unknown>> {
		const found = new Map<string, Record<string, unknown>>();
		for (const row of this.org.rows('account')) {
			const { accountnumber } = row;
			if (typeof accountnumber !== 'string' || !this.keyOfRow.has(String(row.accountid))) continue;
			found.set(this.nameOf({ ...row, accountnumber }), row);
		}
		return found;
	}

	private nameOf(row: Pick<SourceRow, 'accountnumber'> & { readonly version?: unknown }): string {
		return this.mode === 'append' ? String(row.version) : foldedKey(row);
	}

	private lookAt(key: string, row: SourceRow, there?: Record<string, unknown>, how = ''): void {
		const wrong = Object.keys(row).filter((name) => (there?.[name] ?? null) !== row[name]);
		if (!there) this.damage.lost.push(`${key} ${how}is missing`);
		else if (wrong.length > 0) this.damage.lost.push(`${key} ${how}is old in ${wrong.join(', ')}`);
	}

	private version(key: string): string {
		const row = this.source.get(key);
		return row ? JSON.stringify(row) : left;
	}

	private onCommit({ table, id, operation, values }: AccountCommit): void {
		if (table !== 'account') return;
		const { accountnumber } = values;
		if (typeof accountnumber === 'string') {
			this.keyOfRow.set(id, foldedKey({ accountnumber }));
			this.nameOfRow.set(id, this.nameOf({ ...values, accountnumber }));
		}
		const key = this.keyOfRow.get(id);
		const name = this.nameOfRow.get(id);
		if (key === undefined || name === undefined) return;
		this.written.set(key, operation);
		const rows = this.rowsOfName.get(name) ?? new Set();
		this.rowsOfName.set(name, rows);
		if (operation === 'delete') rows.delete(id);
		else rows.add(id);
		if (rows.size > 1) this.damage.doubled.push(`${key} has ${rows.size} rows`);
		if (this.confirmed.has(key)) {
			this.damage.doubled.push(`${key} got another ${operation} of a confirmed version`);
		}
		if (this.mode !== 'upsert' && operation === 'update') {
			this.damage.doubled.push(`${key} was updated by an insert`);
		}
		if (operation === 'delete' && this.source.has(key)) this.damage.removed.push(key);
	}
}

/** The version of a record that is not in the segment. */
const left = 'left';
