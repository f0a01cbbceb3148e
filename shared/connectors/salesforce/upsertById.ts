import { eachInSlices } from '../../core/breathe';
import { withoutFields } from '../../core/writeRecord';
import type { IndexedResult, WriteRecord, WriteTarget } from '../connector';
import { unknownIdError } from './keyErrors';
import { longId } from './ids';

/** Writes some of the records in a mode of their own. */
type Write = (
	target: WriteTarget,
	records: readonly WriteRecord[],
) => AsyncIterable<readonly IndexedResult[]>;

/** A record, and its position in the input. */
interface Placed {
	readonly index: number;
	readonly record: WriteRecord;
	/** It came without an id and goes by the one the state remembers: the record as it came. */
	readonly anew?: WriteRecord;
}

/** Whether records are created or updated by an id that only Salesforce gives. */
export const isUpsertById = ({ writeMode, keyFields: [name, ...others] }: WriteTarget): boolean =>
	writeMode === 'upsert' && others.length === 0 && name?.trim().toLowerCase() === 'id';

/**
 * Upsert by Id (salesforce 4.1): records without an id are inserted, in the very way mode insert does it, so that
 * none is created twice (design R11); then those with one are updated (design R10). A record that came without an id
 * and was created by an earlier run goes by the id the state remembers; when Salesforce has lost it, it is created
 * anew.
 */
export async function* upsertById(
	target: WriteTarget,
	records: readonly WriteRecord[],
	write: Write,
): AsyncGenerator<readonly IndexedResult[]> {
	const { updates, inserts } = await sorted(target, records);
	yield* insertAll(target, inserts, write);
	const lost: Placed[] = [];
	const updating: WriteTarget = { ...target, writeMode: 'update' };
	for await (const batch of write(updating, updates.map(recordOf))) {
		yield batch.flatMap(({ index: at, result }): IndexedResult[] => {
			const { index, record, anew } = updates[at];
			const { reason, ...told } = result;
			if (reason !== 'notFound') return [{ index, result }];
			if (anew) lost.push({ index, record: anew });
			const error = unknownIdError(target.objectName, String(Object.values(record.key)[0]));
			return anew ? [] : [{ index, result: { ...told, status: 'rejected', error } }];
		});
	}
	yield* insertAll(target, lost, write);
}

async function* insertAll(
	target: WriteTarget,
	inserts: readonly Placed[],
	write: Write,
): AsyncGenerator<readonly IndexedResult[]> {
	const inserting: WriteTarget = { ...target, writeMode: 'insert', keyFields: [] };
	for await (const batch of write(inserting, inserts.map(recordOf))) {
		yield batch.map(({ index, result }) => ({ index: inserts[index].index, result }));
	}
}

const recordOf = ({ record }: Placed): WriteRecord => record;

async function sorted({ keyFields: [name] }: WriteTarget, records: readonly WriteRecord[]) {
	const updates: Placed[] = [];
	const inserts: Placed[] = [];
	let index = 0;
	await eachInSlices(records, (record) => {
		const at = index++;
		const id = longId(record.id ?? '');
		// What Salesforce may have already is never created blindly: without an id it is refused.
		if (!isBlank(record.key[name]) || record.adopt) updates.push({ index: at, record });
		else {
			const anew = { ...withoutFields(record, [name]), key: {} };
			// It is in Salesforce, and the id was not learned.
			const redelivered = record.redelivered || record.change === 'changed';
			if (id === undefined) inserts.push({ index: at, record: { ...anew, redelivered } });
			else updates.push({ index: at, record: { ...anew, key: { [name]: id } }, anew });
		}
	});
	return { updates, inserts };
}

const isBlank = (value: unknown): boolean => String(value ?? '').trim() === '';
