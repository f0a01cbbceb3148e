import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../../shared/core/breathe';
import type { Envelope, EnvelopePlace, EnvelopeReading } from '../../shared/core/envelope';
import { omit, readEnvelope, withEnvelope, withoutEnvelope } from '../../shared/core/envelope';
import { unreadableRecord } from '../../shared/core/mapping';
import type { SyncRecord } from '../../shared/core/record';
import type { Replacer } from '../../shared/core/replacement';
import { replacer } from '../../shared/core/replacement';
import { isEmptyInput } from '../../shared/n8n/emptyInput';
import { errorText, nodeError } from '../../shared/n8n/errors';
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
		outputs.replaced.push(carrying(item, index, outcome, place(item)));
		for (const { field, value, reason } of outcome.unmatched) {
			const copy = { record: { ...record, field, value, reason }, envelope: proofless(reading) };
			outputs.unmatched.push(carrying(item, index, copy, place(item)));
		}
	};
	await eachInSlices(items.entries(), replaceItem, SLICE);
	return { tally, outputs };
}

/**
 * Under Continue On Fail a throw would send the input on as if its values were replaced (n8n:T-01), so rules that
 * cannot run hold every record instead.
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
	context.addExecutionHints({
		message: `Every record is held, none is lost: ${reason}`,
		type: 'warning',
		location: 'outputPane',
	});
	return [outputs.replaced, outputs.unmatched];
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
	const copy = { record: { ...own, reason }, envelope: proofless(reading) };
	replaced.push(carrying(item, index, unreadableRecord(reading, reason), 'inside'));
	unmatched.push(carrying(item, index, copy, placeOf(item)));
}

/** A copy for information proves nothing, so it must not confirm anything (design R8). */
function proofless({ envelope }: EnvelopeReading): Envelope | undefined {
	return envelope && omit(envelope, 'receipt');
}

function carrying(
	item: INodeExecutionData,
	index: number,
	{ record, envelope }: { readonly record: SyncRecord; readonly envelope?: Envelope },
	place: EnvelopePlace,
): INodeExecutionData {
	const parts = withEnvelope(record, envelope, place);
	return {
		...omit(item, '_sync'),
		...(parts as { json: IDataObject; _sync?: IDataObject }),
		pairedItem: { item: index },
	};
}

function placing(context: IExecuteFunctions): (item: INodeExecutionData) => EnvelopePlace {
	const keepsOut = context.getNodeParameter('options.keepBookkeepingOut', 0, false) === true;
	return keepsOut ? () => 'beside' : placeOf;
}

/** The bookkeeping stays where it stands; without any it goes into the record. */
function placeOf({ json, _sync }: INodeExecutionData): EnvelopePlace {
	return _sync !== undefined && json._sync === undefined ? 'beside' : 'inside';
}
