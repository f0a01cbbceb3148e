import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { readEnvelope, type Envelope } from '../core/envelope';
import type { Change } from '../core/record';
import type { RecordResult } from '../core/results';
import type { Trace } from './ancestry';
import { nothingSent } from './preview';

/** An offer an item stands for, and what the nodes on its way made of it. */
export interface Delivery {
	/** The bookkeeping of the nearest item that still has it. */
	readonly envelope: Envelope;
	/** What the first node that refused it said, or the one that held it. */
	readonly refusal?: Refusal;
	/** Whether a node that is not ours had it, and no writer of ours since. */
	readonly isForeign: boolean;
}

interface Refusal {
	readonly code: 'foreignNode' | 'held';
	readonly message: string;
}

/** Finds the offers that items stand for; several for an aggregated item. What is the same for many is worked out once. */
export function deliveries(): (trace: Trace) => readonly Delivery[] {
	const known = new Map<Trace, readonly Delivery[]>();
	const of = (trace: Trace): readonly Delivery[] => {
		const found = known.get(trace) ?? handedOn(trace, joined(trace.parents.map(of)));
		known.set(trace, found);
		return found;
	};
	return of;
}

/** The offers above an item as they leave it: refused here, or refused before and since then unheard (design R15). */
function handedOn(trace: Trace, above: readonly Delivery[]): readonly Delivery[] {
	const { item, role } = trace;
	const own = envelopeOf(item);
	const refusal = refusalAt(trace, own);
	const isForeign = role === undefined;
	const isNews = refusal !== undefined || isForeign;
	const on = above.map((delivery) => (isNews ? marked(delivery, refusal, isForeign) : delivery));
	const wasForeign = role !== 'writes' && on.some((delivery) => delivery.isForeign);
	if (!own?.receipt) return on;
	const before = on.find((delivery) => delivery.refusal)?.refusal ?? refusal;
	return [
		{
			envelope: own,
			...(before && { refusal: before }),
			isForeign: isForeign || wasForeign,
		},
	];
}

function marked(
	{ envelope, refusal: before, isForeign: wasForeign }: Delivery,
	now: Refusal | undefined,
	isForeign: boolean,
): Delivery {
	const refusal = before ?? now;
	return { envelope, ...(refusal && { refusal }), isForeign: wasForeign || isForeign };
}

/** One delivery per receipt, however many ways lead to it; a refusal on any of them counts. */
function joined(lists: ReadonlyArray<readonly Delivery[]>): readonly Delivery[] {
	if (lists.length === 1) return lists[0] ?? [];
	const byReceipt = new Map<string, Delivery>();
	for (const delivery of lists.flat()) {
		const { run, key } = delivery.envelope.receipt ?? {};
		const place = JSON.stringify([run, key]);
		const other = byReceipt.get(place);
		byReceipt.set(place, {
			...delivery,
			...(other?.refusal && { refusal: other.refusal }),
			isForeign: delivery.isForeign || other?.isForeign === true,
		});
	}
	return [...byReceipt.values()];
}

/** A writer of ours had it, and only looked at what it would do. */
export function isPreviewed({ result }: Envelope): boolean {
	return result?.warnings?.includes(nothingSent) === true;
}

/** Design R6, last row: what a foreign node had and nobody refused was delivered. A writer knows better; a preview sent nothing. */
export function resultOf({ envelope, refusal }: Delivery): RecordResult {
	const { change = 'added', result } = envelope;
	if (isPreviewed(envelope)) return { status: 'notAttempted' };
	if (result) return result;
	if (!refusal) return { status: delivered[change === 'hold' ? 'added' : change] };
	return { status: 'rejected', error: { ...refusal, category: 'data', retryable: true } };
}

const delivered: Record<Change, 'created' | 'updated' | 'deleted'> = {
	added: 'created',
	changed: 'updated',
	removed: 'deleted',
};

function envelopeOf(item: INodeExecutionData): Envelope | undefined {
	return readEnvelope(item as INodeExecutionData & { _sync?: unknown }).envelope;
}

function refusalAt({ item, node, role, parents, end }: Trace, own: Envelope | undefined) {
	if (own?.change === 'hold')
		return { code: 'held', message: own.reason ?? 'It was held on the way' } as const;
	// What is compared may have a column called error, and our nodes never refuse by one.
	if (end === 'offered' || role === 'shapes') return undefined;
	const problem = problemOf(item);
	if (problem === undefined || parents.some((parent) => isColumn(parent, problem)))
		return undefined;
	const message = role === 'nothing' ? problem : `"${node}" answered: ${problem}`;
	return { code: 'foreignNode', message } as const;
}

/** The item was made from one that says the same, and there it was a value: the column came from the segment. */
function isColumn(parent: Trace, problem: string): boolean {
	const { item } = parent;
	return problemOf(item) === problem && refusalAt(parent, envelopeOf(item)) === undefined;
}

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
