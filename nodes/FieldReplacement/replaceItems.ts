import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../../shared/core/breathe';
import type { EnvelopePlace, EnvelopeReading } from '../../shared/core/envelope';
import { readEnvelope, withoutEnvelope } from '../../shared/core/envelope';
import { unreadableRecord } from '../../shared/core/mapping';
import type { Replacer } from '../../shared/core/replacement';
import { replacer } from '../../shared/core/replacement';
import { isEmptyInput } from '../../shared/n8n/emptyInput';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { placeOf, shapedItem, withoutProof } from '../../shared/n8n/shapedItem';
import { isBehindSegmentDiff } from '../../shared/n8n/upstream';
import type { Tally } from './hints';
import { addHints } from './hints';
import { readReplacements } from './settings';

interface Outputs {
	readonly replaced: INodeExecutionData[];
	readonly unmatched: INodeExecutionData[];
}

/**
 * Replaces values: one item on Replaced for each input item, in order, and a copy on Unmatched for each field with
 * a value no rule names or no option fits.
 */
export async function replaceItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	try {
		const run = replacer(await readReplacements(context));
		if (isEmptyInput(items)) return emptyOutput();
		const { tally, outputs } = await replaceAll(context, items, run);
		run.checkFieldsSeen();
		addHints(context, { tally, run, unmatched: outputs.unmatched });
		return [outputs.replaced, outputs.unmatched];
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
		return isEmptyInput(items) ? emptyOutput() : await holdAll(context, items, errorText(error));
	}
}

const emptyOutput = () => [[{ json: {}, pairedItem: { item: 0 } }], []];

/** Patterns run under n8n's time limit, at about 0.2 ms per value: smaller slices keep n8n responsive (design 11). */
const SLICE = 100;

async function replaceAll(
	context: IExecuteFunctions,
	items: readonly INodeExecutionData[],
	run: Replacer,
): Promise<{ tally: Tally; outputs: Outputs }> {
	const outputs: Outputs = { replaced: [], unmatched: [] };
	const tally = { replaced: 0, unmatched: 0, leftOut: 0, refused: 0 };
	const place = placing(context);
	const replaceItem = ([index, item]: [number, INodeExecutionData]): void => {
		const reading = readEnvelope(item);
		if (reading.problem !== undefined) {
			tally.refused++;
			hold({ item, index, reading, reason: reading.problem }, outputs);
			return;
		}
		const { envelope } = reading;
		const record = envelope === undefined ? item.json : withoutEnvelope(item.json);
		const outcome = run.replace({ record, envelope });
		tally.replaced += outcome.replaced;
		tally.unmatched += outcome.unmatched.length;
		tally.leftOut += outcome.leftOut;
		outputs.replaced.push(shapedItem(item, index, outcome, place(item)));
		for (const { field, value, reason } of outcome.unmatched) {
			const copy = { record: { ...record, field, value, reason }, envelope: withoutProof(reading) };
			outputs.unmatched.push(shapedItem(item, index, copy, place(item)));
		}
	};
	await eachInSlices(items.entries(), replaceItem, SLICE);
	return { tally, outputs };
}

/**
 * Under Continue On Fail a throw would send the input on as if its values were replaced (n8n:T-01), so rules that
 * cannot run hold every record instead. Before Segment Diff nothing is handed on at all, so that nothing is
 * compared: holds without a key withhold removals only while they grow (design R8).
 */
async function holdAll(
	context: IExecuteFunctions,
	items: readonly INodeExecutionData[],
	reason: string,
): Promise<INodeExecutionData[][]> {
	const outputs: Outputs = { replaced: [], unmatched: [] };
	await eachInSlices(items.entries(), ([index, item]) => {
		hold({ item, index, reading: readEnvelope(item), reason }, outputs);
	});
	const isCompared = isBehindSegmentDiff(context);
	const fate = isCompared ? 'Every record is held, none is lost' : 'Nothing is handed on';
	context.addExecutionHints({
		message: `${fate}: ${reason}`,
		type: 'warning',
		location: 'outputPane',
	});
	return [isCompared ? outputs.replaced : [], outputs.unmatched];
}

interface Refused {
	readonly item: INodeExecutionData;
	readonly index: number;
	readonly reading: EnvelopeReading;
	readonly reason: string;
}

/** A record whose key may need replacing is held without it: Segment Diff then withholds removals (design R8). */
function hold({ item, index, reading, reason }: Refused, { replaced, unmatched }: Outputs): void {
	const own = reading.problem === undefined ? withoutEnvelope(item.json) : item.json;
	const copy = { record: { ...own, reason }, envelope: withoutProof(reading) };
	replaced.push(shapedItem(item, index, unreadableRecord(reading, reason), 'inside'));
	unmatched.push(shapedItem(item, index, copy, placeOf(item)));
}

function placing(context: IExecuteFunctions): (item: INodeExecutionData) => EnvelopePlace {
	const keepsOut = context.getNodeParameter('options.keepBookkeepingOut', 0, false) === true;
	return keepsOut ? () => 'beside' : placeOf;
}
