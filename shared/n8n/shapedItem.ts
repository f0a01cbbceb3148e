import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Envelope, EnvelopePlace, EnvelopeReading } from '../core/envelope';
import { omit, withEnvelope } from '../core/envelope';
import type { SyncRecord } from '../core/record';

/** A record and its bookkeeping, as a node that shapes records hands them on. */
export interface Shaped {
	readonly record: SyncRecord;
	readonly envelope?: Envelope;
}

/** The item of an input item's record; binary data and the like stay with it. */
export function shapedItem(
	item: INodeExecutionData,
	index: number,
	{ record, envelope }: Shaped,
	place: EnvelopePlace,
): INodeExecutionData {
	const parts = withEnvelope(record, envelope, place);
	return {
		...omit(item, '_sync'),
		...(parts as { json: IDataObject; _sync?: IDataObject }),
		pairedItem: { item: index },
	};
}

/** The bookkeeping of a copy for information: it proves nothing, so it must not confirm anything (design R8). */
export function withoutProof({ envelope }: EnvelopeReading): Envelope | undefined {
	return envelope && omit(envelope, 'receipt');
}

/** The bookkeeping stays where it stands; without any it goes into the record. */
export function placeOf({ json, _sync }: INodeExecutionData): EnvelopePlace {
	return _sync !== undefined && json._sync === undefined ? 'beside' : 'inside';
}
