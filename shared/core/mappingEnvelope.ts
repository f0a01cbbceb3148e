import type { Envelope } from './envelope';
import { omit } from './envelope';
import type { MappingPlan, PlannedField } from './mappingPlan';
import { get } from './path';
import type { SyncRecord } from './record';

interface Mapped {
	readonly record: SyncRecord;
	readonly source: SyncRecord;
}

/** The envelope of a mapped record: what came in, in the destination's names, and what must not be updated. */
export function mappedEnvelope(
	plan: MappingPlan,
	mapped: Mapped,
	incoming: Envelope | undefined,
): { envelope?: Envelope; problem?: string } {
	if (incoming === undefined && !plan.hasInsertOnly) return {};
	const insertOnly = insertOnlyFields(plan, mapped, incoming);
	const own: Envelope | undefined = insertOnly.length > 0 ? { insertOnly } : undefined;
	if (incoming === undefined) return { envelope: own };
	const { key, previousKey, changedFields } = incoming;
	const former = previousKey && formerKey(plan, mapped, incoming);
	if (former?.problem !== undefined) return { problem: former.problem };
	return {
		envelope: {
			...omit(incoming, 'insertOnly', 'key', 'previousKey', 'changedFields'),
			...(key && { key: pick(mapped.record, plan.keyFields) }),
			...(former?.key && { previousKey: former.key }),
			...(changedFields && { changedFields: translate(plan, mapped, changedFields) }),
			...own,
		},
	};
}

function present(plan: MappingPlan, { record, source }: Mapped): PlannedField[] {
	return [...plan.fields, ...plan.unplanned(source)].filter(({ field }) =>
		Object.hasOwn(record, field),
	);
}

/** A field fed by an insert-only field of an earlier mapper stays insert-only. */
function insertOnlyFields(plan: MappingPlan, mapped: Mapped, incoming?: Envelope): string[] {
	const before = new Set(incoming?.insertOnly);
	return present(plan, mapped)
		.filter((planned) => !planned.isKey && (planned.isInsertOnly || reads(planned, before)))
		.map(({ field }) => field);
}

/** Changed source fields → changed destination fields. What an expression reads is unknown, so it counts as changed. */
function translate(plan: MappingPlan, mapped: Mapped, changedFields: readonly string[]): string[] {
	const changed = new Set(changedFields);
	return present(plan, mapped)
		.filter((planned) => planned.source.kind === 'expression' || reads(planned, changed))
		.map(({ field }) => field);
}

function reads({ source }: PlannedField, fields: ReadonlySet<string>): boolean {
	return source.kind === 'path' && fields.has(source.path[0]);
}

/** The previous key in destination fields; none when the rename does not touch the destination's key. */
function formerKey(
	plan: MappingPlan,
	{ record, source }: Mapped,
	{ previousKey, id }: Envelope,
): { key?: SyncRecord; problem?: string } {
	const before = { ...source, ...previousKey };
	const key: Record<string, unknown> = {};
	for (const planned of plan.keys) {
		if (planned.source.kind === 'expression') return id === undefined ? unknownKey(planned) : {};
		key[planned.field] =
			planned.source.kind === 'path' ? get(before, planned.source.path) : planned.source.value;
	}
	const isRenamed = plan.keyFields.some((field) => String(key[field]) !== String(record[field]));
	return isRenamed ? { key } : {};
}

function unknownKey({ name }: PlannedField) {
	return {
		problem:
			`The record was renamed, and its previous key cannot be told because ${name} is an expression. ` +
			'Map the key field from a plain source field, and compute it before Segment Diff.',
	};
}

function pick(record: SyncRecord, fields: readonly string[]): SyncRecord {
	return Object.fromEntries(fields.map((field) => [field, record[field]]));
}
