import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { eachInSlices } from '../core/breathe';
import type { DiffSettings } from '../core/census';
import { withEnvelope, type Envelope, type EnvelopePlace } from '../core/envelope';
import type { InvalidRow } from '../core/invalidRows';
import { keyRecord } from '../core/key';
import type { OfferedRecord } from '../core/member';
import type { SyncRecord } from '../core/record';
import type { LiveRun } from '../state/liveRun';
import type { ComparisonSettings } from './compareSegment';
import type { SegmentRows } from './segmentRows';

export type Place = EnvelopePlace;

const reasons: Record<InvalidRow['reason'], string> = {
	noKey:
		'A key field is empty, so this row cannot be told from others. It was not compared and not sent. Fill the key, or leave such rows out at the source.',
	unreadable:
		'This row counts as present: it was not compared, not sent and not removed. Correct it at the source, or the options that say how to read it.',
	duplicateKey:
		'Another row has the same key, so nobody can tell which one is right. Neither was sent, and nothing was removed. Keep one row per key.',
};

/** The output Changes: one item per offer, with the receipt that proves it (design R2). */
export async function offeredItems(
	run: LiveRun,
	offers: readonly OfferedRecord[],
	segment: SegmentRows,
	{ keyFields, place, adopt }: Pick<ComparisonSettings, 'keyFields' | 'place' | 'adopt'>,
): Promise<INodeExecutionData[]> {
	const items: INodeExecutionData[] = [];
	await eachInSlices(offers, ({ offer, record, row, changedFields, unchanged }) => {
		const carried = row === undefined ? undefined : segment.envelopeOf(row);
		const envelope: Envelope = {
			...(carried && ofMappers(carried)),
			change: offer.change,
			key: pick(record, keyFields),
			...(offer.previousKey !== undefined && {
				previousKey: keyRecord(offer.previousKey, keyFields),
			}),
			...(changedFields && { changedFields, unchanged }),
			...(offer.redelivered && { redelivered: true }),
			...(offer.replay && { replay: true }),
			...(adopt && offer.change === 'added' && { adopt }),
			...(offer.id !== undefined && { id: offer.id }),
			receipt: { scope: run.sync.name, run: run.id, key: offer.key },
		};
		items.push({
			...(withEnvelope(record, envelope, place) as { json: IDataObject }),
			pairedItem: row === undefined ? [] : { item: segment.itemOf(row) },
		});
	});
	return items;
}

/** What mappers before the comparison have to say. The rest would be of another sync, which stands before this one. */
function ofMappers({ insertOnly, onlyIfEmpty, newFields, warnings }: Envelope): Envelope {
	return {
		...(insertOnly && { insertOnly }),
		...(onlyIfEmpty && { onlyIfEmpty }),
		...(newFields && { newFields }),
		...(warnings && { warnings }),
	};
}

/**
 * The output Invalid: copies for information, without receipts (design R8). A row held on the way here is left
 * out: the node that held it has shown it, with its values and the reason.
 */
export function invalidItems(
	invalid: readonly InvalidRow[],
	segment: SegmentRows,
	{ keyFields, keyComparison }: Pick<DiffSettings, 'keyFields' | 'keyComparison'>,
): INodeExecutionData[] {
	const sameness = keyComparison === 'fold' ? ' (upper and lower case count as the same)' : '';
	const ownFinds = invalid.filter(({ index }) => segment.envelopeOf(index)?.change !== 'hold');
	const why = ({ reason, problem }: InvalidRow) => {
		if (problem !== undefined) return `${problem}. ${reasons[reason]}`;
		const detail = reason === 'duplicateKey' ? sameness : '';
		return `${reasons[reason]} Key: ${keyFields.join(', ')}${detail}.`;
	};
	return ownFinds.map((row) => ({
		json: {
			...((segment.recordOf(row.index) ?? row.record) as IDataObject),
			reason: why(row),
		},
		pairedItem: { item: segment.itemOf(row.index) },
	}));
}

function pick(record: SyncRecord, fields: readonly string[]): SyncRecord {
	return Object.fromEntries(fields.map((field) => [field, record[field]]));
}
