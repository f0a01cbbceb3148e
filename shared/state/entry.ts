import type { FieldFingerprints } from '../core/fingerprint';
import type { Member, Offer } from '../core/member';
import type { Change } from '../core/record';

/** A member or an offer as it is packed: either has only some of these. */
export interface Entry {
	readonly key: string;
	readonly change?: Change;
	readonly fingerprint?: bigint;
	readonly fields: FieldFingerprints;
	readonly id?: string;
	readonly previousKey?: string;
	readonly leaving?: boolean;
	readonly redelivered?: boolean;
	readonly replay?: boolean;
}

/** A member as it was stored. */
export function memberOf(entry: Entry): Member {
	const { key, fields, fingerprint, id, change, leaving, replay } = entry;
	return {
		key,
		fields,
		leaving: leaving === true,
		...(fingerprint !== undefined && { fingerprint }),
		...(id !== undefined && { id }),
		...(change && { doubt: change }),
		...(replay && { replay }),
	};
}

/** An offer as it was stored; `fold` gives back what its key is compared by. */
export function offerFrom(entry: Entry, fold: (key: string) => string): Offer {
	return {
		change: entry.change ?? 'changed',
		key: entry.key,
		folded: fold(entry.key),
		fingerprint: entry.fingerprint ?? 0n,
		fields: entry.fields,
		redelivered: entry.redelivered === true,
		...(entry.replay && { replay: true }),
		...(entry.id !== undefined && { id: entry.id }),
		...(entry.previousKey !== undefined && { previousKey: entry.previousKey }),
	};
}
