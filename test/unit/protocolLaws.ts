import type { Row } from '../../shared/core/census';
import type { Comparison } from '../../shared/core/diff';
import { keyValues } from '../../shared/core/key';
import type { Source } from './protocolSource';

export interface LawSettings {
	readonly input: 'complete' | 'feed' | 'partial';
	readonly graceRuns?: number | undefined;
	readonly graceHours?: number | undefined;
}

/** What a run may hand out, whatever happened before, by the source alone. */
export class Laws {
	/** When a key was in the segment last: the time and the number of that comparison. */
	private readonly seen = new Map<string | undefined, readonly [now: number, comparison: number]>();
	private comparison = 0;

	constructor(
		private readonly source: Source,
		private readonly settings: LawSettings,
	) {}

	private readonly keyOf = ({ record }: Row) => this.source.keyOf(record as { email: string });

	check({ offers, counts, newlyLeaving }: Comparison, rows: readonly Row[], now: number): void {
		const present = this.present(rows);
		const plain = rows
			.filter((row) => row.index !== undefined && row.mark !== 'removed')
			.map(this.keyOf);
		const isFeed = this.settings.input !== 'complete';
		const isHeld = (key: string | undefined) => {
			const own = rows.filter((row) => row.index !== undefined && this.keyOf(row) === key);
			if (isFeed) return own.at(-1)?.mark === 'hold';
			return (
				plain.filter((other) => other === key).length > 1 || own.some(({ mark }) => mark === 'hold')
			);
		};
		const folded = offers.map(({ offer }) =>
			this.source.keyOf({ email: keyValues(offer.key)[0] ?? '' }),
		);
		expect(new Set(folded).size).toBe(folded.length);
		expect(folded.filter(isHeld)).toEqual([]);
		const ranks = offers.map(({ offer }) => ['added', 'changed', 'removed'].indexOf(offer.change));
		expect(ranks).toEqual([...ranks].sort());
		const removals = folded.filter((_, index) => offers[index]?.offer.change === 'removed');
		for (const key of removals) expect([...present]).not.toContain(key);
		this.checkRemovals(removals, newlyLeaving, now);

		const upserts = offers.length - removals.length;
		const { unchanged, held, waiting, remaining } = counts;
		expect(unchanged + upserts + held).toBeLessThanOrEqual(present.size);
		expect(unchanged + upserts + held + waiting + remaining).toBeGreaterThanOrEqual(present.size);
		expect(removals.length).toBeLessThanOrEqual(counts.left);
		for (const key of present) this.seen.set(key, [now, this.comparison]);
		this.comparison++;
	}

	/** Keys that the rows say are there: of a feed the last row of a key tells, and a kept record where there is none. */
	private present(rows: readonly Row[]): ReadonlySet<string | undefined> {
		const isFeed = this.settings.input !== 'complete';
		const told = new Map<string | undefined, boolean>();
		for (const row of rows) {
			const key = this.keyOf(row);
			const before = told.get(key);
			const isThere = row.mark !== 'removed';
			if (row.index === undefined) told.set(key, before ?? true);
			else told.set(key, isFeed ? isThere : isThere || before === true);
		}
		told.delete(undefined);
		return new Set([...told].filter(([, isThere]) => isThere).map(([key]) => key));
	}

	private checkRemovals(
		removals: ReadonlyArray<string | undefined>,
		newlyLeaving: number,
		now: number,
	): void {
		const { rows } = this.source;
		const live = rows.filter(({ mark }) => mark !== 'removed').map((row) => this.source.keyOf(row));
		for (const key of removals) expect(live).not.toContain(key);
		if (this.settings.input !== 'complete') return;
		// Design R9: what was there last time and is to be removed now is counted by the guard.
		const sudden = removals.filter((key) => this.seen.get(key)?.[1] === this.comparison - 1);
		expect(newlyLeaving).toBeGreaterThanOrEqual(sudden.length);
		const named = rows
			.filter(({ mark }) => mark === 'removed')
			.map((row) => this.source.keyOf(row));
		const { graceRuns = 0, graceHours = 0 } = this.settings;
		for (const key of removals.filter((one) => !named.includes(one))) {
			const [at, comparison] = this.seen.get(key) ?? [-Infinity, -Infinity];
			expect(now - at).toBeGreaterThanOrEqual(graceHours * 3_600_000);
			expect(this.comparison - comparison).toBeGreaterThanOrEqual(graceRuns);
		}
	}
}
