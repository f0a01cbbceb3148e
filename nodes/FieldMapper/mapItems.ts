import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../../shared/core/breathe';
import type { EnvelopePlace, EnvelopeReading } from '../../shared/core/envelope';
import { omit, readEnvelope, withEnvelope, withoutEnvelope } from '../../shared/core/envelope';
import type { MappingInput, MappingOutcome } from '../../shared/core/mapping';
import { recordMapper, unreadableRecord } from '../../shared/core/mapping';
import type { SyncRecord } from '../../shared/core/record';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { addHints } from './hints';
import { readSettings } from './settings';

interface Mapper {
	readonly place: EnvelopePlace;
	map(input: MappingInput): MappingOutcome;
}

/** Maps every item: one on Mapped for each input item, in order, and a copy on Rejected for each refused one. */
export async function mapItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const mapper = makeMapper(context);
	if (isEmptyInput(items)) return [[{ json: {}, pairedItem: { item: 0 } }], []];
	const mapped: INodeExecutionData[] = [];
	const rejected: INodeExecutionData[] = [];
	const counted = { mapped: 0, held: 0, refused: 0 };
	await eachInSlices(items.entries(), ([index, item]) => {
		const reading = readEnvelope(item);
		const source = reading.envelope === undefined ? item.json : withoutEnvelope(item.json);
		const outcome = mapper.map({ index, source, reading });
		counted[outcome.kind]++;
		mapped.push(toItem(withEnvelope(outcome.record, outcome.envelope, mapper.place), index));
		if (outcome.kind === 'refused') {
			const copy = { ...source, reason: outcome.reason };
			rejected.push(toItem(withoutReceipt(copy, reading, mapper.place), index));
		}
	});
	addHints(context, counted, rejected);
	return [mapped, rejected];
}

/**
 * Under Continue On Fail a throw would send the input on as if it were mapped (n8n:T-01),
 * so a mapper that cannot start refuses every record instead.
 */
function makeMapper(context: IExecuteFunctions): Mapper {
	try {
		const { rules, place } = readSettings(context);
		return { place, map: recordMapper(rules) };
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
		const message = errorText(error);
		return { place: 'inside', map: ({ reading }) => unreadableRecord(reading, message) };
	}
}

/** What a source with Always Output Data hands out when it found nothing (design R9). */
function isEmptyInput(items: readonly INodeExecutionData[]): boolean {
	return (
		items.length === 1 && Object.keys(items[0].json).length === 0 && items[0]._sync === undefined
	);
}

/** A copy for information proves nothing, so it must not confirm anything (design R8). */
function withoutReceipt(copy: SyncRecord, { envelope }: EnvelopeReading, place: EnvelopePlace) {
	return withEnvelope(copy, envelope && omit(envelope, 'receipt'), place);
}

function toItem(parts: ReturnType<typeof withEnvelope>, index: number): INodeExecutionData {
	const item: INodeExecutionData = {
		json: parts.json as IDataObject,
		pairedItem: { item: index },
	};
	if (parts._sync !== undefined) item._sync = parts._sync as IDataObject;
	return item;
}
