import { executionOf, isLive } from '../state/registry';

/** Where the records of a run that is not live in this execution come from, in words (design R4). */
export function comparedWhen(run: string, execution: string): string {
	const compared = executionOf(run);
	if (compared === execution) return 'in this execution before it was interrupted';
	return isLive(run)
		? `in execution ${compared}, which is not this one`
		: `in execution ${compared}, which has ended`;
}
