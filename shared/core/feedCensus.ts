import { eachInSlices } from './breathe';
import { CensusTaker, type Candidate, type Census, type Row } from './census';
import { keyOf, type Key } from './key';
import type { SyncRecord } from './record';

/**
 * The census of a feed. Its rows are news, each of which comes once: where a key comes again, in one run or after
 * one that did not deliver it, the later row counts, over what the earlier ones said and it does not say; and a row
 * that is held is named, not only its key.
 */
export class FeedTaker extends CensusTaker {
	/** Rows whose failure is not due yet: the next row of their key may say less than they do. */
	private readonly waitingRows = new Map<string, Candidate>();
	/** Keys whose rows count for nothing, because the record left after them. */
	private readonly outdated = new Set<string>();

	protected override compare(row: Row, key: Key): void {
		const isBack = this.speakAgain(key.folded);
		super.compare(isBack ? row : this.overPending(row, key), key);
	}

	/** Another row of the key comes: what a hold or a removal said is over. Returns whether it had left. */
	private speakAgain(folded: string): boolean {
		this.held.delete(folded);
		this.holds.delete(folded);
		return this.removed.delete(folded);
	}

	/** What is kept of the key is news too, until a row that says the same is accepted. */
	private overPending(row: Row, { folded }: Key): Row {
		const kept = this.firstRowOf(folded) === undefined && this.state.pending?.get(folded);
		return kept ? { ...row, record: { ...kept, ...row.record } } : row;
	}

	/** The record is back when a later row of the key says so. */
	protected override remove(folded: string): void {
		const wasGone = this.speakAgain(folded);
		super.remove(folded);
		this.waitingRows.delete(folded);
		if (wasGone || (this.firstRowOf(folded) ?? -1) < 0) return;
		this.takeBack(folded);
		this.outdated.add(folded);
	}

	protected override takeBack(folded: string): void {
		if (!this.outdated.delete(folded)) super.takeBack(folded);
	}

	protected override isTaken(folded: string): boolean {
		return !this.removed.has(folded) && super.isTaken(folded);
	}

	protected override isPresent(folded: string): boolean {
		return !this.removed.has(folded) && super.isPresent(folded);
	}

	override async finish(): Promise<Census> {
		return { ...(await super.finish()), waitingNews: this.waitingNews() };
	}

	/** Where the input says nothing of a key, the record that is kept stands for it (R12). */
	protected override async settle(): Promise<void> {
		await super.settle();
		const { keyFields, keyComparison } = this.settings;
		await eachInSlices(this.state.pending ?? [], ([folded, record]) => {
			const key = keyOf(record, keyFields, keyComparison);
			if (key && !this.removed.has(folded) && !this.isPresent(folded))
				this.compare({ record }, key);
			else if (!this.isTaken(folded)) this.settled.add(folded);
		});
	}

	private waitingNews(): ReadonlyMap<string, SyncRecord> {
		const news = new Map<string, SyncRecord>();
		for (const [folded, { row, text, fingerprint }] of this.waitingRows) {
			const kept = this.state.pending?.get(folded);
			const isKept = kept && this.fingerprints.record(kept, text) === fingerprint;
			if (!isKept) news.set(folded, row.record);
		}
		return news;
	}

	protected override hold(row: Row, key: Key): void {
		this.speakAgain(key.folded);
		super.hold(row, key);
		this.holds.set(key.folded, { key: key.text, row });
	}

	protected override take(candidate: Candidate): void {
		const { folded } = candidate;
		this.outdated.delete(folded);
		super.take(candidate);
		if (this.candidates.get(folded)) this.waitingRows.delete(folded);
		else this.waitingRows.set(folded, candidate);
	}

	protected override takeAgain(row: Row, key: Key): void {
		const earlier = this.candidates.get(key.folded) ?? this.waitingRows.get(key.folded);
		const record = { ...earlier?.row.record, ...row.record };
		const fingerprint = this.fingerprints.record(record, key.text);
		this.takeBack(key.folded);
		this.take({ ...key, row: { ...row, record }, fingerprint });
	}

	/** The last word on the key was a hold: what it said before is outdated. */
	protected override holdFirst(folded: string): void {
		const first = this.firstRowOf(folded);
		// Presence that the source told without a row was never counted.
		if (first === undefined || first < 0) return;
		this.duplicates.add(folded);
		this.takeBack(folded);
	}
}
