import { CensusTaker, type Candidate, type Row } from './census';
import type { Key } from './key';

/**
 * The census of a feed. Its rows are news, each of which comes once: where a key comes again the later row counts,
 * over what the earlier ones said and it does not say; and a row that is held is named, not only its key.
 */
export class FeedTaker extends CensusTaker {
	/** Rows whose failure is not due yet: the next row of their key may say less than they do. */
	private readonly waitingRows = new Map<string, Candidate>();

	protected override compare(row: Row, key: Key): void {
		this.held.delete(key.folded);
		this.holds.delete(key.folded);
		super.compare(row, key);
	}

	protected override hold(row: Row, key: Key): void {
		super.hold(row, key);
		this.holds.set(key.folded, { key: key.text, row });
	}

	protected override take(candidate: Candidate): void {
		const { folded } = candidate;
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
