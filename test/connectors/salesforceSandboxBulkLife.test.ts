import type { BulkSteps, JobInfo } from '../sandbox/salesforce/bulkSteps';
import { bulkSteps, readResults } from '../sandbox/salesforce/bulkSteps';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let bulk: BulkSteps;
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
	bulk = bulkSteps(client);
});

const CONTACTS = { object: 'Contact', operation: 'insert' };
const numbered = (count: number) =>
	`LastName\n${Array.from({ length: count }, (_, n) => `Name ${n}\n`).join('')}`;
const written = () => sandbox.rows('Contact').length;
const newJob = async () => (await bulk.create(CONTACTS)).json<JobInfo>().id;
const rowsIn = async (id: string, kind: string) => readResults(await bulk.file(id, kind)).length;

/** A job in each of its states, and how it comes there. */
const lives: Readonly<Record<string, () => Promise<string>>> = {
	Open: newJob,
	'Open, filled': async () => {
		const id = await newJob();
		await bulk.upload(id, numbered(1));
		return id;
	},
	UploadComplete: async () => await bulk.started(CONTACTS, numbered(1)),
	InProgress: async () => {
		sandbox.faults.add({ method: 'PATCH', effect: { kind: 'jobStuck' } });
		const id = await bulk.started(CONTACTS, numbered(1));
		await bulk.poll(id);
		return id;
	},
	JobComplete: async () => {
		const id = await bulk.started(CONTACTS, numbered(1));
		await bulk.ended(id);
		return id;
	},
	Failed: async () => {
		sandbox.faults.add({ method: 'PATCH', effect: { kind: 'jobFailed' } });
		const id = await bulk.started(CONTACTS, numbered(1));
		await bulk.ended(id);
		return id;
	},
	Aborted: async () => {
		const id = await newJob();
		await bulk.request(id, 'Aborted');
		return id;
	},
};

interface JobPage {
	readonly done: boolean;
	readonly nextRecordsUrl: string | null;
	readonly records: readonly JobInfo[];
}

/** A job's state from the list of jobs, which moves none on. */
const stateOf = async (id: string) =>
	(await client.call('jobs/ingest'))
		.json<{ records: JobInfo[] }>()
		.records.find((job) => job.id === id)?.state;

/** The status with which each state answers a step. */
async function statuses(step: (id: string) => Promise<{ readonly status: number }>) {
	const seen: Record<string, number> = {};
	for (const [state, reach] of Object.entries(lives)) {
		const id = await reach();
		expect(await stateOf(id)).toBe(state.replace(/,.*/, ''));
		seen[state] = (await step(id)).status;
	}
	return seen;
}

const never = {
	Open: 400,
	'Open, filled': 400,
	UploadComplete: 400,
	InProgress: 400,
	JobComplete: 400,
	Failed: 400,
	Aborted: 400,
};

testRules('salesforce', {
	S20: {
		'DELETE takes jobs that wait or have ended': async () => {
			expect(await statuses((id) => bulk.remove(id))).toEqual({
				...never,
				UploadComplete: 204,
				JobComplete: 204,
				Failed: 204,
				Aborted: 204,
			});
		},
		'Aborted can be asked for until a job has ended': async () => {
			expect(await statuses((id) => bulk.request(id, 'Aborted'))).toEqual({
				...never,
				Open: 200,
				'Open, filled': 200,
				UploadComplete: 200,
				InProgress: 200,
			});
		},
		'UploadComplete can be asked for while a job is open': async () => {
			const started = await statuses((id) => bulk.request(id, 'UploadComplete'));
			expect(started).toEqual({ ...never, Open: 200, 'Open, filled': 200 });
		},
		'data is taken once, by an open job': async () => {
			const taken = await statuses((id) => bulk.upload(id, numbered(1)));
			expect(taken).toEqual({ ...never, Open: 201 });
		},
		'a deleted job that waited never runs': async () => {
			const id = await lives.UploadComplete!();
			await bulk.remove(id);
			for (let polls = 0; polls < 3; polls += 1) expect((await bulk.poll(id)).status).toBe(404);
			expect(written()).toBe(0);
		},
		'an aborted job that waited has all its rows unprocessed': async () => {
			const id = await lives.UploadComplete!();
			await bulk.request(id, 'Aborted');
			await bulk.poll(id);
			expect(await rowsIn(id, 'unprocessedrecords')).toBe(1);
			expect(written()).toBe(0);
		},
	},
	S21: {
		'a list of many jobs comes in pages': async () => {
			sandbox.settings.jobPageSize = 2;
			const ids = [await newJob(), await newJob(), await newJob(), await newJob(), await newJob()];
			const seen: string[][] = [];
			for (let url: string | null = 'jobs/ingest'; url !== null;) {
				const page: JobPage = (await client.call(url)).json<JobPage>();
				expect(page.done).toBe(page.nextRecordsUrl === null);
				seen.push(page.records.map(({ id }) => id));
				url = page.nextRecordsUrl;
			}
			expect(seen.map(({ length }) => length)).toEqual([2, 2, 1]);
			expect(seen.flat()).toEqual(ids);
		},
	},
});
