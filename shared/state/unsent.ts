import type { RecordResult } from '../core/results';
import type { OpenOffer } from './openOffer';

/** How what was not sent comes back. */
export interface ReturnSettings {
	/** Keep offered records until they are accepted: their source will not send them again (design R12). */
	readonly keepRecords: boolean;
	/**
	 * Offers that no writer sent are closed at the end: only our writers can have sent them, and the next comparison
	 * finds them again. Otherwise they are in doubt (design R3).
	 */
	readonly closesUnsent?: boolean;
	/** Nobody hands these records out again unless they are kept, or in doubt (design R12). */
	readonly comesOnce?: boolean;
}

/**
 * Whether an offer that no writer can have sent is closed: the next run offers the same change again, from the
 * segment or from the record that is kept. A feed names a removal once, so that one stays in doubt.
 */
export function isClosedUnsent(
	{ said, outcome, record }: OpenOffer,
	{ closesUnsent, keepRecords }: ReturnSettings,
): boolean {
	if (said) return said.status === 'notAttempted';
	if (!closesUnsent || (outcome && outcome.status !== 'notAttempted')) return false;
	return !keepRecords || record !== undefined;
}

/** Whether closing an offer as not sent would lose its record for good; left open, it ends in doubt, and is looked for. */
export function isForgotten(
	entry: OpenOffer | undefined,
	{ status }: RecordResult,
	{ comesOnce = false, keepRecords }: ReturnSettings,
): boolean {
	const isRemoval = entry?.offer.change === 'removed';
	return status === 'notAttempted' && !isRemoval && comesOnce && !keepRecords;
}
