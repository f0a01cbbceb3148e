import type { Row } from '../../shared/core/census';
import { keyOf, type KeyComparison } from '../../shared/core/key';
import type { SyncRecord } from '../../shared/core/record';

export type Mark = 'none' | 'hold' | 'removed';

export interface SourceRow {
	email: string;
	a: number;
	b: number | null;
	mark: Mark;
}

const spellings = ['ann@x', 'Ann@X', ' ANN@x '];

export const spell = (slot: number, spelling: number): string =>
	(spellings[spelling % spellings.length] ?? '').replace(/ann/i, (ann) => `${ann}${slot}`);

/** The rows of a segment; a change feed tells of every edit since it was last read. */
export class Source {
	readonly rows: SourceRow[] = [];
	/** What a feed has to tell, one row after the other. */
	private told: Array<readonly [key: string, row: Row]> = [];

	/** `partial`: a feed that says of a record it has told of only what is new. */
	constructor(
		private readonly comparison: KeyComparison,
		private readonly input: 'complete' | 'feed' | 'partial',
	) {}

	keyOf({ email }: Pick<SourceRow, 'email'>): string | undefined {
		return keyOf({ email }, ['email'], this.comparison)?.folded;
	}

	/** Edits the row of a slot in place, or adds it. */
	put(slot: number, change: Partial<SourceRow>): void {
		const row = this.row(slot);
		const next: SourceRow = {
			email: spell(slot, 0),
			a: 0,
			b: null,
			mark: 'none',
			...row,
			...change,
		};
		if (row && this.keyOf(row) !== this.keyOf(next)) this.report({ ...row, mark: 'removed' });
		const isTold =
			row?.mark === 'none' && next.mark === 'none' && this.keyOf(row) === this.keyOf(next);
		if (row) Object.assign(row, next);
		else this.rows.push(next);
		if (isTold && this.input === 'partial') this.add(next, change);
		else this.report(next);
	}

	/** The same record under another spelling of its key. */
	rename(slot: number, spelling: number): void {
		if (this.row(slot)) this.put(slot, { email: spell(slot, spelling) });
	}

	delete(slot: number): SourceRow | undefined {
		const row = this.row(slot);
		if (!row) return undefined;
		this.rows.splice(this.rows.indexOf(row), 1);
		this.report({ ...row, mark: 'removed' });
		return row;
	}

	/** A complete segment may hold a key twice or none at all; a feed of changes does not. */
	duplicate(slot: number): void {
		const row = this.row(slot);
		if (row && this.input === 'complete') this.rows.push({ ...row, a: row.a + 1 });
	}

	blank(slot: number): void {
		const row = this.row(slot);
		if (row && this.input === 'complete') row.email = ' ';
	}

	/** What the source gives to the next run. */
	read(): Row[] {
		const rows = this.input === 'complete' ? this.rows.map(rowOf) : this.told.map(([, row]) => row);
		return rows.map((row, index) => ({ ...row, index }));
	}

	/** The next run has stored its offers: a feed moves its cursor. */
	acknowledge(): void {
		this.told = [];
	}

	/** Rows that must be right at the destination, and keys about which nothing can be said. */
	demands(): { wanted: SourceRow[]; held: Set<string> } {
		const held = new Set<string>();
		const once = new Map<string, SourceRow>();
		for (const row of this.rows) {
			const key = this.keyOf(row);
			if (key === undefined || row.mark === 'removed') continue;
			if (row.mark === 'hold' || once.has(key)) held.add(key);
			once.set(key, row);
		}
		const wanted = [...once].filter(([key]) => !held.has(key)).map(([, row]) => row);
		return { wanted, held };
	}

	private row(slot: number): SourceRow | undefined {
		const names = [0, 1, 2].map((spelling) => spell(slot, spelling));
		return this.rows.find(({ email }) => names.includes(email));
	}

	private report(row: SourceRow): void {
		const key = this.keyOf(row);
		if (this.input === 'complete' || key === undefined) return;
		this.told.push([key, rowOf(row)]);
	}

	private add({ email }: SourceRow, { mark: _, ...change }: Partial<SourceRow>): void {
		const key = this.keyOf({ email }) ?? '';
		this.told.push([key, { record: { ...change, email } }]);
	}
}

export const recordOf = ({ email, a, b }: SourceRow): SyncRecord => ({ email, a, b });

const rowOf = (row: SourceRow): Row => ({
	record: recordOf(row),
	...(row.mark !== 'none' && { mark: row.mark }),
});
