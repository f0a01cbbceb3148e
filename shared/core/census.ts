import { eachInSlices } from './breathe';
import { Candidates } from './candidates';
import { isDue, type Failure } from './failures';
import type { Fingerprinter } from './fingerprint';
import type { Absence, GracePeriod } from './grace';
import { InvalidRows, type InvalidRow } from './invalidRows';
import { keyOf, type Key, type KeyComparison } from './key';
import { KeyHashes } from './keyHashes';
import type { Members } from './member';
import type { SyncRecord } from './record';
import { keyPart, placeOf, type Candidate, type HeldRow, type Row } from './row';
import type { Shard } from './shard';

export type { Candidate, HeldRow, Row } from './row';

export interface DiffSettings {
	readonly keyFields: readonly string[];
	readonly keyComparison: KeyComparison;
	/** A complete segment, or a feed in which absence means nothing (design R12). */
	readonly input: 'complete' | 'feed';
	readonly leavers: 'leave' | 'send';
	/** Offers in one run, and rows shown as invalid; the rest waits for the next runs. Undefined: all. */
	readonly limit?: number;
	/** The part of the input that is this sync's; undefined: all of it. */
	readonly shard?: Shard;
	/** How long a record of a complete segment must be missing before it counts as a leaver. */
	readonly grace?: GracePeriod;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

export interface DiffState {
	readonly members: Members;
	/** By folded key. */
	readonly failures: ReadonlyMap<string, Failure>;
	/** Rows without key in the last run. More of them than last time withhold all removals (design R8). */
	readonly keyless: number;
	/** Of a feed: records of earlier runs that are not accepted yet, by folded key (design R12). */
	readonly pending?: ReadonlyMap<string, SyncRecord>;
	/** Members found missing by earlier comparisons, by folded key. */
	readonly absences?: ReadonlyMap<string, Absence>;
	/** Comparisons of this sync so far: what a grace period in runs is counted in. */
	readonly comparisons?: number;
}

/** What the input holds, before any record is looked at closely. All keys are folded keys. */
export interface Census {
	readonly candidates: ReadonlyMap<string, Candidate>;
	/** In the segment and not compared. */
	readonly held: ReadonlySet<string>;
	/** Of a feed: the rows behind `held`, which do not come a second time. */
	readonly holds: ReadonlyMap<string, HeldRow>;
	/** The source says that they left. */
	readonly removed: ReadonlySet<string>;
	/** Of a feed: rows that wait and that no earlier run has kept, or not in this version. */
	readonly waitingNews: ReadonlyMap<string, SyncRecord>;
	/** Keys whose failure or kept record is over: the row reads as accepted, or makes the kept record outdated. */
	readonly settled: ReadonlySet<string>;
	readonly invalid: readonly InvalidRow[];
	/** Invalid rows beyond the limit: counted, and not shown. */
	readonly notShown: number;
	readonly read: number;
	readonly same: number;
	readonly keyless: number;
	/** Changes whose failure is parked or backs off. */
	readonly waiting: number;
	/** Changes beyond the limit. */
	readonly remaining: number;
	/** Whether the key is in the segment, compared or held. */
	isPresent(folded: string): boolean;
}

const noRecords: ReadonlyMap<string, SyncRecord> = new Map();

/**
 * Goes once through the input: what equals the accepted version, has to wait, or is beyond the limit is counted
 * and let go of at once, so that a segment of any size takes the memory of one run's changes.
 */
export class CensusTaker {
	protected readonly candidates: Candidates;
	protected readonly held = new Set<string>();
	protected readonly removed = new Set<string>();
	protected readonly settled = new Set<string>();
	protected readonly holds = new Map<string, HeldRow>();
	protected readonly duplicates = new Set<string>();
	/** Keys whose row was let go of: the row + 2, negative for a change that waits. */
	private readonly passed = new KeyHashes();
	private readonly invalid: InvalidRows;
	private read = 0;
	private same = 0;
	private keyless = 0;
	private waiting = 0;
	private remaining = 0;

	constructor(
		protected readonly state: DiffState,
		protected readonly settings: DiffSettings,
		protected readonly fingerprints: Fingerprinter,
	) {
		const { limit = Number.POSITIVE_INFINITY } = settings;
		this.candidates = new Candidates(limit);
		this.invalid = new InvalidRows(limit);
	}

	add(row: Row): void {
		const key = keyOf(row.record, this.settings.keyFields, this.settings.keyComparison);
		const mark = row.problem === undefined ? row.mark : 'hold';
		if (row.index !== undefined) this.read++;
		if (row.problem !== undefined) this.invalid.add({ ...row, reason: 'unreadable' });
		if (!key) {
			this.keyless++;
			// The node that holds a row has said why; the others are told here.
			if (!mark) this.invalid.add({ ...row, reason: 'noKey' });
		} else if (mark === 'hold') {
			this.hold(row, key);
		} else if (mark) {
			this.remove(key.folded);
		} else {
			this.compare(row, key);
		}
	}

	async finish(): Promise<Census> {
		await this.settle();
		return {
			candidates: this.candidates.chosen(),
			held: this.held,
			holds: this.holds,
			removed: this.removed,
			waitingNews: noRecords,
			settled: this.settled,
			invalid: this.invalid.inOrder(),
			notShown: this.invalid.notShown,
			read: this.read,
			same: this.same,
			keyless: this.keyless,
			waiting: this.waiting,
			remaining: this.remaining + this.candidates.left,
			isPresent: (folded) => this.isPresent(folded),
		};
	}

	/** Once every row was seen: what a hold says of a key counts for all of its rows, and so does presence. */
	protected async settle(): Promise<void> {
		const { members } = this.state;
		await eachInSlices(this.held, (folded) => {
			if (this.firstRowOf(folded) !== undefined) this.holdFirst(folded);
			members.visit(folded);
		});
		for (const folded of this.duplicates) this.held.add(folded);
		for (const folded of this.removed) if (this.isPresent(folded)) this.removed.delete(folded);
	}

	/** The source says that it left. */
	protected remove(folded: string): void {
		this.removed.add(folded);
	}

	/** The row is there, and not compared. */
	protected hold(_row: Row, { folded }: Key): void {
		this.held.add(folded);
	}

	protected compare(row: Row, key: Key): void {
		const { members, failures, pending } = this.state;
		const { folded } = key;
		const fingerprint = this.fingerprints.record(row.record, key.text);
		const visit = members.visit(folded, fingerprint, row.index);
		const isAgain = visit === 'absent' && (this.duplicates.has(folded) || this.isTaken(folded));
		if (visit === 'again' || isAgain) {
			this.takeAgain(row, key);
		} else if (visit === 'same') {
			this.same++;
			if (failures.has(folded) || pending?.has(folded)) this.settled.add(folded);
		} else {
			this.take({ ...key, row, fingerprint });
		}
	}

	/** A row whose key came before: nobody can tell which one is right (design R8). */
	protected takeAgain(row: Row, { folded }: Key): void {
		this.holdFirst(folded, row.record);
		this.invalid.add({ ...row, reason: 'duplicateKey' });
	}

	/** Keeps a row that differs, or lets go of one that has to wait. */
	protected take(candidate: Candidate): void {
		const { folded, row, fingerprint } = candidate;
		const failure = this.state.failures.get(folded);
		if (failure && !isDue(failure, fingerprint, this.settings.now)) {
			this.passed.set(folded, -placeOf(row));
			this.waiting++;
			return;
		}
		const out = this.candidates.add(candidate);
		if (!out) return;
		this.passed.set(out.folded, placeOf(out.row));
		this.remaining++;
	}

	/** All rows of a duplicate key are holds. */
	protected holdFirst(folded: string, like: SyncRecord = {}): void {
		if (this.duplicates.has(folded)) return;
		this.duplicates.add(folded);
		const index = this.firstRowOf(folded);
		const candidate = this.candidates.get(folded);
		const record = candidate?.row.record ?? keyPart(like, this.settings.keyFields);
		this.invalid.add({ index, reason: 'duplicateKey', record });
		this.takeBack(folded);
	}

	/** Nothing counts of what a key's row was found to be. */
	protected takeBack(folded: string): void {
		if (this.candidates.delete(folded)) return;
		const passed = this.passed.get(folded);
		if (passed !== undefined) {
			if (passed < 0) this.waiting--;
			else this.remaining--;
			return;
		}
		this.same--;
		this.settled.delete(folded);
	}

	/** The row a key was compared from first, -1 for a kept record; undefined when it was not compared. */
	protected firstRowOf(folded: string): number | undefined {
		const passed = this.passed.get(folded);
		if (passed !== undefined) return Math.abs(passed) - 2;
		const candidate = this.candidates.get(folded);
		return candidate ? (candidate.row.index ?? -1) : this.state.members.rowOf(folded);
	}

	/** Whether a row of this key differs, and no other row has the key. */
	protected isTaken(folded: string): boolean {
		if (this.duplicates.has(folded)) return false;
		return this.candidates.get(folded) !== undefined || this.passed.get(folded) !== undefined;
	}

	protected isPresent(folded: string): boolean {
		return (
			this.candidates.get(folded) !== undefined ||
			this.held.has(folded) ||
			this.passed.get(folded) !== undefined ||
			this.state.members.rowOf(folded) !== undefined
		);
	}
}
