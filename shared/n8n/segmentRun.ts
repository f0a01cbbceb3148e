import type { IExecuteFunctions } from 'n8n-workflow';

import { bindSync } from '../state/binding';
import type { LiveRun } from '../state/liveRun';
import { executionOf, openRun } from '../state/registry';
import type { Identity, Owner, RunRow, Store } from '../state/store';
import type { ComparisonSettings } from './compareSegment';
import { onlyOursDeliver, refuseRivals, soleWriter } from './deliverers';
import { endWithExecution } from './executionEnd';
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

/** Opens the run of this execution. Undefined: another one is at work, and this one has said so and ended (design R13). */
export async function openSegment(
	context: IExecuteFunctions,
	store: Store,
	settings: ComparisonSettings,
): Promise<LiveRun | undefined> {
	const { syncName, parkAfter, input } = settings;
	const signal = context.getExecutionCancelSignal();
	const onEnd = (row: RunRow) =>
		context.logger.info(endText(syncName, row), { sync: syncName, ...row });
	const run = await openRun({
		store,
		sync: syncName,
		execution: context.getExecutionId(),
		keepRecords: input === 'feed' && settings.keepRecords,
		parkAfter,
		// What neither comes again nor is kept must stay in doubt, which is what has it read again (design R12).
		closesUnsent: (input === 'complete' || settings.keepRecords) && onlyOursDeliver(context),
		now: Date.now,
		onEnd,
		...(signal && { signal }),
	});
	if (!run) {
		onEnd(await refusedRow(context, store, syncName));
		return undefined;
	}
	endWithExecution(context, run);
	await refuseRivals(context, run);
	return run;
}

async function refusedRow(
	context: IExecuteFunctions,
	store: Store,
	syncName: string,
): Promise<RunRow> {
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
	context.addExecutionHints({
		message: `${message}. Nothing is lost: the next run compares again.`,
		type: 'info',
		location: 'outputPane',
	});
	return row;
}

function endText(sync: string, { state, message, counts, startedAt, endedAt }: RunRow): string {
	const numbers = Object.entries(counts).filter(([, count]) => count > 0);
	const seconds = ((endedAt - startedAt) / 1000).toFixed(1);
	const text = numbers.map(([name, count]) => `${count} ${name}`).join(', ');
	return `Sync "${sync}" ${state} in ${seconds} s: ${text || 'nothing'}${message ? ` (${message})` : ''}`;
}
