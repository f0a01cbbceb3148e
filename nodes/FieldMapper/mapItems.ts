import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../../shared/core/breathe';
import type { EnvelopePlace } from '../../shared/core/envelope';
import { readEnvelope, withEnvelope, withoutEnvelope } from '../../shared/core/envelope';
import type { MappingInput, MappingOutcome } from '../../shared/core/mapping';
import { recordMapper, unreadableRecord } from '../../shared/core/mapping';
import { isEmptyInput } from '../../shared/n8n/emptyInput';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { withoutProof } from '../../shared/n8n/shapedItem';
import { isBehindSegmentDiff } from '../../shared/n8n/upstream';
import { addHints, hint, MappingTally } from './hints';
import { readSettings } from './settings';

interface Mapper {
	readonly place: EnvelopePlace;
	readonly cautions: readonly string[];
	map(input: MappingInput): MappingOutcome;
}

/** Maps every item: one on Mapped for each input item, in order, and a copy on Rejected for each refused one. */
export async function mapItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	let mapper: Mapper;
	try {
		const { rules, place, cautions } = await readSettings(context);
		mapper = { place, cautions, map: recordMapper(rules) };
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
		return await withoutMapper(context, errorText(error));
	}
	if (isEmptyInput(context.getInputData())) return [[{ json: {}, pairedItem: { item: 0 } }], []];
	return await runMapper(context, mapper);
}

async function runMapper(
	context: IExecuteFunctions,
	mapper: Mapper,
): Promise<INodeExecutionData[][]> {
	const mapped: INodeExecutionData[] = [];
	const rejected: INodeExecutionData[] = [];
	const tally = new MappingTally();
	await eachInSlices(context.getInputData().entries(), ([index, item]) => {
		const reading = readEnvelope(item);
		const source = reading.envelope === undefined ? item.json : withoutEnvelope(item.json);
		const outcome = mapper.map({ index, source, reading });
		tally[outcome.kind]++;
		mapped.push(toItem(withEnvelope(outcome.record, outcome.envelope, mapper.place), index));
		if (outcome.kind === 'mapped') tally.warn(outcome.warnings);
		if (outcome.kind === 'refused') {
			const copy = { ...source, reason: outcome.reason };
			const parts = withEnvelope(copy, withoutProof(reading), mapper.place);
			rejected.push(toItem(parts, index));
		}
	});
	addHints(context, tally, rejected, mapper.cautions);
	return [mapped, rejected];
}

/**
 * Under Continue On Fail a throw would send the input on as if it were mapped (n8n:T-01). A mapper that cannot
 * start refuses every record instead. Before Segment Diff it hands on nothing at all, so that no comparison
 * takes place: no record has a key, and holds without one withhold removals only while they grow (design R8).
 * Behind Segment Diff a hold keeps its offer due.
 */
async function withoutMapper(
	context: IExecuteFunctions,
	reason: string,
): Promise<INodeExecutionData[][]> {
	const map: Mapper['map'] = ({ reading }) => unreadableRecord(reading, reason);
	const [held, rejected] = await runMapper(context, { place: 'inside', cautions: [], map });
	if (isBehindSegmentDiff(context)) return [held, rejected];
	hint(
		context,
		'warning',
		'Nothing was mapped, so nothing is handed on: what follows Mapped does not run, and no record is sent or removed.',
	);
	return [[], rejected];
}

function toItem(parts: ReturnType<typeof withEnvelope>, index: number): INodeExecutionData {
	const item: INodeExecutionData = {
		json: parts.json as IDataObject,
		pairedItem: { item: index },
	};
	if (parts._sync !== undefined) item._sync = parts._sync as IDataObject;
	return item;
}
