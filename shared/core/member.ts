import type { FieldFingerprints } from './fingerprint';
import type { Change, SyncRecord } from './record';
import type { Unchanged } from './unchanged';

/** What the destination is known, or suspected, to have under one key. */
export interface Member {
	/** Key text, as the destination accepted it. */
	readonly key: string;
	/** Fingerprint of the accepted version. Undefined: dirty, the destination may have something else. */
	readonly fingerprint?: bigint;
	readonly fields: FieldFingerprints;
	/** The destination's id of the record. */
	readonly id?: string;
	/** What was handed out when the member became dirty. */
	readonly doubt?: Change;
	/** A removal was offered before, so the guard does not count this leaver again. */
	readonly leaving: boolean;
	/** A person asked for everything of it once more, insert-only fields included; until that is accepted. */
	readonly replay?: boolean;
}

/** What a run hands out for one key. Written ahead: it proves what the writer may confirm (design R1, R2). */
export interface Offer {
	readonly change: Change;
	readonly key: string;
	readonly folded: string;
	/** Key text the destination still has, when keys fold equal but read differently (design R10). */
	readonly previousKey?: string;
	readonly fingerprint: bigint;
	readonly fields: FieldFingerprints;
	readonly id?: string;
	/** An earlier run handed this key out and never learned the outcome. */
	readonly redelivered: boolean;
	/** Everything once more, insert-only fields included. */
	readonly replay?: boolean;
}

/** What of a record changed since it was accepted. */
export interface FieldComparison {
	readonly changedFields: readonly string[];
	readonly unchanged: Unchanged;
}

/** An offer with what the item needs and the store does not. Without a comparison, every field counts as changed. */
export interface OfferedRecord extends Partial<FieldComparison> {
	readonly offer: Offer;
	readonly record: SyncRecord;
	/** What the destination has under this key, as the comparison found it. */
	readonly member?: Member;
	/** Position of the input row; undefined for leavers and for records replayed from the store. */
	readonly row?: number;
}

/** The members of one sync as the diff needs them; the store decides how they are kept. */
export interface Members {
	readonly size: number;
	/**
	 * Marks the key as present in the segment, at this row of the input. `same`: accepted with exactly this
	 * fingerprint and nothing else to do. `differs`: a member that must be looked at. `absent`: no member.
	 * `again`: a member that another row was compared with before.
	 * A fingerprint covers the key: a member that has it is the one, and need not be looked up.
	 */
	visit(
		folded: string,
		fingerprint?: bigint,
		row?: number,
	): 'same' | 'differs' | 'absent' | 'again';
	/** The first row a member was visited with, -1 without one; undefined when it was not visited. */
	rowOf(folded: string): number | undefined;
	load(folded: readonly string[]): Promise<ReadonlyMap<string, Member>>;
	/** Members nobody visited; `leaving`: only those whose removal was offered before; `dirty`: the others with a void fingerprint. */
	unvisited(which: 'all' | 'leaving' | 'dirty'): Promise<readonly Member[]>;
	/** Members that somebody visited and whose removal was offered before. */
	returned(): Promise<readonly Member[]>;
	/** Of the given destination ids, those held by a member that is not among the folded keys that are gone. */
	heldIds(
		ids: readonly string[],
		gone: Pick<ReadonlySet<string>, 'has'>,
	): Promise<ReadonlySet<string>>;
}
