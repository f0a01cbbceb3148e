import type { Call } from './collectionCalls';
import { judgeCall, rejection, type Refused, type Verdicts } from './collectionRows';
import type { Sending } from './plan';
import { resultOf, type Session } from './session';

/** Rolled back because another row of its call was refused. */
const isVictim = ({ fault }: Refused): boolean =>
	fault.code === 'ALL_OR_NONE_OPERATION_ROLLED_BACK';

/**
 * Judges a call whose rows are written together or not at all (salesforce 4.2). Sent alone, a row that failed for a
 * passing reason would be written without the others: all are sent again, or none.
 */
export async function judgeTogether(
	session: Session,
	call: Call,
	refused: readonly Refused[],
	tries: number,
): Promise<Verdicts> {
	const none = { known: [], again: [], changed: [] };
	if (refused.length === 0) return none;
	const causes = refused.filter((one) => !isVictim(one));
	const { known, changed, stop } = await judgeCall(session, call, causes, tries);
	if (stop) return { ...none, stop };
	if (known.length === 0 && causes.length > 0) {
		const fewer = new Map(changed.map((step) => [nameOf(step), step]));
		return { ...none, again: call.steps.map((step) => fewer.get(nameOf(step)) ?? step) };
	}
	const final = new Map(known.map((one) => [one.index, one]));
	const resultFor = (one: Refused) =>
		final.get(one.step.job.index) ?? resultOf(one.step, rejection(one, new Set()));
	return { ...none, known: refused.map(resultFor) };
}

/** A job may stand for several records. */
const nameOf = ({ job, id = '' }: Sending): string => `${job.index} ${id}`;
