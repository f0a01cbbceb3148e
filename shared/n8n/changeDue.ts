import { foldKey, keyValues } from '../core/key';
import type { LiveRun } from '../state/liveRun';

/**
 * Ids of records that were offered and are not delivered: refused ones that are due again and, on request, those
 * whose outcome is unknown (design R3, R12). Removals are not among them: they need no record.
 */
export async function dueKeys(
	{ state: { failures, members } }: LiveRun,
	{ withDirty, now }: { readonly withDirty: boolean; readonly now: number },
): Promise<string[]> {
	const refused = [...failures.values()].filter(
		({ change, dueAt = 0 }) => change !== 'removed' && now >= dueAt,
	);
	const dirty = withDirty ? await members.unvisited('dirty') : [];
	const waits = ({ key }: { readonly key: string }) => {
		const failure = failures.get(foldKey(key, 'fold'));
		return failure !== undefined && now < (failure.dueAt ?? 0);
	};
	const keys = [...refused, ...dirty.filter((member) => !waits(member))].map(({ key }) => key);
	return [...new Set(keys.flatMap((key) => keyValues(key).slice(0, 1)))];
}
