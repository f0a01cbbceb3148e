import type { FieldChange, RecordResult } from '../../core/results';
import type { IndexedResult } from '../connector';
import { isObject } from '../json';
import { different, fieldOf } from './compare';
import { LIMITS } from './limits';
import { jobRowsOf } from './options';
import { mayComeYet } from './orphans';
import type { Work } from './passes';
import type { Sending } from './plan';
import type { Session } from './session';

const STATUS = {
	create: 'created',
	upsert: 'created',
	update: 'updated',
	delete: 'deleted',
} as const;
const NOTHING_NEW = 'The record has every value already; Only If Different would send nothing';

/** Tells what sending steps would come to, and counts the requests it would take. */
export function planned({ session, route }: Work, steps: readonly Sending[]): IndexedResult[] {
	session.onPlanned?.(requestsFor(session, route.name, steps));
	const results = new Map<number, RecordResult>();
	for (const step of steps) {
		const { index } = step.job;
		const result = results.get(index);
		// A job that stands for several records shows the first.
		results.set(index, result ? several(result) : resultOf(session, step));
	}
	return [...results].map(([index, result]) => ({ index, result }));
}

const SEVERAL = 'Stands for several records of Salesforce; the first one is shown';

const several = (result: RecordResult): RecordResult =>
	result.warnings?.includes(SEVERAL)
		? result
		: { ...result, warnings: [...(result.warnings ?? []), SEVERAL] };

function resultOf(session: Session, step: Sending): RecordResult {
	const fields = changesOf(session, step);
	const warnings = [
		...step.job.warnings,
		...missingParents(session, step),
		...(step.kind === 'update' && fields.length === 0 ? [NOTHING_NEW] : []),
	];
	return {
		status: STATUS[step.kind],
		...(step.id !== undefined && { id: step.id }),
		...(warnings.length > 0 && { warnings }),
		preview: { fields },
	};
}

/** What differs between the record and what is sent; one that is deleted has nothing to compare. */
function changesOf(session: Session, step: Sending): FieldChange[] {
	if (step.kind === 'delete') return [];
	const nameOf = (name: string) => fieldOf(session.sobject, name)?.name ?? name;
	const shown = (value: unknown) => (isObject(value) ? withoutType(value) : value);
	const row = step.row ?? {};
	const values = step.kind === 'update' ? different(session, step.values, row) : step.values;
	const key = step.key ? [{ field: step.key.field, after: step.key.value }] : [];
	const changes = Object.entries(values).map(([name, value]): FieldChange => {
		const field = nameOf(name);
		return { field, ...(field in row && { before: row[field] ?? null }), after: shown(value) };
	});
	return [...key, ...changes];
}

const withoutType = ({ attributes: _attributes, ...key }: Readonly<Record<string, unknown>>) => key;

/** Parents named by key that nobody has: only a write shows whether this very run brings them. */
function missingParents(session: Session, { values, job }: Sending): string[] {
	const brings = mayComeYet(session, job) ? ' unless this run writes it' : '';
	return Object.entries(values).flatMap(([name, value]) => {
		const field = fieldOf(session.sobject, name);
		if (!field || !isObject(value) || session.parentIds.of(field, value) !== undefined) return [];
		const key = JSON.stringify(withoutType(value));
		return [`${field.name} points at a record that is not in Salesforce (${key})${brings}`];
	});
}

/** Requests of a job beside its rows: create, upload, start, one look, two results (4.1). */
const JOB_REQUESTS = 6;

/** One request per kind and call, when all goes well. */
function requestsFor(
	{ target, options }: Session,
	route: Work['route']['name'],
	steps: readonly Sending[],
): number {
	const counts = new Map<string, number>();
	for (const { kind } of steps) counts.set(kind, (counts.get(kind) ?? 0) + 1);
	const rows =
		route === 'bulk'
			? jobRowsOf(options)
			: Math.min(target.batchSize ?? Infinity, LIMITS.collectionRecords);
	const calls = [...counts.values()].reduce((sum, count) => sum + Math.ceil(count / rows), 0);
	return route === 'bulk' ? calls * JOB_REQUESTS : calls;
}
