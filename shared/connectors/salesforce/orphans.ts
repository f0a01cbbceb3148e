import { withoutFields } from '../../core/writeRecord';
import { isObject } from '../json';
import type { WriteRecord } from '../connector';
import type { Job } from './plan';
import type { Waiting } from './passes';
import type { Session } from './session';

/** A lookup of a record whose parent is named by key. */
export interface ParentLink {
	/** As the record names it. */
	readonly field: string;
	readonly object: string;
	readonly by: string;
	readonly value: unknown;
}

/** The parents a record names by key. */
function parentLinks({ sobject }: Session, { values, update }: WriteRecord): ParentLink[] {
	return Object.entries({ ...values, ...update }).flatMap(([field, value]) => {
		if (!isObject(value) || !isObject(value.key)) return [];
		const [[by, wanted] = ['', undefined]] = Object.entries(value.key);
		const object = String(value.object ?? sobject.field(field)?.referenceTo[0] ?? '');
		return [{ field, object, by, value: wanted }];
	});
}

/** Another record of this very write may be the parent (sync T15). */
export const mayComeYet = (session: Session, { record }: Job): boolean =>
	parentLinks(session, record).some(({ object }) => object === session.sobject.name);

const NOT_FOUND = /Foreign key external ID:?\s*([\s\S]+?) not found for field (\w+) in entity/i;

/** The links that lead nowhere, as the refusal names them; all of them where it names none. */
export function lostLinks(session: Session, { job, last }: Waiting): readonly ParentLink[] {
	const links = parentLinks(session, job.record);
	const [, value, by] = NOT_FOUND.exec(last.result.error?.message ?? '') ?? [];
	const named = links.filter(
		(link) => same(link.by, by ?? '') && same(String(link.value), value ?? ''),
	);
	return named.length > 0 ? named : links;
}

const same = (one: string, other: string): boolean =>
	one.trim().toLowerCase() === other.trim().toLowerCase();

/** Jobs without the lookups whose parents are nowhere; those without any are not among them. */
export function leftOut(session: Session, waiting: readonly Waiting[]): Job[] {
	return waiting.flatMap((one) => {
		const fields = lostLinks(session, one).map(({ field }) => field);
		if (fields.length === 0) return [];
		const { job } = one;
		const warning = `Left out, because the record it points at does not exist: ${fields.join(', ')}`;
		for (const field of fields)
			session.report.warn(field, 'was left out: its parent does not exist');
		return [
			{ ...job, record: withoutFields(job.record, fields), warnings: [...job.warnings, warning] },
		];
	});
}
