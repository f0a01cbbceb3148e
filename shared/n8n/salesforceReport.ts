import type { IDataObject } from 'n8n-workflow';

import type { SalesforceSummary } from '../connectors/salesforce';
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
	const waiting = jobs
		.filter(({ state }) => state !== '' && !ended.has(state))
		.map(
			({ id, records }) =>
				`The bulk job ${id} with ${counted(records, 'record')} was still at work; Get Bulk Job Result tells what became of it.`,
		);
	return {
		summary,
		warnings: [
			...waiting,
			...fields.slice(0, shownFields),
			...(more > 0 ? [`${count(more)} more fields: see Summary.`] : []),
		],
	};
}
