import { replaces } from '../core/protocol';
import type { RecordResult } from '../core/results';
import type { OpenOffer } from './openOffer';

/**
 * The added and changed records of a run. Its removals wait until each of them has an outcome, and spare the
 * destination records they became (design R10).
 */
export class Upserts {
	private readonly holders = new Map<string, string>();
	private waiting = 0;

	/** Those without an outcome; what was not attempted has none, and may be sent yet. */
	get unanswered(): number {
		return this.waiting;
	}

	expect({ offer, outcome }: OpenOffer): void {
		if (offer.change !== 'removed') this.waiting += awaited(outcome);
	}

	/** Notes what a writer said of an offer (design R6). */
	hear(entry: OpenOffer, result: RecordResult): void {
		const { offer, outcome } = entry;
		if (replaces(outcome, result, offer)) entry.outcome = result;
		if (offer.change === 'removed') return;
		this.waiting += awaited(entry.outcome) - awaited(outcome);
		if (result.id !== undefined) this.holders.set(result.id, offer.key);
	}

	/** Whether another record was written to the same destination record. */
	isHeldByAnother(id: string, key: string): boolean {
		const holder = this.holders.get(id);
		return holder !== undefined && holder !== key;
	}
}

const awaited = (outcome: RecordResult | undefined): 0 | 1 =>
	!outcome || outcome.status === 'notAttempted' ? 1 : 0;
