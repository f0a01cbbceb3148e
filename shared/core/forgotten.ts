import type { Comparison } from './diff';
import type { Member, OfferedRecord } from './member';

/**
 * Removals that are not to be sent: the key is forgotten, as if a writer had skipped it by policy (design R6). The
 * guard does not count them, because nothing happens at the destination.
 */
export function withForgotten(
	comparison: Comparison,
	isForgotten: (folded: string) => boolean,
): Comparison {
	const isGone = ({ offer }: OfferedRecord) =>
		offer.change === 'removed' && isForgotten(offer.folded);
	const gone = comparison.offers.filter(isGone);
	if (gone.length === 0) return comparison;
	return {
		...comparison,
		offers: comparison.offers.filter((offered) => !isGone(offered)),
		superseded: [...comparison.superseded, ...gone.map(memberOf)],
		resolved: [...new Set([...comparison.resolved, ...gone.map(({ offer }) => offer.folded)])],
		newlyLeaving: Math.max(0, comparison.newlyLeaving - gone.length),
	};
}

function memberOf({ offer: { key, fields } }: OfferedRecord): Member {
	return { key, fields, leaving: true };
}
