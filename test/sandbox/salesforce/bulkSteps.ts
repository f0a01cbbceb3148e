import type { CsvFormat } from './csvFormat';
import { readTable } from './csvReader';
import type { Answer, Client } from './client';

/** A job as its answers show it. */
export type JobInfo = Readonly<Record<string, unknown>> & { readonly id: string };

/** A row of a result file by column. */
export type ResultRow = Readonly<Record<string, string>>;

/** The rows of a result file, by its first line. */
export function readResults(
	text: string,
	format: CsvFormat = { columnDelimiter: 'COMMA', lineEnding: 'LF' },
): ResultRow[] {
	if (text === '') return [];
	const table = readTable(text, format);
	return Array.from({ length: table.rowCount }, (_, index) => {
		const { cells } = table.row(index);
		return Object.fromEntries(table.header.map((name, at) => [name, cells[at] ?? '']));
	});
}

/** The steps of an ingest job, one request each (salesforce contract 4.4). */
export function bulkSteps({ call }: Client) {
	const at = (id: string, more = '') => `jobs/ingest/${id}${more}`;
	const create = (job: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
		call('jobs/ingest', { method: 'POST', body: job, headers });
	const upload = (id: string, csv: string, type = 'text/csv') =>
		call(at(id, '/batches'), { method: 'PUT', body: csv, headers: { 'content-type': type } });
	const request = (id: string, state: string) => call(at(id), { method: 'PATCH', body: { state } });
	const poll = (id: string) => call(at(id));
	const info = async (id: string) => (await poll(id)).json<JobInfo>();
	/** Polls until the job has ended. */
	const ended = async (id: string): Promise<JobInfo> => {
		for (let polls = 0; polls < 100; polls += 1) {
			const job = await info(id);
			if (['JobComplete', 'Failed', 'Aborted'].includes(String(job.state))) return job;
		}
		throw new Error(`Job ${id} has not ended after 100 polls`);
	};
	const file = async (id: string, kind: string) => (await call(at(id, `/${kind}`))).text;
	/** A job created, filled and started. */
	const started = async (job: object, csv: string, headers = {}): Promise<string> => {
		const { id } = (await create(job, headers)).json<JobInfo>();
		await upload(id, csv);
		await request(id, 'UploadComplete');
		return id;
	};
	return {
		create,
		upload,
		request,
		poll,
		info,
		ended,
		file,
		started,
		remove: (id: string) => call(at(id), { method: 'DELETE' }),
		/** A whole job with its three result files. */
		run: async (job: object, csv: string, headers = {}) => {
			const id = await started(job, csv, headers);
			const end = await ended(id);
			const rows = async (kind: string) => readResults(await file(id, kind));
			return {
				job: end,
				succeeded: await rows('successfulResults'),
				failed: await rows('failedResults'),
				unprocessed: await rows('unprocessedrecords'),
			};
		},
	};
}

export type BulkSteps = ReturnType<typeof bulkSteps>;
