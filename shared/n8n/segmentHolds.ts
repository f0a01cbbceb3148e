import type { IExecuteFunctions } from 'n8n-workflow';

import type { HeldRow } from '../core/census';
import type { Comparison } from '../core/diff';
import { maskValues, recordFailure, type Failure } from '../core/failures';
import type { RecordError } from '../core/results';
import { counted } from '../core/words';
import type { LiveRun } from '../state/liveRun';
import type { SegmentRows } from './segmentRows';

interface Noted {
	readonly comparison: Comparison;
	/** Undefined where the input brings them again. */
	readonly rows: ReadonlyMap<string, HeldRow> | undefined;
}

/**
 * Notes the held rows of an input that comes once in the failure ledger (design R7, R8): nothing else would know of
 * them afterwards. What was kept of these records is outdated and ends; an earlier failure of theirs does not.
 */
export async function noteHolds(
	context: IExecuteFunctions,
	run: LiveRun,
	{ rows, comparison }: Noted,
	segment: SegmentRows,
): Promise<Comparison> {
	// What a filter leaves out on purpose is no failure.
	const isRefused = ({ row: { index = -1 } }: HeldRow) =>
		segment.envelopeOf(index)?.result?.status !== 'skipped';
	const holds = new Map([...(rows ?? [])].filter(([, row]) => isRefused(row)));
	if (holds.size === 0) return comparison;
	const { members, failures, pending } = run.state;
	const known = await members.load([...holds.keys()]);
	// Nothing tries such a record again, so it does not count as parked however often it comes.
	const moment = { run: run.id, now: run.settings.now(), parkAfter: Number.POSITIVE_INFINITY };
	const held = new Map<string, Failure>();
	for (const [folded, hold] of holds) {
		const change = known.has(folded) ? 'changed' : 'added';
		const failed = { key: hold.key, change, fingerprint: 0n, kind: 'rejected' } as const;
		const result = { status: 'rejected', error: reasonOf(hold, segment) } as const;
		held.set(folded, recordFailure(failures.get(folded), failed, result, moment));
	}
	const outdated = [...holds.keys()].filter((folded) => pending.has(folded));
	await run.write({
		failures: held,
		pending: new Map(outdated.map((folded) => [folded, null])),
	});
	context.addExecutionHints({
		message: `${counted(held.size, 'record')} came in a version that cannot be sent, and a feed does not bring it again. Sync State, List Failed Records, says why; what is corrected at the source counts when it comes once more.`,
		type: 'warning',
		location: 'outputPane',
	});
	return { ...comparison, resolved: comparison.resolved.filter((folded) => !held.has(folded)) };
}

function reasonOf({ row }: HeldRow, segment: SegmentRows): RecordError {
	const reason = row.problem ?? segment.envelopeOf(row.index ?? -1)?.reason ?? 'no reason given';
	const message = `Held before it was compared, so this version was not sent: ${maskValues(reason, row.record)}`;
	return { code: 'held', category: 'data', message, retryable: false };
}
