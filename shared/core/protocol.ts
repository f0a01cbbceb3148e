import { recordFailure, type Failure, type RunMoment } from './failures';
import type { Member, Offer } from './member';
import type { RecordResult } from './results';

/** What one key becomes. Undefined: as it was. Null: gone. */
export interface Transition {
	readonly member?: Member | null;
	readonly failure?: Failure | null;
}

/** Where an offered key stands in its run. */
export interface Standing {
	readonly member?: Member;
	readonly failure?: Failure;
	/** The failure the run found, before its own answers. */
	readonly earlier?: Failure;
	/** The confirmed answer that counts so far. */
	readonly said?: RecordResult;
}

/** `open`: the offer still has no outcome, and the next answer counts as if it were the first. */
type Verdict = 'taken' | 'refused' | 'open';

const noFields = new Map<string, number>();

/** Design R3: the run that made this offer ended without a confirm. Membership stays, the fingerprint is void. */
export function expire(member: Member | undefined, offer: Offer): Member {
	return {
		key: offer.change === 'added' ? offer.key : (member?.key ?? offer.key),
		fields: noFields,
		...idOf(member?.id ?? offer.id),
		doubt: offer.change,
		leaving: offer.change === 'removed',
		...((offer.replay || member?.replay) && { replay: true }),
	};
}

/** Design R4: a receipt of an ended run was confirmed. It proves nothing, so the key only becomes dirty. */
export function doubt(member: Member | undefined, key: string): Member {
	return {
		key: member?.key ?? key,
		fields: noFields,
		...idOf(member?.id),
		doubt: member?.doubt ?? (member ? 'changed' : 'added'),
		leaving: member?.leaving ?? false,
		...(member?.replay && { replay: true }),
	};
}

/** Design R6, the table: how a result moves the state of an offered key. */
export function settle(
	standing: Standing,
	offer: Offer,
	result: RecordResult,
	moment: RunMoment,
): Transition {
	switch (result.status) {
		case 'rejected':
			return fail(standing, offer, result, moment);
		case 'unknown':
			return lose(standing, offer, result, moment);
		case 'notAttempted':
			return unsent(standing, offer);
		default:
			return offer.change === 'removed'
				? { member: null, failure: null }
				: accept(standing, offer, result, moment);
	}
}

/** Nothing was sent: the key stays due, and the guard need not count a removal again. */
export function unsent(standing: Standing, { change }: Offer): Transition {
	return change === 'removed' ? keepLeaving(standing) : {};
}

/**
 * Design R6: what a further answer to the same offer moves. Within a run a rejection beats an acceptance in
 * either order, and the destination may have either version: the key becomes dirty. Undefined: nothing moves.
 */
export function settleNext(
	standing: Standing,
	offer: Offer,
	result: RecordResult,
	moment: RunMoment,
): Transition | undefined {
	// It tells of this try alone: what was said of another one stands.
	if (standing.said && result.status === 'notAttempted') return undefined;
	const before = verdictOf(standing.said, offer);
	if (before === 'open') return settle(standing, offer, result, moment);
	const now = verdictOf(result, offer);
	if (before === 'taken' && now === 'refused') {
		const { failure } = fail({ failure: standing.earlier }, offer, result, moment);
		return { member: expire(standing.member, offer), failure };
	}
	const isSent = now === 'taken' || result.status === 'unknown';
	return before === 'refused' && isSent ? { member: expire(standing.member, offer) } : undefined;
}

/** Whether one word on an offer says that it was taken, and the other that it was refused: both may be true. */
export function disagree(
	said: RecordResult | undefined,
	result: RecordResult,
	offer: Offer,
): boolean {
	const verdicts = new Set([verdictOf(said, offer), verdictOf(result, offer)]);
	return verdicts.has('taken') && verdicts.has('refused');
}

/** Whether a further word on an offer replaces what was said: a rejection stands, and what is open takes nothing back. */
export function replaces(
	said: RecordResult | undefined,
	result: RecordResult,
	offer: Offer,
): boolean {
	const before = verdictOf(said, offer);
	return before === 'open' || (before === 'taken' && verdictOf(result, offer) !== 'open');
}

function verdictOf(said: RecordResult | undefined, offer: Offer): Verdict {
	if (!said || said.status === 'unknown' || said.status === 'notAttempted') return 'open';
	if (said.status === 'rejected') return 'refused';
	return isMissing(said) && offer.change !== 'removed' ? 'open' : 'taken';
}

/** Update only, and the destination has no such record: it stays due, and is no failure. */
function isMissing({ reason }: RecordResult): boolean {
	return reason === 'notFound';
}

function accept(
	standing: Standing,
	offer: Offer,
	result: RecordResult,
	moment: RunMoment,
): Transition {
	if (isMissing(result)) {
		const failed = { key: offer.key, change: offer.change, fingerprint: offer.fingerprint };
		return {
			failure: recordFailure(standing.failure, { ...failed, kind: 'notFound' }, result, moment),
		};
	}
	const member: Member = {
		key: offer.key,
		fingerprint: offer.fingerprint,
		fields: offer.fields,
		...idOf(result.id ?? standing.member?.id),
		leaving: false,
	};
	return { member, failure: null };
}

function fail(
	standing: Standing,
	offer: Offer,
	result: RecordResult,
	moment: RunMoment,
): Transition {
	const { key, change, fingerprint } = offer;
	const failed = { key, change, fingerprint, kind: 'rejected' as const };
	const failure = recordFailure(standing.failure, failed, result, moment);
	return change === 'removed' ? { ...keepLeaving(standing), failure } : { failure };
}

function lose(
	standing: Standing,
	offer: Offer,
	result: RecordResult,
	moment: RunMoment,
): Transition {
	const member = { ...expire(standing.member, offer), ...idOf(result.id) };
	if (result.error?.retryable !== false) return { member };
	const { key, change, fingerprint } = offer;
	const failed = { key, change, fingerprint, kind: 'unknown' as const };
	return { member, failure: recordFailure(standing.failure, failed, result, moment) };
}

function keepLeaving({ member }: Standing): Transition {
	return member && !member.leaving ? { member: { ...member, leaving: true } } : {};
}

function idOf(id: string | undefined): { id?: string } {
	return id === undefined ? {} : { id };
}
