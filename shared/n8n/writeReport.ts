import type { IDataObject } from 'n8n-workflow';

/** What a system tells of the work beside its results. */
export interface SystemReport {
	/** Fields of the summary. */
	readonly summary: IDataObject;
	/** What people should look into, one sentence each. */
	readonly warnings: readonly string[];
}

/** When a run asks for a message to people: never, when something needs them, or whenever it wrote. */
export type SendWarnings = 'off' | 'problems' | 'everyRun';

/** Outcomes that leave a record undelivered and a person uninformed. */
const problems = ['rejected', 'unknown', 'notAttempted'];

/** Whether the summary asks for a message; an If node behind it obeys. `warnings`: how much was delivered with one. */
export function isMessageDue(
	when: SendWarnings,
	counts: Readonly<Record<string, number>>,
	warnings: number,
): boolean {
	if (when !== 'problems') return when === 'everyRun';
	return warnings > 0 || problems.some((status) => (counts[status] ?? 0) > 0);
}
