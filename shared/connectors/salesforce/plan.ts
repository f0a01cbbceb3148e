import type { SyncRecord } from '../../core/record';
import type { RecordError, RecordResult } from '../../core/results';
import type { FoundRecord, WriteRecord } from '../connector';
import type { Row } from './api';
import { different } from './compare';
import type { SObjectField } from './describe';
import { missingError, severalError } from './keyErrors';
import { planInsert } from './planInsert';
import type { Use } from './rowValues';
import type { Session } from './session';

/** A record on its way through a write. */
export interface Job {
	readonly index: number;
	readonly record: WriteRecord;
	/** What the record is matched by; none in mode insert. */
	readonly key?: StepKey;
	/** What its result has to say beside its status. */
	readonly warnings: readonly string[];
	/** Times it was planned anew, because Salesforce had changed meanwhile. */
	readonly round: number;
	/** Lookups left out of a ring of new rows; they are sent once the rows are there (sync T49). */
	readonly mends?: readonly string[];
	/** The record with those lookups. */
	readonly original?: WriteRecord;
	/** What writing the record without them came to. */
	readonly unlinked?: RecordResult;
}

/** A record of Salesforce named by the value of a field. */
export interface StepKey {
	readonly field: string;
	/** In wire form. */
	readonly value: string | number;
}

/** One row to send. The same for Collections and Bulk. */
export interface Sending {
	readonly kind: 'create' | 'update' | 'upsert' | 'delete';
	readonly job: Job;
	/** 18 characters; in every update and delete. */
	readonly id?: string;
	/** In every upsert: the external id, which is not among the values. */
	readonly key?: StepKey;
	/**
	 * API name → value as JSON carries it; null clears. A parent named by its external id stands under the
	 * relation: `{"Account": {"Ext__c": "A1"}}`, polymorphic with `attributes.type` inside (salesforce 4.6).
	 */
	readonly values: Row;
	/** The Salesforce record as it was read, as far as it was. */
	readonly row?: SyncRecord;
}

/** A job whose result is known without sending anything. */
export interface Done {
	readonly kind: 'done';
	readonly job: Job;
	readonly result: RecordResult;
}

/** What to do about a job, decided before anything is sent. */
export type Step = Sending | Done;

/** A result that needs no request. */
export const done = (job: Job, result: RecordResult): Done => ({
	kind: 'done',
	job,
	result: job.warnings.length > 0 ? { ...result, warnings: job.warnings } : result,
});

/** Decides about one record from what its id or key led to. Several steps where it stands for several records. */
export function planJob(session: Session, job: Job, found: readonly FoundRecord[]): Step[] {
	const { target, options } = session;
	const { record } = job;
	const removal = record.change === 'removed';
	if (removal && target.removedRecords === 'skip') {
		return [done(job, { status: 'skipped', reason: 'policy' })];
	}
	if (target.writeMode === 'insert' && !removal) return [planInsert(session, job, found)];
	if (found.length > 1 && (options.severalFound ?? 'reject') === 'reject') {
		return [done(job, { status: 'rejected', error: severalError(session, found.length) })];
	}
	const meant = options.severalFound === 'all' ? found : found.slice(0, 1);
	if (removal || target.writeMode === 'delete') {
		if (meant.length === 0) return [done(job, { status: 'skipped', reason: 'gone' })];
		return meant.map(({ id, record: row }) => ({ kind: 'delete', job, id, values: {}, row }));
	}
	if (meant.length === 0) return [planMissing(session, job)];
	return meant.map((one) => planUpdate(session, job, one));
}

/**
 * Whether a record may be sent by its external id without looking it up: nothing depends on whether Salesforce
 * has it. Sending it twice does no harm (salesforce:T6).
 */
export function isStraight(session: Session, { record }: Job): boolean {
	const { target, preview, keyField, values } = session;
	if (target.writeMode !== 'upsert' || preview || record.change === 'removed') return false;
	if (!keyField || !namesOne(session, keyField)) return false;
	if (record.previousKey || record.adopt || target.onlyIfDifferent) return false;
	// Its key may have arrived in another case; only the record that is remembered tells.
	if (record.redelivered && record.id !== undefined && keyField.caseSensitive) return false;
	if ((record.onlyIfEmpty?.length ?? 0) > 0) return false;
	return Object.keys(record.values).every(
		(name) => name in record.update && !values.isPartial(name),
	);
}

/** The step of a record that is sent by its external id. */
export const planStraight = (session: Session, job: Job): Step =>
	sendingOf(session, job, { kind: 'upsert', part: job.record.values });

/** The step that adds the links of a ring, once its rows are there. */
export const planMend = (session: Session, job: Job, { id }: RecordResult): Step =>
	id === undefined
		? done(job, { status: 'unknown', error: HALF_WRITTEN })
		: sendingOf(session, job, { kind: 'update', part: job.record.update, id });

/** A row that was written without its links, and nothing more is known. */
export const HALF_WRITTEN: RecordError = {
	code: 'halfWritten',
	category: 'transient',
	message: 'The record was written, but not its link to another record of this run',
	retryable: true,
	hint: 'The next run sends it again and completes it.',
};

/** A field that one upsert call can match by. `Contact.Email` looks like a key and is none (T7). */
function namesOne(
	{ options }: Session,
	{ externalId, idLookup, unique, type }: SObjectField,
): boolean {
	if (type === 'id') return false;
	if (unique) return externalId || idLookup;
	return externalId && (options.severalFound ?? 'reject') === 'reject';
}

/** The step of a record that is nowhere: created, skipped or refused, as the mode has it. */
export function planMissing(session: Session, job: Job): Step {
	const { target, options, keyField, sobject } = session;
	if (target.writeMode === 'update') {
		if (options.notFound !== 'reject') return done(job, { status: 'skipped', reason: 'notFound' });
		return done(job, { status: 'rejected', error: missingError(sobject.name, job) });
	}
	// By its external id the same row is not created twice, whoever is faster.
	const kind = keyField && namesOne(session, keyField) ? 'upsert' : 'create';
	const part = kind === 'upsert' ? job.record.values : { ...job.record.values, ...keyPart(job) };
	return sendingOf(session, job, { kind, part, use: 'create' });
}

function planUpdate(session: Session, job: Job, found: FoundRecord): Step {
	const { record } = job;
	const { id, record: row } = found;
	const part = {
		...withoutFilled(session, record, row),
		...(isRenamed(session, job, row) ? keyPart(job) : {}),
	};
	const step = sendingOf(session, job, { kind: 'update', part, id, row });
	if (step.kind === 'done') return step;
	const compares = session.target.onlyIfDifferent === true || record.adopt === true;
	const values = compares ? different(session, step.values, row) : step.values;
	if (Object.keys(values).length === 0) return done(step.job, { status: 'unchanged', id });
	return { ...step, values };
}

/** The key as a value: without outer spaces, which no look-up would find again. */
const keyPart = ({ record: { key } }: Job): SyncRecord =>
	Object.fromEntries(
		Object.entries(key).map(([name, value]) => [
			name,
			typeof value === 'string' ? value.trim() : value,
		]),
	);

/** The values to update, without those the record may keep because it has one already. */
function withoutFilled(
	{ sobject }: Session,
	{ update, onlyIfEmpty = [] }: WriteRecord,
	row: SyncRecord,
): SyncRecord {
	if (onlyIfEmpty.length === 0) return update;
	const isFilled = (name: string) => (row[sobject.field(name)?.name ?? name] ?? null) !== null;
	return Object.fromEntries(
		Object.entries(update).filter(([field]) => !onlyIfEmpty.includes(field) || !isFilled(field)),
	);
}

/**
 * A record whose new key has to be sent. Which key a redelivered record has there, only the record itself can
 * tell: a rename may have arrived without an answer and been taken back since (design R3, R10).
 */
function isRenamed({ keyField }: Session, { record, key }: Job, row: SyncRecord): boolean {
	if (!keyField || keyField.type === 'id') return false;
	if (record.previousKey !== undefined) return true;
	return (
		record.redelivered && keyField.name in row && String(row[keyField.name]) !== String(key?.value)
	);
}

interface Wanted extends Pick<Sending, 'kind' | 'id' | 'row'> {
	readonly part: SyncRecord;
	readonly use?: Use;
}

/** A step with its values encoded, or the refusal of a value that does not fit. */
export function sendingOf(session: Session, job: Job, wanted: Wanted): Step {
	const { kind, part, use = kind === 'delete' ? 'update' : kind, id, row } = wanted;
	const { values, warnings, error } = session.values.of(part, use, job.record.values);
	const told: Job =
		warnings.length > 0
			? // A job that is planned anew has the same to say.
				{ ...job, warnings: [...new Set([...job.warnings, ...warnings])] }
			: job;
	if (error) {
		return done(told, { status: 'rejected', ...(id !== undefined && { id }), error });
	}
	return {
		kind,
		job: told,
		...(id !== undefined && { id }),
		...(kind === 'upsert' && job.key && { key: job.key }),
		values,
		...(row && { row }),
	};
}
