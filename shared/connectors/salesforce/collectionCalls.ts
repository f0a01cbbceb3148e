import type { Exchange } from './api';
import { LIMITS } from './limits';
import type { Sending } from './plan';
import type { Session } from './session';

/** One Collections call: steps of one kind, and each of them as it stands in the body. */
export interface Call {
	readonly steps: readonly Sending[];
	readonly rows: readonly string[];
}

/** Of one body: Salesforce takes more, and has ten minutes for all of it. */
const CALL_CHARACTERS = 5_000_000;

/** Steps of one kind as calls: 200 records at most, fewer where they are long (salesforce 4.2). */
export function* callsOf(
	session: Session,
	steps: readonly Sending[],
	most = Infinity,
): Generator<Call> {
	const wish = Math.min(most, session.target.batchSize ?? Infinity);
	const count = Math.max(1, Math.min(wish, LIMITS.collectionRecords));
	let call: { steps: Sending[]; rows: string[] } = { steps: [], rows: [] };
	let characters = 0;
	for (const step of steps) {
		const row = rowText(session, step);
		const isFull = call.steps.length >= count || characters + row.length > CALL_CHARACTERS;
		if (isFull && call.steps.length > 0) {
			yield call;
			call = { steps: [], rows: [] };
			characters = 0;
		}
		call.steps.push(step);
		call.rows.push(row);
		characters += row.length;
	}
	if (call.steps.length > 0) yield call;
}

/** `attributes` is ours: a field of that name, or one named `type`, stays what it is (salesforce:J11). */
function rowText({ sobject }: Session, { kind, id, key, values }: Sending): string {
	if (kind === 'delete') return '';
	return JSON.stringify({
		attributes: { type: sobject.name },
		...(kind === 'update' && { id }),
		...(kind === 'upsert' && key && { [key.field]: key.value }),
		...values,
	});
}

/** The call as a request. The external id travels in the body, where every character is safe (T8). */
export function requestOf(session: Session, { steps, rows }: Call): Exchange {
	const { options, sobject, headers } = session;
	const [{ kind, key }] = steps;
	const allOrNone = options.allOrNone === true;
	const repeatable = kind !== 'create' || options.retryUnsafeInserts === true;
	const shared = { headers, repeatable, timeoutMs: LIMITS.timeoutMs };
	if (kind === 'delete') {
		const ids = steps.map(({ id }) => id).join(',');
		return {
			...shared,
			method: 'DELETE',
			path: `composite/sobjects?ids=${ids}&allOrNone=${String(allOrNone)}`,
		};
	}
	return {
		...shared,
		method: kind === 'create' ? 'POST' : 'PATCH',
		path:
			kind === 'upsert'
				? `composite/sobjects/${sobject.name}/${encodeURIComponent(key?.field ?? '')}`
				: 'composite/sobjects',
		body: `${head(allOrNone)}${rows.join(',')}]}`,
	};
}

const head = (allOrNone: boolean): string => `{"allOrNone":${String(allOrNone)},"records":[`;

/**
 * The row a column of the one-line body stands in. Whether columns count bytes or characters is written nowhere
 * (salesforce:U2): undefined where that makes a difference.
 */
export function rowAt({ rows }: Call, column: number): number | undefined {
	const within = column - head(false).length;
	const byCharacters = rowWithin(rows, within, (row) => row.length);
	const byBytes = rowWithin(rows, within, (row) => Buffer.byteLength(row));
	return byCharacters === byBytes ? byCharacters : undefined;
}

function rowWithin(
	rows: readonly string[],
	column: number,
	weigh: (row: string) => number,
): number | undefined {
	let end = 0;
	const found = rows.findIndex((row) => {
		end += weigh(row) + 1;
		return column <= end;
	});
	return found < 0 || column < 0 ? undefined : found;
}
