import type { BulkSteps, JobInfo } from '../sandbox/salesforce/bulkSteps';
import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let client: Client;
let bulk: BulkSteps;

beforeEach(async () => {
	client = await openClient(sandbox);
	bulk = bulkSteps(client);
});

const CONTACTS = { object: 'Contact', operation: 'insert' };
const csv = (...lines: string[]) => `${lines.join('\n')}\n`;
const numbered = (count: number) =>
	csv('LastName', ...Array.from({ length: count }, (_, n) => `Name ${n}`));
const lastNames = () => sandbox.rows('Contact').map((row) => row.LastName);
const newJob = async (job: object = CONTACTS) => (await bulk.create(job)).json<JobInfo>().id;
const RESULTS = ['successfulResults', 'failedResults', 'unprocessedrecords'];
const result = (id: string, kind: string) => client.call(`jobs/ingest/${id}/${kind}`);

testRules('salesforce', {
	S20: {
		'a new job is open and shows what it was created with': async () => {
			const answer = await bulk.create({
				object: 'contact',
				operation: 'upsert',
				externalIdFieldName: 'Email',
				contentType: 'CSV',
			});
			const job = answer.json<JobInfo>();
			expect(answer.status).toBe(200);
			expect(job.id).toMatch(/^750[A-Za-z0-9]{15}$/);
			expect(job).toMatchObject({
				object: 'Contact',
				operation: 'upsert',
				externalIdFieldName: 'Email',
				state: 'Open',
				concurrencyMode: 'Parallel',
				contentType: 'CSV',
				apiVersion: 66,
				contentUrl: `services/data/v66.0/jobs/ingest/${job.id}/batches`,
				lineEnding: 'LF',
				columnDelimiter: 'COMMA',
			});
			expect(job.createdDate).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+0000$/);
			expect(job).not.toHaveProperty('numberRecordsProcessed');
		},
		'polls move a started job through its states, and nothing else does': async () => {
			sandbox.settings.bulkPolls = 2;
			const id = await newJob();
			expect((await bulk.info(id)).state).toBe('Open');
			await bulk.upload(id, numbered(600));
			expect((await bulk.info(id)).state).toBe('Open');
			expect((await bulk.request(id, 'UploadComplete')).json<JobInfo>().state).toBe(
				'UploadComplete',
			);
			const seen = [];
			for (let poll = 0; poll < 5; poll += 1) {
				const job = await bulk.info(id);
				seen.push([job.state, job.numberRecordsProcessed, job.jobType]);
			}
			expect(seen).toEqual([
				['UploadComplete', 0, 'V2Ingest'],
				['InProgress', 0, 'V2Ingest'],
				['InProgress', 200, 'V2Ingest'],
				['JobComplete', 600, 'V2Ingest'],
				['JobComplete', 600, 'V2Ingest'],
			]);
			expect(lastNames()).toHaveLength(600);
		},
		'nothing is written before the job is started (T17)': async () => {
			const id = await newJob();
			await bulk.upload(id, numbered(1));
			for (let poll = 0; poll < 5; poll += 1) await bulk.poll(id);
			expect(lastNames()).toEqual([]);
		},
		'JobComplete may hold nothing but failed rows (T3)': async () => {
			const { job, failed } = await bulk.run(CONTACTS, csv('LastName,FirstName', ',Ann', ',Bob'));
			expect(job).toMatchObject({
				state: 'JobComplete',
				numberRecordsProcessed: 2,
				numberRecordsFailed: 2,
			});
			expect(failed.map((row) => row.sf__Error)).toEqual([
				'REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --',
				'REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --',
			]);
		},
		'states that cannot be requested are refused': async () => {
			const id = await newJob();
			for (const state of ['Open', 'InProgress', 'JobComplete', 'Failed', '']) {
				expect([(await bulk.request(id, state)).status, state]).toEqual([400, state]);
			}
			await bulk.upload(id, numbered(1));
			await bulk.request(id, 'UploadComplete');
			const again = await bulk.request(id, 'UploadComplete');
			expect([again.status, again.code]).toEqual([400, 'INVALIDJOBSTATE']);
			await bulk.ended(id);
			expect((await bulk.request(id, 'Aborted')).status).toBe(400);
		},
		'an aborted job keeps what was written; the rest is unprocessed': async () => {
			sandbox.settings.bulkPolls = 2;
			const id = await bulk.started(CONTACTS, numbered(500));
			for (let poll = 0; poll < 3; poll += 1) await bulk.poll(id);
			expect((await bulk.request(id, 'Aborted')).json<JobInfo>().state).toBe('Aborted');
			await bulk.poll(id);
			expect(lastNames()).toHaveLength(200);
			const lines = async (kind: string) => (await result(id, kind)).text.split('\n').length - 2;
			expect(await Promise.all(RESULTS.map(lines))).toEqual([200, 0, 300]);
		},
		'results are given out in a state that is final, and only then': async () => {
			const id = await newJob();
			const refused = async () => {
				for (const kind of RESULTS) expect((await result(id, kind)).status).toBe(400);
			};
			await refused();
			await bulk.upload(id, numbered(1));
			await bulk.request(id, 'UploadComplete');
			await refused();
			expect((await bulk.info(id)).state).toBe('InProgress');
			await refused();
			expect((await bulk.info(id)).state).toBe('JobComplete');
			for (const kind of RESULTS) {
				const answer = await result(id, kind);
				expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv']);
			}
		},
		'DELETE is refused while a job is open or in progress': async () => {
			const id = await newJob();
			expect((await bulk.remove(id)).status).toBe(400);
			await bulk.upload(id, numbered(1));
			await bulk.request(id, 'UploadComplete');
			await bulk.poll(id);
			expect((await bulk.remove(id)).status).toBe(400);
			await bulk.poll(id);
			expect((await bulk.remove(id)).status).toBe(204);
			expect((await bulk.poll(id)).status).toBe(404);
			expect((await bulk.remove(id)).status).toBe(404);
			const waiting = await bulk.started(CONTACTS, numbered(1));
			expect((await bulk.remove(waiting)).status).toBe(204);
		},
		'a job that is not well described is refused': async () => {
			const refused = async (job: object) => {
				const { status, code } = await bulk.create({ ...CONTACTS, ...job });
				return `${status} ${code}`;
			};
			expect(await refused({ object: undefined })).toBe('400 INVALIDJOB');
			expect(await refused({ object: 'Nothing__c' })).toBe('400 INVALIDENTITY');
			expect(await refused({ operation: 'merge' })).toBe('400 INVALIDOPERATION');
			expect(await refused({ operation: 'upsert' })).toBe('400 INVALIDJOB');
			expect(await refused({ operation: 'upsert', externalIdFieldName: 'Phone' })).toBe(
				'400 INVALIDJOB',
			);
			expect(await refused({ columnDelimiter: ',' })).toBe('400 INVALIDJOB');
			expect(await refused({ lineEnding: 'CR' })).toBe('400 INVALIDJOB');
			expect(await refused({ contentType: 'JSON' })).toBe('400 INVALIDJOB');
			expect(await refused({ batchSize: 10 })).toBe('400 JSON_PARSER_ERROR');
		},
	},
	S21: {
		'one upload per job: 201 without a body, then 400 (T17)': async () => {
			const id = await newJob();
			const first = await bulk.upload(id, numbered(1));
			expect([first.status, first.text]).toEqual([201, '']);
			expect((await bulk.upload(id, numbered(1))).status).toBe(400);
			await bulk.request(id, 'UploadComplete');
			expect((await bulk.upload(id, numbered(1))).status).toBe(400);
			await bulk.ended(id);
			expect(lastNames()).toEqual(['Name 0']);
		},
		'an upload must be text/csv': async () => {
			expect((await bulk.upload(await newJob(), numbered(1), 'application/json')).status).toBe(415);
		},
		'results stay the same across polls and downloads': async () => {
			const id = await bulk.started(CONTACTS, numbered(20));
			await bulk.ended(id);
			const first = await bulk.file(id, 'successfulResults');
			await bulk.poll(id);
			expect(await bulk.file(id, 'successfulResults')).toBe(first);
		},
		'the list shows all jobs; 15 characters of an id are enough to find one': async () => {
			const jobs = [await newJob(), await newJob()];
			const list = (await client.call('jobs/ingest')).json<{
				done: boolean;
				records: JobInfo[];
			}>();
			expect([list.done, list.records.map((job) => job.id)]).toEqual([true, jobs]);
			expect((await bulk.info(jobs[0]!.slice(0, 15))).id).toBe(jobs[0]);
		},
		'after seven days a job and its results are gone': async () => {
			const id = await bulk.started(CONTACTS, numbered(1));
			await bulk.ended(id);
			sandbox.clock.advance(6.9 * 24 * 3_600_000);
			bulk = bulkSteps(await openClient(sandbox));
			expect((await bulk.poll(id)).status).toBe(200);
			sandbox.clock.advance(0.2 * 24 * 3_600_000);
			client = await openClient(sandbox);
			expect((await result(id, 'successfulResults')).status).toBe(404);
			expect((await client.call('jobs/ingest')).json<{ records: unknown[] }>().records).toEqual([]);
		},
	},
});
