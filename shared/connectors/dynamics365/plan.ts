import type { RecordResult } from '../../core/results';
import type { SyncRecord } from '../../core/record';
import type { FoundRecord, WriteRecord, WriteTarget } from '../connector';
import type { Comparison } from './compare';
import { keyText } from './keyMatch';
import type { Match } from './lookUp';
import { PARTITION } from './partition';
import type { RowColumns } from './rowColumns';
import type { StatePair, States } from './states';
import type { Table } from './table';

/** A record on its way through a write. */
export interface Job {
	readonly index: number;
	readonly record: WriteRecord;
	/** The same key in another spelling is in this input too: only an exact match is this record (U-25). */
	readonly spelledTwice: boolean;
	/** 0 at first, 1 when its outcome was unknown or the destination changed meanwhile. */
	readonly round: number;
	/** A create was sent for it whose outcome is not known. */
	readonly createSent?: boolean;
	/** Preview only: why the write might end otherwise. */
	readonly doubt?: string;
	/** What the record's result has to say beside its status. */
	readonly warning?: string;
	/** Links left out of a ring of new rows; they are sent once the rows are there (sync C6). */
	readonly mends?: readonly string[];
	/** What writing the record without those links came to. */
	readonly unlinked?: RecordResult;
}

/** What to do about a job, decided before anything is written. */
export type Step =
	| {
			readonly kind: 'create';
			readonly job: Job;
			readonly sent: SyncRecord;
			readonly body: SyncRecord;
	  }
	| UpdateStep
	| (RowAddress & { readonly kind: 'delete'; readonly job: Job })
	| { readonly kind: 'done'; readonly job: Job; readonly result: RecordResult };

/** The row a step is about. */
interface RowAddress {
	readonly id: string;
	/** The row's version as it was read, where it is to be written only while it has it. */
	readonly version?: string;
	/** Where an elastic table keeps the row; its id alone does not find it there (dataverse 4.7). */
	readonly partition?: string;
}

interface UpdateStep extends RowAddress {
	readonly kind: 'update';
	readonly job: Job;
	/** What is sent, by field; `body` is the same as columns of the row. */
	readonly sent: SyncRecord;
	readonly body: SyncRecord;
	/** The row as it was read, as far as it was. */
	readonly row: SyncRecord;
}

/** A step that needs a request. */
export type Sending = Exclude<Step, { readonly kind: 'done' }>;

/** What a record is when its step was carried out. */
export const STATUS = { create: 'created', update: 'updated', delete: 'deleted' } as const;

/** What planning needs to know about the write as a whole. */
export interface PlanContext {
	readonly target: WriteTarget;
	readonly table: Pick<Table, 'columns' | 'elastic'>;
	/** Where removed records are deactivated. */
	readonly states?: States;
	readonly columns: Pick<RowColumns, 'of'>;
	readonly comparison: Comparison;
}

const done = (job: Job, result: RecordResult): Step => ({ kind: 'done', job, result });

/** Decides about one record from what its key or id led to. */
export function planJob(job: Job, match: Match, context: PlanContext): Step {
	const { target } = context;
	const { record } = job;
	const found = match.exact ?? (job.spelledTwice ? undefined : match.folded);
	if (record.change === 'removed') return planRemoval(job, found, context);
	if (target.writeMode === 'delete') return planDelete(job, found, context);
	if (!found) return planMissing(job, match, context);
	const { values, key } = record;
	if (job.createSent && context.comparison.holds(found.record, { ...values, ...key }))
		return done(job, { status: 'created', id: found.id });
	if (job.unlinked) return update(job, found, record.update, context);
	if (target.writeMode === 'insert') return planExisting(job, found, context);
	const state = stateToReturnTo(record, found, context);
	const wanted: SyncRecord = {
		...withoutFilled(record, found),
		...(isRenamed(record, found, context) ? record.key : {}),
		...state,
	};
	const sent =
		state || comparesFields(record, target)
			? context.comparison.different(wanted, found.record)
			: wanted;
	if (Object.keys(sent).length === 0) return done(job, { status: 'unchanged', id: found.id });
	return update(job, found, sent, context);
}

function update(job: Job, found: FoundRecord, sent: SyncRecord, context: PlanContext): Step {
	const { record: row } = found;
	const whole = withRecipients(sent, job.record, context);
	const body = context.columns.of(whole);
	return { kind: 'update', job, sent: whole, body, row, ...addressOf(found, context) };
}

/** Recipients of an activity are replaced together: those of a column that is left out would be lost. */
function withRecipients(
	sent: SyncRecord,
	{ values }: WriteRecord,
	{ table: { columns } }: PlanContext,
): SyncRecord {
	const areRecipients = (field: string) => columns.get(field)?.parties === true;
	if (!Object.keys(sent).some(areRecipients)) return sent;
	const all = Object.entries(values).filter(([field]) => areRecipients(field));
	return { ...Object.fromEntries(all), ...sent };
}

function addressOf({ id, version, record }: FoundRecord, context: PlanContext): RowAddress {
	const { [PARTITION]: partition } = record;
	return {
		id,
		...(context.target.checkVersion && version !== undefined && { version }),
		// A row without a partition of its own is in the one named like its id.
		...(context.table.elastic && typeof partition === 'string' && { partition }),
	};
}

/** Whether an existing row's fields are compared with it before they are sent. */
export const comparesFields = (record: WriteRecord, target: WriteTarget): boolean =>
	target.onlyIfDifferent === true || record.adopt === true;

/**
 * A record that left the segment was deactivated, and is added again: its row is reactivated, never created a
 * second time. Where the state is mapped, the mapping decides; a mapped status brings its own state.
 */
function stateToReturnTo(
	{ change, values }: WriteRecord,
	{ record: row }: FoundRecord,
	{ states }: PlanContext,
): StatePair | undefined {
	if (!states || change !== 'added' || 'statecode' in values) return undefined;
	const statecode = states.stateOf.get(Number(values.statuscode));
	const pair =
		statecode === undefined ? states.active : { statecode, statuscode: Number(values.statuscode) };
	const isThere = row.statecode == null || row.statecode === pair.statecode;
	return isThere ? undefined : pair;
}

/** A removal's decision. `skip` needs no look-up, hence no id. */
function planRemoval(job: Job, found: FoundRecord | undefined, context: PlanContext): Step {
	if (context.target.removedRecords === 'skip') {
		return done(job, { status: 'skipped', reason: 'policy', ...(found && { id: found.id }) });
	}
	if (context.target.removedRecords === 'delete') return planDelete(job, found, context);
	if (!found) return done(job, { status: 'skipped', reason: 'gone' });
	return update(job, found, { ...context.states?.inactive }, context);
}

function planDelete(job: Job, found: FoundRecord | undefined, context: PlanContext): Step {
	if (!found) return done(job, { status: 'skipped', reason: 'gone' });
	return { kind: 'delete', job, ...addressOf(found, context) };
}

function planMissing(job: Job, match: Match, context: PlanContext): Step {
	if (context.target.writeMode === 'update') {
		if (match.folded) return done(job, { status: 'rejected', error: SPELLED_TWICE });
		return done(job, { status: 'skipped', reason: 'notFound' });
	}
	// On a create the key columns are columns of the new row.
	const sent = { ...job.record.values, ...job.record.key };
	return { kind: 'create', job, sent, body: context.columns.of(sent) };
}

/** The values to update, without those the row may keep because it has one already. */
function withoutFilled(
	{ update, onlyIfEmpty }: WriteRecord,
	{ record: row }: FoundRecord,
): SyncRecord {
	if (!onlyIfEmpty) return update;
	const isFilled = (field: string) => row[field] !== null && row[field] !== undefined;
	return Object.fromEntries(
		Object.entries(update).filter(([field]) => !onlyIfEmpty.includes(field) || !isFilled(field)),
	);
}

/**
 * Insert mode and the row is there: an earlier run may have created it without learning so (design R11). Then it
 * holds what is to be written; a version that came later was not written, and must not be taken as such.
 */
function planExisting(job: Job, { id, record: row }: FoundRecord, context: PlanContext): Step {
	const { redelivered, adopt, key, values } = job.record;
	const isSame = () => context.comparison.holds(row, { ...values, ...key });
	if ((redelivered || adopt) && isSame()) return done(job, { status: 'unchanged', id });
	return done(job, {
		status: 'rejected',
		id,
		error: {
			code: 'exists',
			category: 'duplicate',
			message: 'A record with this key already exists in Dynamics 365',
			retryable: false,
			hint: 'Use the write mode Upsert to update existing records.',
		},
	});
}

/**
 * A record whose new key has to be sent. Which spelling of its key a redelivered record has there, only the
 * row itself can tell: a rename may have arrived without an answer and been taken back since (design R3, R10).
 */
function isRenamed(record: WriteRecord, found: FoundRecord, context: PlanContext): boolean {
	if (record.previousKey !== undefined) return true;
	const { target, table } = context;
	const spelled = (key: SyncRecord) => keyText(key, target.keyFields, table.columns);
	return record.redelivered && spelled(found.record) !== spelled(record.key);
}

const SPELLED_TWICE = {
	code: 'duplicateKey',
	category: 'duplicate',
	message: 'Several records of the input have this key in different spellings (case, spaces)',
	retryable: false,
	hint: 'Keep one record per key.',
} as const;
