import type { IndexedResult } from '../connector';
import type { HttpResponse } from '../http';
import { callsOf, rowAt, type Call } from './collectionCalls';
import { without } from './collectionRows';
import { sendCall } from './collections';
import { classify, recordError, stopFor, type FaultClass } from './errorClasses';
import { faultOf, type Fault } from './errors';
import type { Sending } from './plan';
import { resultOf, unknownResult, type Session } from './session';

/**
 * A whole call was refused. Nothing of it was written, so its rows may be sent again, inserts too: without the
 * row that is to blame (salesforce 4.2, T1), without a column nobody knows, or by halves until it is found.
 */
export async function* isolate(
	session: Session,
	call: Call,
	response: HttpResponse,
): AsyncGenerator<readonly IndexedResult[]> {
	const { sobject, options } = session;
	const fault = faultOf(response);
	const stop = stopFor(fault, `write to the object "${sobject.name}"`);
	if (response.status >= 500 || response.status === 408) {
		yield call.steps.map((step) => unknownResult(session, step));
		throw stop;
	}
	const column = lostColumn(fault, call);
	if (column !== undefined && options.dropUnwritable) {
		session.values.drop(column);
		const steps = call.steps.map((step) =>
			column in step.values ? without(step, [column]) : step,
		);
		for (const one of callsOf(session, steps)) yield* sendCall(session, one, 0);
		return;
	}
	const isAboutRows =
		[400, 413, 414, 431].includes(response.status) && !NO_COLUMN.test(fault.message);
	if (!isAboutRows || STOPS.has(classify(fault))) throw stop;
	if (call.steps.length === 1 || options.allOrNone) {
		yield call.steps.map((step) => refusedBy(step, fault));
		return;
	}
	yield* sendParts(session, call, fault);
}

/** Faults that concern the organisation or the user, never one row. */
const STOPS: ReadonlySet<FaultClass> = new Set(['auth', 'quota', 'permission']);

const refusedBy = (step: Sending, fault: Fault): IndexedResult =>
	resultOf(step, {
		status: 'rejected',
		...(step.id !== undefined && { id: step.id }),
		error: recordError(fault),
	});

/** The rows without the one to blame, or in halves where nobody says which one it is. */
async function* sendParts(
	session: Session,
	call: Call,
	fault: Fault,
): AsyncGenerator<readonly IndexedResult[]> {
	const culprit = blamed(call, fault);
	if (culprit !== undefined) {
		yield [refusedBy(call.steps[culprit], fault)];
		yield* sendCall(
			session,
			part(call, (index) => index !== culprit),
			0,
		);
		return;
	}
	const middle = Math.ceil(call.steps.length / 2);
	yield* sendCall(
		session,
		part(call, (index) => index < middle),
		0,
	);
	yield* sendCall(
		session,
		part(call, (index) => index >= middle),
		0,
	);
}

const part = ({ steps, rows }: Call, isIn: (index: number) => boolean): Call => ({
	steps: steps.filter((_, index) => isIn(index)),
	rows: rows.filter((_, index) => isIn(index)),
});

/** Salesforce's parser names the column at which it stopped. */
function blamed(call: Call, { code, message }: Fault): number | undefined {
	if (code !== 'JSON_PARSER_ERROR') return undefined;
	const [, line, column] = /\[line:\s*(\d+),\s*column:\s*(\d+)\]/i.exec(message) ?? [];
	return line === '1' ? rowAt(call, Number(column)) : undefined;
}

/** Every row has the column, as a value, as the key or under a relation: no row is to blame. */
const NO_COLUMN = /No such column '([^']+)'/i;

/** A column that is gone, or hidden, since the object was described: it is in rows without number. */
function lostColumn({ code, message }: Fault, { steps }: Call): string | undefined {
	if (code !== 'INVALID_FIELD') return undefined;
	const name = NO_COLUMN.exec(message)?.[1]?.toLowerCase();
	for (const { values } of steps) {
		const found = Object.keys(values).find((field) => field.toLowerCase() === name);
		if (found !== undefined) return found;
	}
	return undefined;
}
