import type { Envelope, NewField } from '../envelope';
import { omit } from '../envelope';
import type { MappingPlan, PlannedField } from './plan';
import { isEmpty } from './value';
import { get } from '../path';
import type { SyncRecord } from '../record';
import { isUnchanged, marksOf } from '../unchanged';

interface Mapped {
	readonly record: SyncRecord;
	readonly source: SyncRecord;
	readonly warnings: readonly string[];
}

/** The envelope of a mapped record: what came in, in the destination's names, and what this mapper adds. */
export function mappedEnvelope(
	plan: MappingPlan,
	mapped: Mapped,
	incoming: Envelope | undefined,
): { envelope?: Envelope; problem?: string } {
	const own = ownEntries(plan, mapped, incoming);
	if (incoming === undefined) return own === undefined ? {} : { envelope: own };
	const { key, previousKey } = incoming;
	const former = previousKey && formerKey(plan, mapped, incoming);
	if (former?.problem !== undefined) return { problem: former.problem };
	return {
		envelope: {
			...omit(incoming, 'insertOnly', 'onlyIfEmpty', 'key', 'previousKey', ...ofChanges),
			...(key && { key: pick(mapped.record, plan.keyFields) }),
			...(former?.key && { previousKey: former.key }),
			...translated(plan, mapped, incoming),
			...own,
		},
	};
}

/** What this mapper has to say; undefined when that is nothing. */
function ownEntries(
	plan: MappingPlan,
	mapped: Mapped,
	incoming: Envelope | undefined,
): Envelope | undefined {
	const { hasInsertOnly, hasOnlyIfEmpty, newFields } = plan;
	const { warnings } = mapped;
	const insertOnly =
		hasInsertOnly || incoming?.insertOnly
			? marked(plan, mapped, incoming?.insertOnly, 'isInsertOnly')
			: [];
	const onlyIfEmpty =
		hasOnlyIfEmpty || incoming?.onlyIfEmpty
			? marked(plan, mapped, incoming?.onlyIfEmpty, 'isOnlyIfEmpty')
			: [];
	if (!insertOnly.length && !onlyIfEmpty.length && !newFields.length && !warnings.length) {
		return undefined;
	}
	return {
		...(insertOnly.length > 0 && { insertOnly }),
		...(onlyIfEmpty.length > 0 && { onlyIfEmpty }),
		...(newFields.length > 0 && { newFields: withEarlier(newFields, incoming?.newFields) }),
		...(warnings.length > 0 && { warnings: [...(incoming?.warnings ?? []), ...warnings] }),
	};
}

/** All records share one list: a hundred thousand copies of it would be felt. */
function withEarlier(own: readonly NewField[], earlier: readonly NewField[] | undefined) {
	if (earlier === undefined) return own;
	const names = new Set(own.map(({ name }) => name));
	return [...earlier.filter(({ name }) => !names.has(name)), ...own];
}

function present(plan: MappingPlan, { record, source }: Mapped): PlannedField[] {
	return [...plan.fields, ...plan.unplanned(source)].filter(({ field }) =>
		Object.hasOwn(record, field),
	);
}

/** A field fed by a field that an earlier mapper marked keeps the mark. */
function marked(
	plan: MappingPlan,
	mapped: Mapped,
	earlier: readonly string[] | undefined,
	mark: 'isInsertOnly' | 'isOnlyIfEmpty',
): string[] {
	const before = new Set(earlier);
	return present(plan, mapped)
		.filter((planned) => !planned.isKey && (planned[mark] || reads(planned, before)))
		.map(({ field }) => field);
}

const ofChanges = ['changedFields', 'unchanged'] as const;

/** What changed, in destination fields. What an expression reads is unknown, so it counts as changed. */
function translated(
	plan: MappingPlan,
	mapped: Mapped,
	{ changedFields, unchanged }: Envelope,
): Pick<Envelope, (typeof ofChanges)[number]> {
	if (changedFields === undefined || unchanged === undefined) return {};
	const { record, source } = mapped;
	const isSame = ({ source: from }: PlannedField) => {
		if (from.kind !== 'path') return from.kind !== 'expression';
		const value = source[from.path[0]];
		return value === undefined || isUnchanged(unchanged, from.path[0], value);
	};
	const fields = present(plan, mapped);
	const same = fields.filter(isSame).map(({ field }) => field);
	return {
		changedFields: fields.filter((planned) => !isSame(planned)).map(({ field }) => field),
		unchanged: marksOf(record, same),
	};
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
		const value: unknown =
			planned.source.kind === 'path' ? get(before, planned.source.path) : planned.source.value;
		key[planned.field] = asStored(planned, value);
	}
	const isRenamed = plan.keyFields.some((field) => String(key[field]) !== String(record[field]));
	return isRenamed ? { key } : {};
}

/** The destination has the former key as this mapper converted it then. */
function asStored({ convert }: PlannedField, value: unknown): unknown {
	const conversion = convert === undefined || isEmpty(value) ? undefined : convert(value);
	return conversion?.kind === 'exact' ? conversion.value : value;
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
