import { waitMs } from '../../core/retry';
import { OutcomeUnknownError } from '../retry';
import type { HttpResponse } from '../http';
import { isObject, parseJson } from '../json';
import { classify } from './errorClasses';
import { faultOf, type Fault } from './errors';
import { LIMITS } from './limits';
import type { Sending } from './plan';
import { sendBatch, type Sent } from './sendBatch';
import { settle, settleUnknown, type BulkMessage, type Outcomes, type Session } from './session';

type BulkStep = Extract<Sending, { readonly kind: 'create' | 'update' }>;

const MESSAGES: Readonly<Record<BulkStep['kind'], BulkMessage>> = {
	create: 'CreateMultiple',
	update: 'UpdateMultiple',
};

/**
 * Sends steps of one kind by a bulk message: one transaction, so an error says nothing about which row it is.
 * A deterministic error is isolated by sending the chunk once more as `$batch`; what was merely too big or
 * too slow is halved (dataverse 4.9).
 */
export async function sendBulk(
	session: Session,
	steps: readonly BulkStep[],
	outcomes: Outcomes,
	tries = 0,
): Promise<Sent> {
	const message = MESSAGES[steps[0].kind];
	if (!session.bulk.allows(message)) return await sendBatch(session, steps, outcomes);
	const path = `${session.table.entitySet}/Microsoft.Dynamics.CRM.${message}`;
	let response: HttpResponse;
	try {
		const body = { Targets: steps.map((step) => targetOf(session, step)) };
		response = await session.api.post(path, body, session.headers);
	} catch (error) {
		return unknownOutcome(error, steps, outcomes);
	}
	if (response.status < 300) return succeeded(session, steps, outcomes, response);
	const fault = faultOf(response);
	const kind = classify(fault);
	if (kind === 'size' || (kind === 'transient' && tries < LIMITS.transientTries)) {
		if (kind === 'size') session.size.tooBig();
		return await again(session, steps, outcomes, { kind, tries });
	}
	return await isolate(session, steps, outcomes, fault);
}

/** `@odata.type` is mandatory on every target (dataverse 4.5). */
function targetOf(session: Session, step: BulkStep): object {
	const { table } = session;
	const address = step.kind === 'update' ? { [table.primaryId]: step.id } : {};
	return { '@odata.type': `Microsoft.Dynamics.CRM.${table.name}`, ...step.body, ...address };
}

function succeeded(
	session: Session,
	steps: readonly BulkStep[],
	outcomes: Outcomes,
	response: HttpResponse,
): Sent {
	const ids = steps[0].kind === 'create' ? createdIds(response.body) : undefined;
	if (steps[0].kind === 'create' && ids?.length !== steps.length) {
		return unknownOutcome(new OutcomeUnknownError('an answer without ids'), steps, outcomes);
	}
	steps.forEach((step, position) => {
		settle(
			outcomes,
			step,
			step.kind === 'update'
				? { status: 'updated', id: step.id }
				: { status: 'created', id: ids?.[position]?.toLowerCase() },
		);
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
	steps: readonly BulkStep[],
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
	steps: readonly BulkStep[],
	outcomes: Outcomes,
	fault: Fault,
): Promise<Sent> {
	const sent = await sendBatch(session, steps, outcomes);
	const bad = steps.some((step) => outcomes.get(step.job.index)?.status === 'rejected');
	const refusal = !bad && sent.again.length === 0 && sent.unknown.length === 0;
	if (refusal || [404, 405, 501].includes(fault.status))
		session.bulk.refuse(MESSAGES[steps[0].kind]);
	else session.bulk.count(true);
	return sent;
}
