import type { Commit, DataverseSandbox } from '../sandbox/dataverse';
import { foldedKey } from './crashSource';
import type { Report, SourceRow } from './crashWire';

/** What went wrong, in words, by what the issue counts. */
export interface Damage {
	/** The destination differs from the source after the sync came to rest. */
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
	private readonly keyOfRow = new Map<string, string>();
	private readonly rowsOfKey = new Map<string, Set<string>>();
	readonly stop: () => void;

	constructor(private readonly org: DataverseSandbox) {
		this.stop = org.onCommit((commit) => this.onCommit(commit));
	}

	/** From here on a run works with these rows. */
	begin(rows: readonly SourceRow[]): void {
		this.source = new Map(rows.map((row) => [foldedKey(row), row]));
	}

	hear(report: Report): void {
		if (report.kind === 'offered') {
			for (const key of report.keys) {
				if (this.confirmed.get(key) !== this.version(key)) this.confirmed.delete(key);
			}
		}
		if (report.kind === 'confirmed') {
			for (const key of report.accepted) this.confirmed.set(key, this.version(key));
			for (const key of report.forgotten) this.confirmed.set(key, left);
		}
	}

	/** Compares the destination with the source, every column. A row the destination refuses may still be an older one. */
	compare(refused: string): void {
		const found = new Map<string, Record<string, unknown>>();
		for (const row of this.org.rows('account')) {
			const { accountnumber } = row;
			if (typeof accountnumber !== 'string') continue;
			const key = foldedKey({ accountnumber });
			if (this.keyOfRow.has(String(row.accountid))) found.set(key, row);
		}
		for (const key of found.keys()) {
			if (!this.source.has(key)) this.damage.lost.push(`${key} left the source and is still there`);
		}
		for (const [key, row] of this.source) {
			if (key === refused) continue;
			const there = found.get(key);
			const wrong = Object.keys(row).filter((name) => (there?.[name] ?? null) !== row[name]);
			if (!there) this.damage.lost.push(`${key} is missing`);
			else if (wrong.length > 0) this.damage.lost.push(`${key} is old in ${wrong.join(', ')}`);
		}
	}

	private version(key: string): string {
		const row = this.source.get(key);
		return row ? JSON.stringify(row) : left;
	}

	private onCommit({ table, id, operation, values }: Commit): void {
		if (table !== 'account') return;
		const { accountnumber } = values;
		if (typeof accountnumber === 'string') this.keyOfRow.set(id, foldedKey({ accountnumber }));
		const key = this.keyOfRow.get(id);
		if (key === undefined) return;
		const rows = this.rowsOfKey.get(key) ?? new Set();
		this.rowsOfKey.set(key, rows);
		if (operation === 'delete') rows.delete(id);
		else rows.add(id);
		if (rows.size > 1) this.damage.doubled.push(`${key} has ${rows.size} rows`);
		if (this.confirmed.has(key)) {
			this.damage.doubled.push(`${key} got another ${operation} of a confirmed version`);
		}
		if (operation === 'delete' && this.source.has(key)) this.damage.removed.push(key);
	}
}

/** The version of a record that is not in the segment. */
const left = 'left';
