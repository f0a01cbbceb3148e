import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readEnvelope, type Envelope, type Receipt } from '../core/envelope';
import type { Change } from '../core/record';
import type { RecordResult } from '../core/results';
import { count } from '../core/words';
import type { Answer } from '../state/liveRun';
import { liveRun } from '../state/registry';
import { ancestryOf } from './ancestry';
import { endWithExecution } from './executionEnd';
import { comparedWhen } from './staleReceipt';
import { storeOfReceipt } from './stateStore';

interface Tally {
	/** Answers by run id. */
	readonly answers: Map<string, Answer[]>;
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
	const tally: Tally = { answers: new Map(), stale: new Map(), counts: {}, unmatched: 0 };
	const { trace, cutAt } = ancestryOf(context, (item) => envelopeOf(item)?.receipt !== undefined);
	for (const item of items) {
		const offers = trace(item).flatMap((found) => envelopeOf(found) ?? []);
		if (offers.length === 0) tally.unmatched++;
		for (const offered of offers) note(context, tally, item, offered);
	}
	await confirmLive(context, tally);
	const missing = await doubtStale(tally);
	addHints(context, tally, { cutAt, missing });
	const passed = items.map((item, index) => ({ ...item, pairedItem: { item: index } }));
	const summary: IDataObject = {
		read: items.length,
		...tally.counts,
		stale: [...tally.stale.values()].flat().length,
		unmatched: tally.unmatched,
	};
	return [passed, [{ json: summary, pairedItem: [] }]];
}

function envelopeOf(item: INodeExecutionData): Envelope | undefined {
	return readEnvelope(item as INodeExecutionData & { _sync?: unknown }).envelope;
}

function note(
	context: IExecuteFunctions,
	tally: Tally,
	item: INodeExecutionData,
	offered: Envelope,
): void {
	const { receipt } = offered;
	if (!receipt) return;
	const { run, key, scope } = receipt;
	if (!liveRun(run, context.getExecutionId())) {
		const receipts = tally.stale.get(scope) ?? [];
		receipts.push(receipt);
		tally.stale.set(scope, receipts);
		return;
	}
	const result = resultOf(item, offered);
	tally.counts[result.status] = (tally.counts[result.status] ?? 0) + 1;
	const answers = tally.answers.get(run) ?? [];
	answers.push({ key, result });
	tally.answers.set(run, answers);
}

/** Design R6, last row: an item of a foreign node without an error was delivered. */
function resultOf(item: INodeExecutionData, offered: Envelope): RecordResult {
	const own = envelopeOf(item);
	const said = own?.result ?? offered.result;
	if (said) return said;
	const held = own?.change === 'hold' || offered.change === 'hold';
	const problem = held
		? (own?.reason ?? offered.reason ?? 'It was held on the way')
		: problemOf(item);
	if (problem !== undefined) {
		const code = held ? 'held' : 'foreignNode';
		return {
			status: 'rejected',
			error: { code, category: 'data', message: problem, retryable: true },
		};
	}
	return { status: delivered[offered.change === 'hold' ? 'added' : (offered.change ?? 'added')] };
}

const delivered: Record<Change, 'created' | 'updated' | 'deleted'> = {
	added: 'created',
	changed: 'updated',
	removed: 'deleted',
};

/** Under "continue" n8n's nodes put their error into the item. */
function problemOf({ json, error }: INodeExecutionData): string | undefined {
	const problem: unknown = error ?? json.error ?? refusedStatus(json);
	if (!problem) return undefined;
	if (typeof problem === 'string') return problem;
	const { message, description } = problem as { message?: unknown; description?: unknown };
	const texts = [message, description].filter(
		(text): text is string => typeof text === 'string' && text !== '',
	);
	return texts.join(': ') || JSON.stringify(problem).slice(0, 500);
}

/** HTTP Request with Never Error and the full response: the status tells. */
function refusedStatus({ statusCode, headers, body }: IDataObject): string | undefined {
	if (typeof statusCode !== 'number' || statusCode < 400 || typeof headers !== 'object')
		return undefined;
	return `HTTP ${statusCode}: ${(typeof body === 'string' ? body : JSON.stringify(body ?? '')).slice(0, 300)}`;
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
