import { keyOf, type KeyComparison } from '../../shared/core/key';
import type { OfferedRecord } from '../../shared/core/member';
import type { SyncRecord } from '../../shared/core/record';
import type { RecordResult } from '../../shared/core/results';
import { isUnchanged } from '../../shared/core/unchanged';
import { failed } from './builders';

/** How the destination answers one record, and whether it took it. */
interface Fate {
	readonly commits: boolean;
	result(written: RecordResult): RecordResult;
}

const never = (result: RecordResult): Fate => ({ commits: false, result: () => result });
const unanswered = (commits: boolean, retryable: boolean): Fate => ({
	commits,
	result: () => ({
		status: 'unknown',
		error: failed({ category: 'transient', message: 'No answer', retryable }),
	}),
});

export const fates = {
	taken: { commits: true, result: (written) => written },
	rejected: never({ status: 'rejected', error: failed() }),
	throttled: never({ status: 'rejected', error: failed({ category: 'transient' }) }),
	committedUnheard: unanswered(true, true),
	lostOnTheWay: unanswered(false, true),
	committedForGood: unanswered(true, false),
	notAttempted: never({ status: 'notAttempted' }),
	policy: never({ status: 'skipped', reason: 'policy' }),
	notFound: never({ status: 'skipped', reason: 'notFound' }),
} satisfies Record<string, Fate>;

export type FateName = keyof typeof fates;

/** A destination that keeps records by id, finds them by key as its keys compare, and takes what it is sent. */
export class Destination {
	readonly records = new Map<string, Record<string, unknown>>();
	private lastId = 0;

	constructor(private readonly comparison: KeyComparison) {}

	keyOf(record: SyncRecord): string | undefined {
		return keyOf(record, ['email'], this.comparison)?.folded;
	}

	/** Upserts or deletes what was offered; only the changed fields of a record that exists. */
	take({ offer, record, unchanged }: OfferedRecord): RecordResult {
		const id = this.find(offer.id, record);
		if (offer.change === 'removed') {
			if (id === undefined) return { status: 'skipped', reason: 'gone' };
			this.records.delete(id);
			return { status: 'deleted', id };
		}
		if (id === undefined) {
			const created = String(++this.lastId);
			this.records.set(created, { ...record });
			return { status: 'created', id: created };
		}
		const found = this.records.get(id);
		for (const [field, value] of Object.entries(record)) {
			const isSent = offer.change === 'added' || !isUnchanged(unchanged, field, value);
			if (found && isSent) found[field] = value;
		}
		return { status: 'updated', id };
	}

	/** People change a field of a record, or delete it. */
	edit(record: SyncRecord, value: number | undefined): void {
		const id = this.find(undefined, record) ?? '';
		const found = this.records.get(id);
		if (value === undefined) this.records.delete(id);
		else if (found) found.a = value;
	}

	has({ offer, record }: OfferedRecord): boolean {
		return this.find(offer.id, record) !== undefined;
	}

	private find(id: string | undefined, record: SyncRecord): string | undefined {
		if (id !== undefined && this.records.has(id)) return id;
		const key = this.keyOf(record);
		return [...this.records].find(([, found]) => this.keyOf(found) === key)?.[0];
	}
}
