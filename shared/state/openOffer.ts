import { eachInSlices } from '../core/breathe';
import type { Comparison } from '../core/diff';
import type { Failure, RunMoment } from '../core/failures';
import type { Member, Offer, OfferedRecord } from '../core/member';
import { expire, settleNext, unsent, type Standing, type Transition } from '../core/protocol';
import type { SyncRecord } from '../core/record';
import type { RecordResult } from '../core/results';
import type { StateChange } from './store';

/** What a writer says of one record. */
export interface Answer {
	readonly key: string;
	readonly result: RecordResult;
}

/** An offer of a live run, and where it stands. */
export interface OpenOffer extends Standing {
	readonly offer: Offer;
	/** What a writer said, whether or not it was confirmed. */
	outcome?: RecordResult;
	/** The record, where it is kept until it is accepted (design R12). */
	readonly record?: SyncRecord;
}

/** An offer nobody has answered. `isKept`: with its record, until it is accepted. */
export function openOffer(
	{ offer, record, member }: OfferedRecord,
	failure: Failure | undefined,
	isKept: boolean,
): OpenOffer {
	return {
		offer,
		...(member && { member }),
		failure,
		earlier: failure,
		...(isKept && { record }),
	};
}

export interface Settlement {
	readonly change: StateChange;
	/** Where the answered offers stand once the change is stored. */
	readonly next: ReadonlyMap<OpenOffer, OpenOffer>;
}

/** Works out what the answers of one batch move, one after the other and on copies: a key may be answered twice. */
export function settleBatch(
	answers: ReadonlyArray<readonly [OpenOffer, RecordResult]>,
	moment: RunMoment,
): Settlement {
	const members = new Map<string, Member | null>();
	const failures = new Map<string, Failure | null>();
	const pending = new Map<string, SyncRecord | null>();
	const closed: string[] = [];
	const next = new Map<OpenOffer, OpenOffer>();
	for (const [open, result] of answers) {
		const standing = next.get(open) ?? open;
		const { offer, record } = open;
		const transition = settleNext(standing, offer, result, moment);
		if (!transition) continue;
		// Nothing moves until the run ends: another try of the writer may send it (design R1).
		const isUnsent = result.status === 'notAttempted';
		next.set(open, advanced(standing, result, isUnsent ? {} : transition));
		if (isUnsent) continue;
		const { member, failure } = transition;
		if (member === undefined) closed.push(offer.folded);
		else members.set(offer.folded, member);
		if (failure !== undefined) failures.set(offer.folded, failure);
		// What was dropped with an acceptance is kept again when a rejection takes the acceptance back.
		if (record && failure !== undefined) pending.set(offer.folded, failure && record);
	}
	return { change: { members, failures, pending, closed }, next };
}

function advanced(
	open: OpenOffer,
	result: RecordResult,
	{ member, failure }: Transition,
): OpenOffer {
	return {
		...open,
		member: member === undefined ? open.member : (member ?? undefined),
		failure: failure === undefined ? open.failure : (failure ?? undefined),
		said: open.said?.status === 'rejected' ? open.said : result,
	};
}

/** Whether a confirmed answer stands: not one of a try that sent nothing, nor one whose rejection nobody confirmed. */
export function isSettled(entry: OpenOffer | undefined): boolean {
	const { said, outcome } = entry ?? {};
	if (!said || said.status === 'notAttempted') return false;
	return said.status === 'rejected' || outcome?.status !== 'rejected';
}

/** What is known of a record that was sent and never answered. */
const unheard: RecordResult = { status: 'unknown' };

/** What became of an offer as far as its writers know; `mayBeSent`: one of them took it up and did not give it back. */
export function outcomeOf(
	entry: OpenOffer | undefined,
	mayBeSent: boolean,
): RecordResult | undefined {
	const outcome = entry?.outcome;
	const isIdle = !outcome || outcome.status === 'notAttempted';
	return isIdle && mayBeSent ? unheard : outcome;
}

/**
 * What is said of an offer, in order: a try that nobody heard of (`isUnheard`), and what a writer reported, come
 * before what is confirmed now; each may be true (design R6).
 */
export function wordsOn(
	entry: OpenOffer | undefined,
	result: RecordResult,
	isUnheard = false,
): Array<readonly [OpenOffer, RecordResult]> {
	if (!entry) return [];
	const { outcome } = entry;
	const words = [result];
	if (!isSettled(entry)) {
		if (outcome && outcome.status !== result.status) words.unshift(outcome);
		if (isUnheard) words.unshift(unheard);
	}
	return words.map((word) => [entry, word]);
}

/**
 * Records to keep until they are accepted, those that wait among them; a removal, or a version that needs no sending,
 * ends the older one.
 */
export function keptRecords(comparison: Comparison): Map<string, SyncRecord | null> {
	const { offers, resolved, waitingNews } = comparison;
	return new Map([
		...waitingNews,
		...resolved.map((folded) => [folded, null] as const),
		...offers.map(
			({ offer, record }) => [offer.folded, offer.change === 'removed' ? null : record] as const,
		),
	]);
}

/** What a run leaves without an outcome, by folded key. */
export interface OffersLeft {
	/** In doubt: void, and marked `redelivered` when they are offered next. And removals that were not sent. */
	readonly members: ReadonlyMap<string, Member>;
	/** Not sent: the member stays what it was. */
	readonly closed: readonly string[];
	/** How many are in doubt, and how many were not sent. */
	readonly doubtful: number;
	readonly unsent: number;
}

/** Tells what an ended run may have sent (design R3) from what it surely did not. */
export async function offersLeft(
	open: Iterable<OpenOffer>,
	isUnsent: (entry: OpenOffer) => boolean,
): Promise<OffersLeft> {
	const members = new Map<string, Member>();
	const closed: string[] = [];
	let [doubtful, idle] = [0, 0];
	await eachInSlices(open, (entry) => {
		if (isSettled(entry)) return;
		const { said, offer } = entry;
		if (!isUnsent(entry)) {
			members.set(offer.folded, expire(entry.member, offer));
			doubtful++;
			return;
		}
		idle++;
		const { member } = said ? unsent(entry, offer) : {};
		if (member) members.set(offer.folded, member);
		else closed.push(offer.folded);
	});
	return { members, closed, doubtful, unsent: idle };
}
