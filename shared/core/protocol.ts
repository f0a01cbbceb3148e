import { recordFailure, type Failure, type RunMoment } from './failures';
import type { Member, Offer } from './member';
import type { RecordResult } from './results';

/** What one key becomes. Undefined: as it was. Null: gone. */
export interface Transition {
	readonly member?: Member | null;
	readonly failure?: Failure | null;
}

export interface Standing {
	readonly member?: Member;
	readonly failure?: Failure;
}

const noFields = new Map<string, number>();

/** Design R3: the run that made this offer ended without a confirm. Membership stays, the fingerprint is void. */
export function expire(member: Member | undefined, offer: Offer): Member {
	return {
		key: offer.change === 'added' ? offer.key : (member?.key ?? offer.key),
		fields: noFields,
		...idOf(member?.id ?? offer.id),
		doubt: offer.change,
		leaving: offer.change === 'removed',
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
			return offer.change === 'removed' ? keepLeaving(standing) : {};
		default:
			return offer.change === 'removed'
				? { member: null, failure: null }
				: accept(standing, offer, result, moment);
	}
}

/** Design R6: within a run a rejection beats an acceptance. The acceptance is taken back as doubt. */
export function contradict(
	standing: Standing,
	offer: Offer,
	result: RecordResult,
	moment: RunMoment,
): Transition {
	const { failure } = fail(standing, offer, result, moment);
	return { member: expire(standing.member, offer), failure };
}

function accept(
	standing: Standing,
	offer: Offer,
	result: RecordResult,
	moment: RunMoment,
): Transition {
	if (result.status === 'skipped' && result.reason === 'notFound') {
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
	const member = { ...expire(standing.member, offer), ...idOf(result.id ?? standing.member?.id) };
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
