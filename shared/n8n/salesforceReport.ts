import type { IDataObject } from 'n8n-workflow';

import type { SalesforceSummary } from '../connectors/salesforce';
import { PERHAPS_STARTED } from '../connectors/salesforce/report';
import { count, counted } from '../core/words';
import type { SystemReport } from './writeReport';

const ended: ReadonlySet<string> = new Set(['JobComplete', 'Failed', 'Aborted']);
/** Sentences about single fields; the summary has all of them. */
const shownFields = 5;

/** What Salesforce tells of a run beside its results: the organisation's quota, bulk jobs, and values that did not fit. */
export function salesforceReport({ usage, jobs, fieldWarnings }: SalesforceSummary): SystemReport {
	const { used, limit } = usage;
	const summary: IDataObject = {
		apiCalls: usage.calls,
		...(used !== undefined && limit !== undefined && { apiUsage: { used, limit } }),
		...(jobs.length > 0 && { bulkJobs: jobs.map((job) => ({ ...job })) }),
		fieldWarnings: Object.fromEntries(
			Object.entries(fieldWarnings).map(([field, warning]) => [field, { ...warning }]),
		) as IDataObject,
	};
	const fields = Object.entries(fieldWarnings).map(
		([field, { count: values, reason }]) => `${field}, ${counted(values, 'record')}: ${reason}.`,
	);
	const more = fields.length - shownFields;
	const open = jobs.flatMap((job) => jobSentence(job) ?? []);
	return {
		summary,
		warnings: [
			...open,
			...fields.slice(0, shownFields),
			...(more > 0 ? [`${count(more)} more fields: see Summary.`] : []),
		],
	};
}

/** What is left to do about a job; nothing where it has ended. */
function jobSentence({ id, records, state }: SalesforceSummary['jobs'][number]) {
	if (state === '' || ended.has(state)) return undefined;
	const name = `The bulk job ${id} with ${counted(records, 'record')}`;
	if (state === 'Open') {
		return `${name} was not started and wrote nothing, but could not be aborted: Abort Bulk Job does that, or Salesforce after seven days.`;
	}
	const stood = state === PERHAPS_STARTED ? 'may have been started' : 'was still at work';
	return `${name} ${stood}; Get Bulk Job Result tells what became of it.`;
}
