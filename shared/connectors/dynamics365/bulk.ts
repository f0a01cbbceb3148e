import { waitMs } from '../../core/retry';
import { OutcomeUnknownError } from '../retry';
import type { HttpResponse } from '../http';
import { isObject, parseJson } from '../json';
import { classify } from './errorClasses';
import { faultOf, isCarriedOut, isLost, type Fault } from './errors';
import { ROW_STATUSES, settleWritten, type Leftover } from './elastic';
import { LIMITS } from './limits';
import { PARTITION } from './partition';
import { STATUS, type Sending } from './plan';
import { sendBatch, type Sent } from './sendBatch';
import { settle, settleUnknown, type BulkMessage, type Outcomes, type Session } from './session';

const MESSAGES: Readonly<Record<Sending['kind'], BulkMessage>> = {
	create: 'CreateMultiple',
	update: 'UpdateMultiple',
	delete: 'DeleteMultiple',
};

/** What a system answers that does not know a message (dataverse 5.3). */
const NO_SUCH_MESSAGE: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * Sends steps of one kind by a bulk message: one transaction, so an error says nothing about which row it is.
 * A deterministic error is isolated by sending the chunk once more as `$batch`; what was merely too big or
 * too slow is halved (dataverse 4.9). Elastic tables know no transaction: there only refused rows are sent once more.
 */
export async function sendBulk(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
	tries = 0,
): Promise<Sent> {
	const message = MESSAGES[steps[0].kind];
	if (!session.bulk.allows(message)) return await sendBatch(session, steps, outcomes);
	const path = `${session.table.entitySet}/Microsoft.Dynamics.CRM.${message}`;
	let response: HttpResponse;
	try {
		const body = { Targets: steps.map((step) => targetOf(session, step)) };
		const headers = session.table.elastic ? ROW_STATUSES : {};
		response = await session.api.post(path, body, { ...session.headers, ...headers });
	} catch (error) {
		return unknownOutcome(error, steps, outcomes);
	}
	if (isCarriedOut(response)) return succeeded(session, steps, outcomes, response);
	const left = session.table.elastic && settleWritten(session, steps, outcomes, response.body);
	if (left) return await sendLeftover(session, left, outcomes);
	const fault = faultOf(response);
	const kind = classify(fault);
	const isRefused = fault.spoken && (fault.status < 500 || NO_SUCH_MESSAGE.has(fault.status));
	if (isLost(fault) || (session.table.elastic && kind !== 'size' && !isRefused)) {
		return unknownOutcome(new OutcomeUnknownError(fault.message), steps, outcomes);
	}
	if (kind === 'size' || (kind === 'transient' && tries < LIMITS.transientTries)) {
		if (kind === 'size') session.size.tooBig();
		return await again(session, steps, outcomes, { kind, tries });
	}
	return await isolate(session, steps, outcomes, fault);
}

/** `@odata.type` is mandatory on every target (dataverse 4.5). */
function targetOf({ table }: Session, step: Sending): object {
	const type = { '@odata.type': `Microsoft.Dynamics.CRM.${table.name}` };
	if (step.kind === 'create') return { ...type, ...step.body };
	const { id, partition } = step;
	const address = {
		[table.primaryId]: id,
		...(partition !== undefined && { [PARTITION]: partition }),
	};
	return { ...type, ...(step.kind === 'update' && step.body), ...address };
}

/** Refused rows, each for its own reason; the others wait for a look-up. */
async function sendLeftover(
	session: Session,
	{ refused, unknown }: Leftover<Sending>,
	outcomes: Outcomes,
): Promise<Sent> {
	if (refused.length === 0) return { again: [], unknown };
	const sent = await sendBatch(session, refused, outcomes);
	return { again: sent.again, unknown: [...unknown, ...sent.unknown] };
}

function succeeded(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
	response: HttpResponse,
): Sent {
	const ids = steps[0].kind === 'create' ? createdIds(response.body) : undefined;
	if (steps[0].kind === 'create' && ids?.length !== steps.length) {
		return unknownOutcome(new OutcomeUnknownError('an answer without ids'), steps, outcomes);
	}
	steps.forEach((step, position) => {
		const id = step.kind === 'create' ? ids?.[position]?.toLowerCase() : step.id;
		settle(outcomes, step, { status: STATUS[step.kind], id });
	});
	session.written += steps.length;
	session.bulk.count(false);
	session.size.succeeded();
	return { again: [], unknown: [] };
}

function createdIds(body: string): readonly string[] | undefined {
	const parsed = parseJson(body);
	return isObject(parsed) && Array.isArray(parsed.Ids) ? parsed.Ids.map(String) : undefined;
}

/** Everything sent without an answer is `unknown` at once; a look-up may prove more. */
export function unknownOutcome(
	error: unknown,
	steps: readonly Sending[],
	outcomes: Outcomes,
): Sent {
	if (!(error instanceof OutcomeUnknownError)) throw error;
	for (const step of steps) settleUnknown(outcomes, step);
	return { again: [], unknown: steps };
}

async function again(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
	failure: { readonly kind: 'size' | 'transient'; readonly tries: number },
): Promise<Sent> {
	const { tries } = failure;
	const wait = waitMs(tries, session.clock.random(), undefined);
	await session.clock.sleep(wait, session.signal).catch(() => session.signal?.throwIfAborted());
	const middle = Math.ceil(steps.length / 2);
	if (steps.length === 1) return await sendBatch(session, steps, outcomes);
	const first = await sendBulk(session, steps.slice(0, middle), outcomes, tries + 1);
	const second = await sendBulk(session, steps.slice(middle), outcomes, tries + 1);
	return {
		again: [...first.again, ...second.again],
		unknown: [...first.unknown, ...second.unknown],
	};
}

/** Sends the chunk as `$batch`. When no row of it is bad after all, the table just refuses the message (U-14). */
async function isolate(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
	fault: Fault,
): Promise<Sent> {
	const sent = await sendBatch(session, steps, outcomes);
	const bad = steps.some((step) => outcomes.get(step.job.index)?.status === 'rejected');
	const refusal = !bad && sent.again.length === 0 && sent.unknown.length === 0;
	if (refusal || NO_SUCH_MESSAGE.has(fault.status)) session.bulk.refuse(MESSAGES[steps[0].kind]);
	else session.bulk.count(true);
	return sent;
}
