import { isObject, parseJson } from '../json';
import type { RecordResult } from '../../core/results';
import { keyPart } from './keyMatch';
import { STATUS, type Job, type Sending } from './plan';
import { settle, settleUnknown, type Outcomes, type Session } from './session';
import type { Table } from './table';

/** Asks a refused bulk call for the status of its rows (dataverse 4.5, 5.1). */
export const ROW_STATUSES = {
	Prefer: 'odata.include-annotations="Microsoft.PowerApps.CDS.*"',
} as const;

interface RowStatus {
	readonly status: number;
	readonly id: string;
}

const UNSAID: RowStatus = { status: 0, id: '' };

/** Rows of a bulk call that are left over when those it wrote are settled. */
export interface Leftover<Step> {
	/** Not written, for a reason that the answer does not give. */
	readonly refused: readonly Step[];
	readonly unknown: readonly Step[];
}

/**
 * A bulk call on an elastic table writes the good rows and answers with an error, which lists the status of rows
 * (dataverse 4.5, S-17): settles those written. Some environments may list refused rows only, so a row without a
 * status is looked up, never taken as written. Undefined where the error lists nothing: the call failed as a whole.
 */
export function settleWritten<Step extends Sending>(
	session: Session,
	steps: readonly Step[],
	outcomes: Outcomes,
	body: string,
): Leftover<Step> | undefined {
	const rows = statusesIn(body);
	if (rows.size === 0) return undefined;
	const refused: Step[] = [];
	const unknown: Step[] = [];
	steps.forEach((step, position) => {
		const row = rows.get(position) ?? UNSAID;
		if (row.status >= 200 && row.status < 300) {
			settle(outcomes, step, written(session, step, row));
			session.written += 1;
		} else if (row.status >= 400 && row.status < 500 && row.status !== 408) {
			refused.push(step);
		} else {
			settleUnknown(outcomes, step);
			unknown.push(step);
		}
	});
	return { refused, unknown };
}

function written({ table }: Session, step: Sending, row: RowStatus): RecordResult {
	if (step.kind !== 'create') return { status: STATUS[step.kind], id: step.id };
	return { status: 'created', id: ownIdOf(table, step.job) ?? row.id.toLowerCase() };
}

/** The id a record brings itself: the only keys of an elastic table hold it (4.7). */
export function ownIdOf({ primaryId }: Table, { record }: Job): string | undefined {
	const own = record.key[primaryId];
	return own === undefined ? undefined : keyPart(own, { type: 'id' }).toLowerCase();
}

/** The look-up after a create without an answer may not have seen its row yet: no token came with it (4.3). */
export const isCreatedUnseen = ({ table }: Session, { createSent }: Job): boolean =>
	table.elastic && createSent === true;

/** By position in the call. The list has two names, and is text or not (U-06). */
function statusesIn(body: string): ReadonlyMap<number, RowStatus> {
	const parsed = parseJson(body);
	const error = isObject(parsed) && isObject(parsed.error) ? parsed.error : {};
	const name = Object.keys(error).find((each) => each.endsWith('.BulkApiErrorDetails'));
	const value = name === undefined ? undefined : error[name];
	const list: unknown = typeof value === 'string' ? parseJson(value) : value;
	const rows = Array.isArray(list) ? list.filter(isObject) : [];
	return new Map(
		rows.map(({ RequestIndex, StatusCode, Id }) => [
			Number(RequestIndex),
			{ status: Number(StatusCode), id: String(Id ?? '') },
		]),
	);
}
