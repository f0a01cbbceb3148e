import type { SyncRecord } from './record';

/** A row that could not be compared, for the person who looks after the source. */
export interface InvalidRow {
	readonly index: number;
	readonly reason: 'duplicateKey' | 'noKey' | 'unreadable';
	/** The row as far as it is still at hand: at least its key fields. */
	readonly record: SyncRecord;
	/** Why an unreadable row is one. */
	readonly problem?: string;
}

/** Invalid rows up to a limit; what is beyond it is counted only. */
export class InvalidRows {
	private readonly rows: InvalidRow[] = [];
	private beyond = 0;

	constructor(private readonly limit: number) {}

	get notShown(): number {
		return this.beyond;
	}

	/** Notes a row. One without a position was replayed from the store: nobody can look it up. */
	add(row: Omit<InvalidRow, 'index'> & { readonly index?: number }): void {
		const { index, reason, record, problem } = row;
		if (index === undefined || index < 0) return;
		if (this.rows.length >= this.limit) this.beyond++;
		else this.rows.push({ index, reason, record, ...(problem !== undefined && { problem }) });
	}

	/** In the order of the input. */
	inOrder(): readonly InvalidRow[] {
		return this.rows.sort((a, b) => a.index - b.index);
	}
}
