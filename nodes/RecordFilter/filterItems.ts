import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../../shared/core/breathe';
import type { Envelope, EnvelopePlace, EnvelopeReading } from '../../shared/core/envelope';
import { omit, readEnvelope, withEnvelope, withoutEnvelope } from '../../shared/core/envelope';
import type { Verdict } from '../../shared/n8n/compiledFilter';
import { isEmptyInput } from '../../shared/n8n/emptyInput';
import { errorText, nodeError } from '../../shared/n8n/errors';
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
		kept.push({ ...standIn(item, reading, verdict.reason, leaves), pairedItem });
		discarded.push({ ...copyOf(item, reading, verdict.reason), pairedItem });
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

/** The record with an envelope that says why it is not sent. Only Segment Diff turns an offer into a removal. */
function standIn(
	item: INodeExecutionData,
	{ envelope, problem }: EnvelopeReading,
	reason: string,
	leaves: boolean,
): INodeExecutionData {
	const isRemoved = leaves && envelope?.receipt === undefined;
	const carried =
		envelope && omit(envelope, 'changedFields', 'insertOnly', 'previousKey', 'newFields');
	return carrying(
		item,
		{ ...carried, change: isRemoved ? 'removed' : 'hold', reason },
		problem === undefined ? placeOf(item) : 'inside',
	);
}

/** A copy for information proves nothing, so it must not confirm anything (design R8). */
function copyOf(
	item: INodeExecutionData,
	{ envelope }: EnvelopeReading,
	reason: string,
): INodeExecutionData {
	const copy = { ...item, json: { ...item.json, reason } };
	return envelope ? carrying(copy, omit(envelope, 'receipt'), placeOf(item)) : copy;
}

function carrying(
	item: INodeExecutionData,
	envelope: Envelope,
	place: EnvelopePlace,
): INodeExecutionData {
	const parts = withEnvelope(withoutEnvelope(item.json), envelope, place);
	return { ...omit(item, '_sync'), ...(parts as { json: IDataObject; _sync?: IDataObject }) };
}

/** The bookkeeping stays where it stands; without any it goes into the record. */
function placeOf({ json, _sync }: INodeExecutionData): EnvelopePlace {
	return _sync !== undefined && json._sync === undefined ? 'beside' : 'inside';
}
