import { eachInSlices } from './breathe';
import type { Failure } from './failures';
import type { Fingerprinter } from './fingerprint';
import { keyOf, type Key, type KeyComparison } from './key';
import type { Members } from './member';
import type { SyncRecord } from './record';

/** One input row. `hold`: present, not compared. `removed`: the source says that it left. */
export interface Row {
	/** Position in the input; undefined for a record replayed from the store. */
	readonly index?: number;
	readonly record: SyncRecord;
	readonly mark?: 'hold' | 'removed';
}

export interface DiffSettings {
	readonly keyFields: readonly string[];
	readonly keyComparison: KeyComparison;
	/** A complete segment, or a feed in which absence means nothing (design R12). */
	readonly input: 'complete' | 'feed';
	readonly leavers: 'leave' | 'send';
	/** Offers in one run; the rest waits for the next ones. Undefined: all. */
	readonly limit?: number;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

export interface DiffState {
	readonly members: Members;
	/** By folded key. */
	readonly failures: ReadonlyMap<string, Failure>;
	/** Rows without key in the last run. More of them than last time withhold all removals (design R8). */
	readonly keyless: number;
}

export interface InvalidRow {
	readonly index: number;
	readonly reason: 'duplicateKey' | 'noKey';
}

/** A row that differs from what was accepted, as far as its fingerprint tells. */
export interface Candidate extends Key {
	readonly row: Row;
	readonly fingerprint: bigint;
}

/** What the input holds, before any record is looked at closely. All keys are folded keys. */
export interface Census {
	readonly candidates: ReadonlyMap<string, Candidate>;
	/** In the segment and not compared. */
	readonly held: ReadonlySet<string>;
	/** The source says that they left. */
	readonly removed: ReadonlySet<string>;
	/** Records replayed from the store, also those that gave way. */
	readonly replayed: ReadonlySet<string>;
	/** Keys whose failure or kept record is over: the row reads as accepted, or makes the kept record outdated. */
	readonly settled: ReadonlySet<string>;
	readonly invalid: readonly InvalidRow[];
	readonly read: number;
	readonly same: number;
	readonly keyless: number;
	/** Whether the key is in the segment, compared or held. */
	isPresent(folded: string): boolean;
}

/** Goes once through the input: what equals the accepted version is counted and let go of at once. */
export class CensusTaker {
	private readonly candidates = new Map<string, Candidate>();
	private readonly held = new Set<string>();
	private readonly removed = new Set<string>();
	private readonly replays = new Map<string, { readonly row: Row; readonly key: Key }>();
	private readonly settled = new Set<string>();
	private readonly duplicates = new Set<string>();
	private readonly invalid: InvalidRow[] = [];
	private read = 0;
	private same = 0;
	private keyless = 0;

	constructor(
		private readonly state: DiffState,
		private readonly settings: DiffSettings,
		private readonly fingerprints: Fingerprinter,
	) {}

	add(row: Row): void {
		const key = keyOf(row.record, this.settings.keyFields, this.settings.keyComparison);
		if (row.index !== undefined) this.read++;
		if (!key) {
			this.keyless++;
			// The node that holds a row has said why; the others are told here.
			if (row.index !== undefined && !row.mark) this.refuse(row.index, 'noKey');
		} else if (row.mark) {
			(row.mark === 'removed' ? this.removed : this.held).add(key.folded);
		} else if (row.index === undefined) {
			this.replays.set(key.folded, { row, key });
		} else {
			this.compare(row, key);
		}
	}

	async finish(): Promise<Census> {
		const { members } = this.state;
		await eachInSlices(this.held, (folded) => {
			const first = this.candidates.get(folded)?.row.index ?? members.rowOf(folded);
			if (first !== undefined) this.holdFirst(folded, first);
			members.visit(folded);
		});
		for (const folded of this.duplicates) this.held.add(folded);
		for (const folded of this.removed) if (this.isPresent(folded)) this.removed.delete(folded);
		await eachInSlices(this.replays, ([folded, { row, key }]) => {
			// A record replayed from the store gives way to what the input says of it, also when that is held (R12).
			if (!this.removed.has(folded) && !this.isPresent(folded)) this.compare(row, key);
			else if (!this.candidates.has(folded)) this.settled.add(folded);
		});
		this.invalid.sort((a, b) => a.index - b.index);
		return {
			candidates: this.candidates,
			held: this.held,
			removed: this.removed,
			replayed: new Set(this.replays.keys()),
			settled: this.settled,
			invalid: this.invalid,
			read: this.read,
			same: this.same,
			keyless: this.keyless,
			isPresent: (folded) => this.isPresent(folded),
		};
	}

	private compare(row: Row, key: Key): void {
		const { members, failures } = this.state;
		const { folded } = key;
		const fingerprint = this.fingerprints.record(row.record, key.text);
		const visit = members.visit(folded, fingerprint, row.index);
		const first =
			visit === 'again' ? members.rowOf(folded) : this.candidates.get(folded)?.row.index;
		if (first !== undefined || this.duplicates.has(folded)) {
			if (first !== undefined) this.holdFirst(folded, first);
			if (row.index !== undefined) this.refuse(row.index, 'duplicateKey');
		} else if (visit === 'same') {
			this.same++;
			if (failures.has(folded) || row.index === undefined) this.settled.add(folded);
		} else {
			this.candidates.set(folded, { ...key, row, fingerprint });
		}
	}

	/** All rows of a duplicate key are holds: nobody can tell which one is right (design R8). */
	private holdFirst(folded: string, index: number): void {
		if (this.duplicates.has(folded)) return;
		this.duplicates.add(folded);
		this.refuse(index, 'duplicateKey');
		if (this.candidates.delete(folded)) return;
		this.same--;
		this.settled.delete(folded);
	}

	private refuse(index: number, reason: InvalidRow['reason']): void {
		this.invalid.push({ index, reason });
	}

	private isPresent(folded: string): boolean {
		return (
			this.candidates.has(folded) ||
			this.held.has(folded) ||
			this.state.members.rowOf(folded) !== undefined
		);
	}
}
