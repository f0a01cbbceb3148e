import type { Row } from '../../shared/core/census';
import type { Comparison } from '../../shared/core/diff';
import { keyValues } from '../../shared/core/key';
import type { OfferedRecord } from '../../shared/core/member';
import type { RecordResult } from '../../shared/core/results';
import type { RunRow } from '../../shared/state/store';
import { Laws, type LawSettings } from './protocolLaws';
import type { Destination } from './protocolDestination';
import type { Source } from './protocolSource';

type Standing = 'accepted' | 'rejected' | 'open';

const standingOf = ({ status, reason }: RecordResult, change: string): Standing => {
	if (status === 'rejected') return 'rejected';
	if (status === 'unknown' || status === 'notAttempted') return 'open';
	return reason === 'notFound' && change !== 'removed' ? 'open' : 'accepted';
};

/** What a bystander knows of a sync by watching offers and results, to hold the state against. */
export class Ledger {
	/** Versions the destination surely accepted and that nothing has put in doubt since. */
	private readonly accepted = new Map<string, string>();
	/** Keys a policy kept from the destination: what it has under them says nothing. */
	readonly tainted = new Set<string>();
	/** Keys of records that people changed at the destination. */
	readonly edited = new Set<string>();
	private readonly doubts = new Set<string>();
	private readonly laws: Laws;
	private offers = new Map<string, OfferedRecord>();
	private standings = new Map<string, Standing>();
	private readonly confirmed = new Set<string>();
	/** Sent without an answer; answered as not sent; answered and not confirmed. */
	private readonly airborne = new Set<string>();
	private readonly idle = new Set<string>();
	private readonly reported = new Map<string, RecordResult>();
	/** What the last run offered and sent to nobody, and whether it was in doubt already. */
	private readonly unsent = new Map<string, boolean>();

	constructor(
		private readonly source: Source,
		private readonly settings: LawSettings & { readonly closesUnsent: boolean },
	) {
		this.laws = new Laws(source, settings);
	}

	private folded(key: string): string {
		return this.source.keyOf({ email: keyValues(key)[0] ?? '' }) ?? '';
	}

	taint(key: string): void {
		this.tainted.add(this.folded(key));
	}

	/** The laws of what a run may hand out. */
	checkOffers(comparison: Comparison, rows: readonly Row[], now: number): void {
		const { offers } = comparison;
		for (const { offer } of offers) {
			const key = this.folded(offer.key);
			const before = this.doubts.has(key) ? undefined : this.unsent.get(key);
			if (before !== undefined) expect(offer.redelivered).toBe(before);
		}
		this.unsent.clear();
		for (const key of this.doubts) this.accepted.delete(key);
		this.doubts.clear();
		this.laws.check(comparison, rows, now);
		for (const { offer, record } of offers) {
			if (offer.change === 'removed') continue;
			expect(this.accepted.get(this.folded(offer.key))).not.toBe(JSON.stringify(record));
		}
	}

	/** Nobody looks after it any more, unless it comes anew. */
	forget(key: string): void {
		this.taint(key);
		this.accepted.delete(this.folded(key));
		this.unsent.delete(this.folded(key));
	}

	/** Nobody tells the sync: it holds until everything is sent again. */
	edit(key: string): void {
		this.edited.add(this.folded(key));
	}

	rebaseline(offers: readonly OfferedRecord[], isStored: boolean): void {
		this.unsent.clear();
		for (const key of this.doubts) this.accepted.delete(key);
		this.doubts.clear();
		for (const { offer, record } of offers) {
			const key = this.folded(offer.key);
			if (isStored && offer.change !== 'removed') this.accepted.set(key, JSON.stringify(record));
			else this.accepted.delete(key);
		}
		this.open([]);
	}

	/** Nothing counts as accepted any more. */
	void(): void {
		this.unsent.clear();
		this.accepted.clear();
	}

	open(offers: readonly OfferedRecord[]): void {
		this.offers = new Map(offers.map((offered) => [offered.offer.key, offered]));
		this.standings = new Map();
		for (const kept of [this.confirmed, this.airborne, this.idle, this.reported]) kept.clear();
	}

	/** Design R11: what goes out as new and for the first time is not there. */
	checkFirst(offered: OfferedRecord, destination: Destination): void {
		const { change, redelivered, key } = offered.offer;
		const folded = this.folded(key);
		if (change !== 'added' || redelivered || this.tainted.has(folded)) return;
		expect(destination.has(offered)).toBe(false);
	}

	/** A writer has sent these, and will never hear of them. */
	fly(keys: readonly string[]): void {
		for (const key of keys) this.airborne.add(key);
	}

	/** What a writer knows and nobody could confirm. */
	report(key: string, result: RecordResult): void {
		const before = this.reported.get(key);
		if (before && result.status === 'notAttempted') return;
		if (before?.status !== 'rejected') this.reported.set(key, result);
	}

	/** One word on a record, after what was said of it and never confirmed. */
	confirm(key: string, result: RecordResult): void {
		if (!this.offers.has(key)) return;
		const reported = this.reported.get(key);
		const isFirst = !this.confirmed.has(key);
		if (isFirst && this.airborne.has(key)) this.settle(key, { status: 'unknown' });
		const isOpen = isFirst || this.isDisputed(key);
		if (isOpen && reported && reported.status !== result.status) this.settle(key, reported);
		this.settle(key, result);
		this.report(key, result);
	}

	/** Accepted, and then rejected in an answer that could not be stored. */
	private isDisputed(key: string): boolean {
		const isRejected = this.reported.get(key)?.status === 'rejected';
		return this.confirmed.has(key) && isRejected && this.standings.get(key) !== 'rejected';
	}

	private settle(key: string, result: RecordResult): void {
		const offered = this.offers.get(key);
		if (!offered) return;
		if (result.status === 'notAttempted') {
			if (!this.confirmed.has(key)) this.idle.add(key);
			return;
		}
		this.confirmed.add(key);
		const before = this.standings.get(key) ?? 'open';
		const now = standingOf(result, offered.offer.change);
		const folded = this.folded(key);
		if (before !== 'open' && before !== now) {
			// A rejection and an acceptance of one record: nobody knows what the destination has.
			if (before === 'rejected' || now === 'rejected') this.accepted.delete(folded);
		} else if (result.status === 'unknown') {
			if (before === 'open') this.accepted.delete(folded);
		} else if (now === 'accepted' && before === 'open') {
			if (offered.offer.change === 'removed') this.accepted.delete(folded);
			else this.accepted.set(folded, JSON.stringify(offered.record));
		}
		if (now === 'rejected' || before === 'open') this.standings.set(key, now);
	}

	/** Surely not sent, and offered again by the next run. */
	private isUnsent({ offer: { key, change } }: OfferedRecord): boolean {
		const { input, closesUnsent } = this.settings;
		const isBack = input === 'complete' || change !== 'removed';
		const { status = 'notAttempted' } = this.reported.get(key) ?? {};
		if (this.confirmed.has(key) || this.airborne.has(key) || status !== 'notAttempted')
			return false;
		return this.idle.has(key) || (closesUnsent && isBack);
	}

	/** The run is over: what nobody confirmed is in doubt, but for what was not sent. */
	close(): void {
		const unsent = [...this.offers.values()].filter((offered) => this.isUnsent(offered));
		for (const { offer } of unsent) this.offers.delete(offer.key);
		this.crash();
		for (const { offer } of unsent) this.unsent.set(this.folded(offer.key), offer.redelivered);
	}

	/** Nobody closed anything: all of it is in doubt. */
	crash(): void {
		for (const key of this.offers.keys()) {
			const isStanding = this.confirmed.has(key) && !this.isDisputed(key);
			if (!isStanding) this.accepted.delete(this.folded(key));
		}
		this.open([]);
	}

	/** A stale receipt was confirmed: whatever is accepted until then, the next run doubts the key. */
	stale(key: string): void {
		this.doubts.add(this.folded(key));
	}

	checkRow({ counts, state }: RunRow): void {
		const sum = (...names: string[]) => names.reduce((all, name) => all + (counts[name] ?? 0), 0);
		const answered = sum(
			'created',
			'updated',
			'unchanged',
			'deleted',
			'skipped',
			'rejected',
			'unknown',
			'notAttempted',
		);
		expect(sum('added', 'changed', 'removed')).toBe(this.offers.size);
		const unsent = [...this.offers.values()].filter((offered) => this.isUnsent(offered));
		expect(answered).toBe(this.confirmed.size + unsent.length);
		expect(sum('notAttempted')).toBe(unsent.length);
		if (state === 'stopped') return expect(this.offers.size).toBe(0);
		const isDisputed = [...this.offers.keys()].some((key) => this.isDisputed(key));
		const isOpen = isDisputed || answered < this.offers.size || sum('unknown', 'notAttempted') > 0;
		expect(state).toBe(isOpen ? 'incomplete' : 'completed');
	}
}
