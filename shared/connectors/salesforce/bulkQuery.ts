import { SyncError } from '../../core/errors';
import type { HttpResponse } from '../http';
import type { Row } from './api';
import { awaitJob, createJob, isEnded, jobPath, type BulkJob, type Waiting } from './bulkJob';
import { BULK } from './bulkLimits';
import { stopOf, tooSlow } from './bulkOutcome';
import { resultRows, type ResultRows } from './bulkResults';
import type { SObject } from './describe';
import { stopFor } from './errorClasses';
import { faultOf } from './errors';

/**
 * All rows of a query, by a Bulk job (salesforce 3.4): for questions too long for an address, and answers of
 * many pages. Values have the types that JSON would give them.
 */
export async function* bulkQuery(
	waiting: Waiting,
	sobject: SObject,
	soql: string,
): AsyncGenerator<readonly Row[]> {
	const doing = `query ${sobject.name} by a bulk job`;
	const { id } = await createJob(waiting.api, 'query', { operation: 'query', query: soql }, doing);
	const job = await awaitJob(waiting, 'query', id);
	if (!isEnded(job)) throw tooSlow(job, waiting.maxWaitMs ?? BULK.maxWaitMs);
	const stop = stopOf(job);
	if (stop) throw stop;
	for await (const page of pages(waiting, job)) yield typedRows(sobject, page);
}

/** Pages end with the locator `null`, or with none: it is never waited for (salesforce:J18). */
async function* pages({ api }: Waiting, { id }: BulkJob): AsyncGenerator<ResultRows> {
	const seen = new Set<string>();
	for (let locator = ''; !seen.has(locator);) {
		seen.add(locator);
		const from = locator === '' ? '' : `&locator=${encodeURIComponent(locator)}`;
		const answer = await api.exchange({
			method: 'GET',
			path: `${jobPath('query', id)}/results?maxRecords=${BULK.queryPageRows}${from}`,
			headers: { Accept: 'text/csv' },
			repeatable: true,
		});
		yield pageOf(answer, id);
		locator = answer.headers['sforce-locator'] ?? '';
		if (locator === '' || locator === 'null') return;
	}
	throw new SyncError(
		'unavailable',
		`Salesforce hands out the results of bulk job ${id} in circles`,
	);
}

/** A page that holds fewer rows than it says was cut off. */
function pageOf(answer: HttpResponse, id: string): ResultRows {
	if (answer.status !== 200)
		throw stopFor(faultOf(answer), `hand out the results of bulk job ${id}`);
	const page = resultRows(answer.body);
	const rows = [...page.rows];
	const said = answer.headers['sforce-numberofrecords'];
	if (said === undefined || Number(said) === rows.length) return { header: page.header, rows };
	throw new SyncError('unavailable', `A page of the results of bulk job ${id} was cut off`, {
		hint: 'Run again: nothing was written.',
	});
}

function typedRows(sobject: SObject, { header, rows }: ResultRows): Row[] {
	const readings = header.map((name) => readingOf(sobject.field(name)?.type));
	return [...rows].map((cells) =>
		Object.fromEntries(header.map((name, at) => [name, readings[at](cells[at])])),
	);
}

function readingOf(type: string | undefined): (cell: string) => unknown {
	const read = (type === undefined ? undefined : READINGS[type]) ?? ((cell: string) => cell);
	return (cell) => (cell === '' ? null : read(cell));
}

const READINGS: Readonly<Record<string, (cell: string) => unknown>> = {
	boolean: (cell) => cell.toLowerCase() === 'true',
	int: Number,
	long: Number,
	double: Number,
	currency: Number,
	percent: Number,
};
