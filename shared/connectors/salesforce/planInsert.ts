import type { RecordError } from '../../core/results';
import type { FoundRecord } from '../connector';
import { different } from './compare';
import { longId } from './ids';
import { done, sendingOf, type Job, type Step } from './plan';
import type { Session } from './session';
import { MODE, OPTION } from './optionNames';

/** Whether a record may be in Salesforce already although this mode looks nothing up (design R11). */
export const isDoubtful = ({ record }: Job): boolean => record.redelivered || record.adopt === true;

/**
 * Mode insert: every record becomes a new one. One that an earlier run may have created is looked up: a record
 * that holds its values is taken for it, and it is never created blindly.
 */
export function planInsert(session: Session, job: Job, found: readonly FoundRecord[]): Step {
	const create = sendingOf(session, job, {
		kind: 'create',
		part: { ...job.record.values, ...job.record.key },
	});
	if (create.kind === 'done' || !isDoubtful(job)) return create;
	const { keyField, claims } = session;
	const unknown = (error: RecordError) => done(create.job, { status: 'unknown', error });
	if (!keyField) return unknown(UNKNOWN);
	if (job.key === undefined) return unknown(unsearchable(keyField.name));
	if (found.length === 0) return create;
	const holds = (one: FoundRecord) =>
		Object.keys(different(session, create.values, one.record)).length === 0;
	const isFree = ({ id }: FoundRecord) => (claims.get(id) ?? job.index) === job.index;
	const own = found.filter((one) => holds(one) && isFree(one));
	if (own.length === 1) {
		// One record proves one insert; a twin of it was created elsewhere, or not at all.
		claims.set(own[0].id, job.index);
		return done(create.job, { status: 'created', id: own[0].id });
	}
	const begun = found.find((one) => own.length === 0 && isBegun(job, one));
	if (begun) return complete(session, job, begun);
	if (own.length === 0 && keyField.unique) {
		const error = taken(session.sobject.name, job);
		return done(create.job, { status: 'rejected', id: found[0].id, error });
	}
	return unknown(several(keyField.name, found.length));
}

/** What is offered as new has the id of a row that was not completed (sync T49), or whose removal got no answer. */
const isBegun = ({ record }: Job, { id }: FoundRecord): boolean =>
	record.redelivered && record.change === 'added' && longId(record.id ?? '') === id;

/** The rest of a record whose row is there. */
function complete(session: Session, job: Job, { id, record: row }: FoundRecord): Step {
	const step = sendingOf(session, job, { kind: 'update', part: job.record.values, id, row });
	return step.kind === 'done' ? step : { ...step, values: different(session, step.values, row) };
}

const UNKNOWN: RecordError = {
	code: 'outcomeUnknown',
	category: 'transient',
	message:
		'An earlier run sent this record to Salesforce and did not learn which one it became; sending it again could create it twice',
	retryable: false,
	hint: `Look for the record in Salesforce, then release or forget it in Sync State; or choose a field in ${OPTION.findDoubtfulBy}, and the next run finds out.`,
};

const unsearchable = (field: string): RecordError => ({
	...UNKNOWN,
	message: `${UNKNOWN.message}. It has no value in ${field}, by which such records are looked up`,
	fields: [field],
});

const several = (field: string, count: number): RecordError => ({
	...UNKNOWN,
	message: `${UNKNOWN.message}. Records with its ${field}: ${count}, and it is not known whether one of them is this one`,
	hint: `Look for the record in Salesforce, then release or forget it in Sync State; a field with one value per record in ${OPTION.findDoubtfulBy} avoids this.`,
	fields: [field],
});

const taken = (object: string, { key }: Job): RecordError => ({
	code: 'DUPLICATE_VALUE',
	category: 'duplicate',
	message: `${object} has another record with ${key?.field} = ${JSON.stringify(key?.value)}, which is unique`,
	retryable: false,
	hint: `Use the write mode ${MODE.upsert} to update existing records.`,
	...(key && { fields: [key.field] }),
});
