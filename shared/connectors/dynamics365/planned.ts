import type { FieldChange, RecordResult } from '../../core/results';
import { STATUS, type Sending } from './plan';
import type { Outcomes, Session } from './session';

const NOTHING_NEW = 'The row has every value already; Only If Different would send nothing';

/** Tells what sending the steps of a slice would come to, and counts the requests it would take. */
export function planSending(session: Session, steps: readonly Sending[], outcomes: Outcomes): void {
	for (const step of steps) outcomes.set(step.job.index, planned(session, step));
	session.onPlanned?.(requestsFor(session, steps));
}

function planned(session: Session, step: Sending): RecordResult {
	const fields = changesOf(session, step);
	const { doubt } = step.job;
	const warnings = [
		...(doubt === undefined ? [] : [doubt]),
		...(step.kind === 'update' && fields.length === 0 ? [NOTHING_NEW] : []),
	];
	return {
		status: STATUS[step.kind],
		...(step.kind === 'create' ? {} : { id: step.id }),
		...(warnings.length > 0 && { warnings }),
		preview: { fields },
	};
}

/** What differs between the row and what is sent; a row that is deleted has nothing to compare. */
function changesOf({ comparison }: Session, step: Sending): FieldChange[] {
	if (step.kind === 'delete') return [];
	if (step.kind === 'create')
		return Object.entries(step.sent).map(([field, after]) => ({ field, after }));
	const { row } = step;
	return Object.entries(comparison.different(step.sent, row)).map(([field, after]) => ({
		field,
		...(field in row && { before: row[field] ?? null }),
		after,
	}));
}

/** One request per kind and slice, when all goes well; slices grow as those of a write do. */
function requestsFor({ bulk, options, size }: Session, steps: readonly Sending[]): number {
	const kinds = new Set(steps.map(({ kind }) => kind));
	const isUpsert = options.upsertMultiple && bulk.allows('UpsertMultiple');
	const together = isUpsert && kinds.has('create') && kinds.has('update');
	const requests = kinds.size - (together ? 1 : 0);
	for (let request = 0; request < requests; request++) size.succeeded();
	return requests;
}
