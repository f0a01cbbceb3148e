import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../core/breathe';
import type { Receipt } from '../core/envelope';
import { SyncError } from '../core/errors';
import { count } from '../core/words';
import type { Answer } from '../state/openOffer';
import { liveRun } from '../state/registry';
import { ancestryOf, cutsOf, type Trace } from './ancestry';
import { deliveries, isPreviewed, resultOf, type Delivery } from './delivery';
import { endWithExecution } from './executionEnd';
import { comparedWhen } from './staleReceipt';
import { storeOfReceipt } from './stateStore';

interface Tally {
	/** Answers by run id. */
	readonly answers: Map<string, Answer[]>;
	/** What was said of refused records → records. */
	readonly refusals: Map<string, number>;
	/** Receipts of runs that are not live here, by sync name. */
	readonly stale: Map<string, Receipt[]>;
	readonly counts: Record<string, number>;
	unmatched: number;
}

/**
 * Confirm Delivery: takes what arrives from a node that is not ours as delivered, unless the item says
 * otherwise (design R15). Returns its outputs: the items as they are, and a summary.
 */
export async function confirmDelivery(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const tally: Tally = {
		...{ answers: new Map(), stale: new Map(), counts: {}, unmatched: 0 },
		refusals: new Map(),
	};
	const { trace } = ancestryOf(context);
	const deliveriesOf = deliveries();
	const unmatched: Trace[] = [];
	await eachInSlices(items, (item) => {
		const origin = trace(item);
		const found = deliveriesOf(origin);
		if (found.length === 0) unmatched.push(origin);
		for (const delivery of found) note(context, tally, delivery);
	});
	await confirmLive(context, tally);
	const missing = await doubtStale(tally);
	tally.unmatched = unmatched.length;
	const cutAt = new Set(cutsOf(unmatched));
	addHints(context, tally, { cutAt, missing });
	const message = toldOf(tally);
	if (message !== '') {
		context.addExecutionHints({
			message,
			type: tally.refusals.size > 0 ? 'warning' : 'info',
			location: 'outputPane',
		});
	}
	const passed = items.map((item, index) => ({ ...item, pairedItem: { item: index } }));
	const summary: IDataObject = {
		message,
		read: items.length,
		...tally.counts,
		stale: [...tally.stale.values()].flat().length,
		unmatched: tally.unmatched,
	};
	return [passed, [{ json: summary, pairedItem: [] }]];
}

function note(context: IExecuteFunctions, tally: Tally, delivery: Delivery): void {
	const { receipt, result: said } = delivery.envelope;
	if (!receipt) return;
	const { run, key, scope } = receipt;
	if (!liveRun(run, context.getExecutionId())) {
		const receipts = tally.stale.get(scope) ?? [];
		receipts.push(receipt);
		tally.stale.set(scope, receipts);
		return;
	}
	if (!delivery.isForeign && !said && !delivery.refusal) refuseUndelivered(context, scope);
	if (delivery.isForeign && isPreviewed(delivery.envelope)) refusePreviewed(context, scope);
	const result = resultOf(delivery);
	tally.counts[result.status] = (tally.counts[result.status] ?? 0) + 1;
	if (result.status === 'rejected') {
		const { message = 'No reason was given' } = result.error ?? {};
		tally.refusals.set(message, (tally.refusals.get(message) ?? 0) + 1);
	}
	const answers = tally.answers.get(run) ?? [];
	answers.push({ key, result });
	tally.answers.set(run, answers);
}

const shownRefusals = 3;

/** What became of the records; refused ones leave by the same output as all others. */
function toldOf({ counts, refusals }: Tally): string {
	const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
	if (total === 0) return '';
	const { rejected = 0, unknown = 0, notAttempted = 0 } = counts;
	const back = rejected + unknown + notAttempted;
	const reasons = [...refusals]
		.slice(0, shownRefusals)
		.map(([reason, number]) => `${count(number)} × ${reason}${/[.!?]$/.test(reason) ? '' : '.'}`);
	return [
		`${count(total - back)} confirmed${rejected > 0 ? `, ${count(rejected)} refused` : ''}${back > rejected ? `, ${count(back - rejected)} not sent or without a known outcome` : ''}.`,
		...reasons,
		...(back > 0 ? ['What was not confirmed comes back in the next run.'] : []),
	].join(' ');
}

/** Wired beside the node that delivers, this node would confirm what that one is still about to send, or to refuse. */
function refuseUndelivered(context: IExecuteFunctions, scope: string): never {
	throw new SyncError(
		'config',
		`Nothing between Segment Diff and "${context.getNode().name}" delivers the records of "${scope}"`,
		{
			hint: 'Nothing was confirmed. Wire this node behind the one that delivers, such as HTTP Request, and not beside it; a disabled node delivers nothing, and our own writers confirm by themselves.',
		},
	);
}

/** Whether the node behind a preview delivers is not known: confirmed, records might never be sent; not confirmed, twice. */
function refusePreviewed(context: IExecuteFunctions, scope: string): never {
	throw new SyncError(
		'config',
		`The records of "${scope}" came to "${context.getNode().name}" through a preview, which sends nothing`,
		{
			hint: 'Nothing was confirmed. Choose the action Write in the node that previews, or wire what delivers past it, directly behind Segment Diff and its shaping nodes.',
		},
	);
}

async function confirmLive(context: IExecuteFunctions, { answers }: Tally): Promise<void> {
	for (const [id, list] of answers) {
		const run = liveRun(id, context.getExecutionId());
		if (!run) continue;
		endWithExecution(context, run);
		await run.confirm(list);
	}
}

/** Design R4: a receipt of an ended run proves nothing; its keys become dirty and are sent again. Returns the syncs whose state is not at hand. */
async function doubtStale({ stale }: Tally): Promise<ReadonlySet<string>> {
	const missing = new Set<string>();
	for (const [name, receipts] of stale) {
		const store = storeOfReceipt(name);
		const sync = await store?.find(name);
		const keys = receipts.map(({ key }) => key);
		if (store && sync) await store.doubt(sync, keys);
		else missing.add(name);
	}
	return missing;
}

function addHints(
	context: IExecuteFunctions,
	{ stale, unmatched }: Tally,
	{
		cutAt,
		missing,
	}: { readonly cutAt: ReadonlySet<string>; readonly missing: ReadonlySet<string> },
): void {
	const warn = (message: string) =>
		context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	const execution = context.getExecutionId();
	for (const [name, receipts] of stale) {
		const when = [...new Set(receipts.map(({ run }) => comparedWhen(run, execution)))].join('; ');
		warn(
			`${count(receipts.length)} records of "${name}" were compared ${when}, so their delivery proves nothing: ${missing.has(name) ? stateMissing : 'they are sent again next time'}. Start from the trigger.`,
		);
	}
	if (unmatched > 0) {
		warn(
			`${count(unmatched)} items could not be traced back to a Segment Diff. What they stand for was not confirmed, and its records come back in the next run. ${cureOf(cutAt)}`,
		);
	}
}

const stateMissing =
	'it is not noted either, because this n8n process has not opened their state since it started. Send them again if they may have overwritten something newer';

function cureOf(cutAt: ReadonlySet<string>): string {
	if (cutAt.size === 0)
		return 'Put this node behind the one that delivers what Segment Diff hands out.';
	const names = [...cutAt].map((name) => `"${name}"`).join(', ');
	const subject = cutAt.size === 1 ? `The node ${names} does` : `The nodes ${names} do`;
	return `${subject} not link the items to their input (pairedItem): let "_sync" pass through.`;
}
