import type { IExecuteFunctions } from 'n8n-workflow';

import type { Comparison } from '../core/diff';
import { SyncError } from '../core/errors';
import { approveCode, lostKeys, type Stop } from '../core/guard';
import type { LiveRun } from '../state/liveRun';
import { stopRun } from '../state/registry';

/** Ends the run before it offers anything, unless the code of this stop was given (design R9). */
export async function stopUnlessApproved(run: LiveRun, stop: Stop, approve: string): Promise<void> {
	const code = await codeOf(run, stop);
	if (isCode(approve, code)) return;
	await stopRun(run, stop.message);
	lift(stop, code, approve);
}

/** Lost keys hold back removals only; with the code, their number is the one to expect from now on (design R8). */
export async function acceptLostKeys(
	context: IExecuteFunctions,
	run: LiveRun,
	comparison: Comparison,
	approve: string,
): Promise<Comparison> {
	const lost = lostKeys(comparison, run.sync.keyless);
	if (!lost) return comparison;
	const code = await codeOf(run, lost);
	const isAccepted = isCode(approve, code);
	const next = isAccepted
		? 'You have approved this: they are removed in the next run.'
		: `Give these rows a key. If they are not theirs, put the code ${code} into the option Approve and run again: the run after that removes them.`;
	context.addExecutionHints({
		message: `${lost.message} ${next}`,
		type: 'warning',
		location: 'outputPane',
	});
	const { counts } = comparison;
	return isAccepted ? { ...comparison, counts: { ...counts, withheld: 0 } } : comparison;
}

async function codeOf(run: LiveRun, stop: Stop): Promise<string> {
	const version = (await run.store.find(run.sync.name))?.version ?? 0;
	return approveCode(run.sync.name, version, stop);
}

const isCode = (approve: string, code: string) => approve.trim().toUpperCase() === code;

/** Throws unless the code was given: nothing has been offered, and a person may say that all is well (design R9). */
export function lift(stop: Stop, code: string, approve: string): void {
	if (isCode(approve, code)) return;
	throw new SyncError('config', `${stop.message} Nothing was offered or changed.`, {
		hint:
			stop.kind === 'takeover'
				? `Give this node a Sync Name of its own. If it is to take over because the other node is gone, put the code ${code} into the option Approve and run again; the code holds until the sync moves on.`
				: `Check the source. If this is right, put the code ${code} into the option Approve and run again; the code holds for these numbers only.`,
	});
}
