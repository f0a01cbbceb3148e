import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import { bindSync } from '../state/binding';
import type { LiveRun } from '../state/liveRun';
import { executionOf, openRun, stopRun, type OpenRequest } from '../state/registry';
import type { Identity, Owner, RunRow, Store } from '../state/store';
import type { ComparisonSettings, ComparisonSource } from './compareSegment';
import { onlyOursDeliver, refuseRivals, soleWriter } from './deliverers';
import { endWithExecution } from './executionEnd';
import { openInTurn } from './feedTurn';
import { lift } from './segmentStops';
import { destinationOf } from './wiring';

/** Makes the sync this node's own, or refuses what does not fit its state (design R14). */
export async function bindSegment(
	context: IExecuteFunctions,
	store: Store,
	settings: ComparisonSettings,
): Promise<void> {
	const { syncName, keyFields, keyComparison, shard } = settings;
	const identity: Identity = {
		keyFields,
		keyComparison,
		destination: destinationOf(context),
		...(shard && { shard: `${shard.number}/${shard.of}` }),
	};
	const { id: workflowId = '', name: workflow } = context.getWorkflow();
	const { id: nodeId, name: node } = context.getNode();
	const owner: Owner = {
		workflowId,
		nodeId,
		label: `the node "${node}" of the workflow "${workflow}" (${workflowId})`,
	};
	const writer = soleWriter(context);
	const claim = { owner, identity, ...(writer !== undefined && { writer }) };
	await bindSync(store, syncName, claim, (stop, code) => lift(stop, code, settings.approve));
}

/**
 * Opens the run of this execution. While another one is at work (design R13), a segment says so and ends: undefined,
 * as after a cancel.
 * Rows that come once wait for their turn instead, and stop the execution when that does not come.
 */
export async function openSegment(
	context: IExecuteFunctions,
	store: Store,
	settings: ComparisonSettings,
	{ comesOnce = false }: ComparisonSource,
): Promise<LiveRun | undefined> {
	const { syncName, parkAfter, input } = settings;
	const signal = context.getExecutionCancelSignal();
	const onEnd = (row: RunRow) =>
		context.logger.info(endText(syncName, row), { sync: syncName, ...row });
	const request: OpenRequest = {
		store,
		sync: syncName,
		execution: context.getExecutionId(),
		keepRecords: input === 'feed' && settings.keepRecords,
		parkAfter,
		// What neither comes again nor is kept must stay in doubt, which is what has it read again (design R12).
		comesOnce: input === 'feed',
		closesUnsent: (input === 'complete' || settings.keepRecords) && onlyOursDeliver(context),
		now: Date.now,
		onEnd,
		...(signal && { signal }),
	};
	const open = async () => await openRun(request);
	const turn = { store, sync: syncName, ...(signal && { signal }) };
	const run = comesOnce ? await openInTurn(turn, open) : await open();
	// n8n has told the end of a cancelled execution already, so nobody would end a run that is opened now.
	if (signal?.aborted) {
		if (run) await stopRun(run, 'The execution was cancelled before anything was compared');
		return undefined;
	}
	if (run) {
		endWithExecution(context, run);
		await refuseRivals(context, run);
		return run;
	}
	const { row, holder } = await refused(context, store, syncName);
	onEnd(row);
	if (comesOnce) refuseFeed(syncName, holder);
	context.addExecutionHints({
		message: `${row.message}. Nothing is lost: the next run compares again.`,
		type: 'info',
		location: 'outputPane',
	});
	return undefined;
}

/** Rows that nobody has taken and that will not come again are no success. */
function refuseFeed(syncName: string, holder: string): never {
	throw new SyncError(
		'unavailable',
		`The rows of this execution were not taken: another run of the sync "${syncName}"${holder} is still at work after 5 minutes`,
		{
			hint: 'This input brings its rows only once. When the other run has ended, retry this execution (Executions, Retry), or send the rows again. If runs take that long, send fewer records at a time, or many records to one execution.',
		},
	);
}

/** Notes a run that could not open, and says who holds the sync. */
async function refused(
	context: IExecuteFunctions,
	store: Store,
	syncName: string,
): Promise<{ readonly row: RunRow; readonly holder: string }> {
	const sync = await store.find(syncName);
	const holder = sync?.lease ? ` (execution ${executionOf(sync.lease.run)})` : '';
	const message = `Another run of the sync "${syncName}"${holder} is at work; this one ended without comparing`;
	const execution = context.getExecutionId();
	const at = Date.now();
	const row: RunRow = {
		id: `${execution}-refused-${at}`,
		execution,
		startedAt: at,
		endedAt: at,
		state: 'refused',
		message,
		counts: {},
	};
	if (sync) await store.endRun(sync, row);
	return { row, holder };
}

function endText(sync: string, { state, message, counts, startedAt, endedAt }: RunRow): string {
	const numbers = Object.entries(counts).filter(([, count]) => count > 0);
	const seconds = ((endedAt - startedAt) / 1000).toFixed(1);
	const text = numbers.map(([name, count]) => `${count} ${name}`).join(', ');
	return `Sync "${sync}" ${state} in ${seconds} s: ${text || 'nothing'}${message ? ` (${message})` : ''}`;
}
