import { eachInSlices } from '../../core/breathe';
import type { Api } from './api';
import { BULK } from './bulkLimits';
import { jobPath, type BulkJob } from './bulkJob';
import { csvRows, type CsvRow } from './csv';
import { stopFor } from './errorClasses';
import { faultOf } from './errors';

/** The three files an ended job leaves (salesforce 4.4). */
export type ResultFile = 'successfulResults' | 'failedResults' | 'unprocessedrecords';

/** A result file: its header, and its rows one after another. */
export interface ResultRows {
	readonly header: readonly string[];
	readonly rows: Iterable<readonly string[]>;
}

/**
 * Fetches a result file, again when its rows are not as many as the job counted: an answer may end early
 * without a sign of it.
 */
export async function fetchResults(api: Api, job: BulkJob, file: ResultFile): Promise<ResultRows> {
	const counts = { successfulResults: job.processed - job.failed, failedResults: job.failed };
	// What was not processed is counted nowhere.
	const expected = file === 'unprocessedrecords' ? undefined : counts[file];
	for (let tries = 1; ; tries += 1) {
		const text = await download(api, job.id, file);
		const results = resultRows(text);
		if (expected === undefined || tries >= BULK.downloads) return results;
		let count = 0;
		await eachInSlices(results.rows, () => (count += 1));
		if (count === expected) return results;
	}
}

async function download(api: Api, id: string, file: ResultFile): Promise<string> {
	const answer = await api.exchange({
		method: 'GET',
		path: `${jobPath('ingest', id)}/${file}`,
		headers: { Accept: 'text/csv' },
		repeatable: true,
		concludes: true,
	});
	if (answer.status === 200) return answer.body;
	throw stopFor(faultOf(answer), `hand out the results of bulk job ${id}`);
}

/** A CSV answer as header and rows, read from the text each time: no list of rows is kept. */
export function resultRows(text: string): ResultRows {
	const header = csvRows(text).next().value?.cells ?? [];
	return { header, rows: { [Symbol.iterator]: () => bodyRows(text, header.length) } };
}

function* bodyRows(text: string, width: number): Generator<readonly string[]> {
	const rows = csvRows(text);
	rows.next();
	for (const { cells, isWhole } of rows as Iterable<CsvRow>) {
		// A row that was cut off says nothing.
		if (isWhole && cells.length === width) yield cells;
	}
}
