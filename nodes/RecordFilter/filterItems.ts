import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../../shared/core/breathe';
import type { EnvelopeReading } from '../../shared/core/envelope';
import { omit, readEnvelope, withoutEnvelope } from '../../shared/core/envelope';
import type { Verdict } from '../../shared/n8n/compiledFilter';
import { isEmptyInput } from '../../shared/n8n/emptyInput';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { placeOf, shapedItem, withoutProof } from '../../shared/n8n/shapedItem';
import { absentFields } from './absentFields';
import type { Tally } from './hints';
import { addHints } from './hints';
import type { Settings } from './settings';
import { readSettings } from './settings';
import { readWiring, type Wiring } from './wiring';

/**
 * Filters the items: one on Kept for each input item, in order, and a copy on Discarded for each that did not
 * pass. A hold keeps its whole record: a filter does not know which fields a mapper or Segment Diff behind it
 * needs for the key, and nothing behind it sends a hold (design R8).
 */
export async function filterItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const wiring = readWiring(context);
	const settings = startFilter(context, wiring);
	if (isEmptyInput(items)) return [[{ json: {}, pairedItem: { item: 0 } }], []];
	const { filter, deleteFilteredOut } = settings;
	const kept: INodeExecutionData[] = [];
	const discarded: INodeExecutionData[] = [];
	const tally: Tally = { passes: 0, fails: 0, unclear: 0, hold: 0, removed: 0 };
	let refusal: string | undefined;
	const absent = absentFields(filter.conditions);
	await eachInSlices(items.entries(), ([index, item]) => {
		const pairedItem = { item: index };
		const reading = readEnvelope(item);
		const change = reading.envelope?.change;
		if (change === 'hold' || change === 'removed') {
			tally[change]++;
			kept.push({ ...item, pairedItem });
			return;
		}
		absent.look(item.json);
		const verdict = judge(settings, index, reading);
		tally[verdict.kind]++;
		if (verdict.kind === 'passes') {
			kept.push({ ...item, pairedItem });
			return;
		}
		if (verdict.kind === 'unclear') refusal ??= verdict.reason;
		const leaves = deleteFilteredOut && verdict.kind === 'fails';
		const isMeant = verdict.kind === 'fails';
		kept.push(standIn(item, index, reading, { reason: verdict.reason, leaves, isMeant }));
		discarded.push(copyOf(item, index, reading, verdict.reason));
	});
	addHints(context, { tally, settings, wiring, refusal, absent: absent.names() });
	return [kept, discarded];
}

/**
 * Under Continue On Fail a throw would send the input on as if it had passed (n8n:T-01), so a filter that
 * cannot start refuses every record instead.
 */
function startFilter(context: IExecuteFunctions, wiring: Wiring): Settings {
	try {
		return readSettings(context, wiring);
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
		const verdict: Verdict = { kind: 'unclear', reason: errorText(error) };
		return { filter: { conditions: [], judge: () => verdict }, deleteFilteredOut: false };
	}
}

function judge({ filter }: Settings, index: number, { problem }: EnvelopeReading): Verdict {
	if (problem !== undefined) return { kind: 'unclear', reason: problem };
	return filter.judge(index);
}

interface StandIn {
	readonly reason: string;
	/** The record counts as one that left. */
	readonly leaves: boolean;
	/** The conditions say no, rather than not being able to tell. */
	readonly isMeant: boolean;
}

/** The record with an envelope that says why it is not sent. Only Segment Diff turns an offer into a removal. */
function standIn(
	item: INodeExecutionData,
	index: number,
	{ envelope, problem }: EnvelopeReading,
	{ reason, leaves, isMeant }: StandIn,
): INodeExecutionData {
	const isBefore = envelope?.receipt === undefined;
	const change = leaves && isBefore ? 'removed' : 'hold';
	// A record that is left out on purpose is no failure, as one that was refused is.
	const result = { status: 'skipped', reason: 'policy' } as const;
	const said = {
		change,
		reason,
		...(change === 'hold' && isBefore && isMeant && { result }),
	} as const;
	const carried =
		envelope &&
		omit(envelope, 'changedFields', 'unchanged', 'insertOnly', 'previousKey', 'newFields');
	const record = withoutEnvelope(item.json);
	const place = problem === undefined ? placeOf(item) : 'inside';
	return shapedItem(item, index, { record, envelope: { ...carried, ...said } }, place);
}

/** A copy for information; what is not ours in `_sync` stays as it is. */
function copyOf(
	item: INodeExecutionData,
	index: number,
	reading: EnvelopeReading,
	reason: string,
): INodeExecutionData {
	const own = reading.envelope === undefined ? item.json : withoutEnvelope(item.json);
	const copy = { record: { ...own, reason }, envelope: withoutProof(reading) };
	return shapedItem(item, index, copy, placeOf(item));
}
