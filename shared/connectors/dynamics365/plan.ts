import type { RecordResult } from '../../core/results';
import type { SyncRecord } from '../../core/record';
import type { FoundRecord, WriteRecord, WriteTarget } from '../connector';
import type { InactiveState } from './discover';
import { holds, keyText } from './keyMatch';
import type { Match } from './lookUp';
import type { RowColumns } from './rowColumns';
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
}

/** What to do about a job, decided before anything is written. */
export type Step =
	| { readonly kind: 'create'; readonly job: Job; readonly body: SyncRecord }
	| { readonly kind: 'update'; readonly job: Job; readonly id: string; readonly body: SyncRecord }
	| { readonly kind: 'delete'; readonly job: Job; readonly id: string }
	| { readonly kind: 'done'; readonly job: Job; readonly result: RecordResult };

/** A step that needs a request. */
export type Sending = Exclude<Step, { readonly kind: 'done' }>;

/** What planning needs to know about the write as a whole. */
export interface PlanContext {
	readonly target: WriteTarget;
	readonly table: Pick<Table, 'columns'>;
	readonly inactive?: InactiveState;
	readonly columns: Pick<RowColumns, 'of'>;
}

const done = (job: Job, result: RecordResult): Step => ({ kind: 'done', job, result });

/** Decides about one record from what its key or id led to. */
export function planJob(job: Job, match: Match, context: PlanContext): Step {
	const { target } = context;
	const { record } = job;
	const found = match.exact ?? (job.spelledTwice ? undefined : match.folded);
	if (record.change === 'removed') return planRemoval(job, found?.id, context);
	if (target.writeMode === 'delete') return planDelete(job, found?.id);
	if (!found) return planMissing(job, match, context);
	if (job.createSent) return done(job, { status: 'created', id: found.id });
	if (target.writeMode === 'insert') return planExisting(job, found, context);
	const body = context.columns.of({
		...withoutFilled(record, found),
		...(isRenamed(record, found, context) ? record.key : {}),
	});
	if (Object.keys(body).length === 0) return done(job, { status: 'unchanged', id: found.id });
	return { kind: 'update', job, id: found.id, body };
}

/** A removal's decision. `skip` needs no look-up, hence no id. */
function planRemoval(job: Job, id: string | undefined, context: PlanContext): Step {
	if (context.target.removedRecords === 'skip') {
		return done(job, { status: 'skipped', reason: 'policy', ...(id ? { id } : {}) });
	}
	if (context.target.removedRecords === 'delete') return planDelete(job, id);
	if (!id) return done(job, { status: 'skipped', reason: 'gone' });
	return { kind: 'update', job, id, body: { ...context.inactive } };
}

function planDelete(job: Job, id: string | undefined): Step {
	return id ? { kind: 'delete', job, id } : done(job, { status: 'skipped', reason: 'gone' });
}

function planMissing(job: Job, match: Match, context: PlanContext): Step {
	if (context.target.writeMode === 'update') {
		if (match.folded) return done(job, { status: 'rejected', error: SPELLED_TWICE });
		return done(job, { status: 'skipped', reason: 'notFound' });
	}
	// On a create the key columns are columns of the new row.
	return {
		kind: 'create',
		job,
		body: context.columns.of({ ...job.record.values, ...job.record.key }),
	};
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
function planExisting(job: Job, { id, record: row }: FoundRecord, { table }: PlanContext): Step {
	const { redelivered, key, values } = job.record;
	if (redelivered && holds(row, { ...values, ...key }, table.columns))
		return done(job, { status: 'unchanged', id });
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
