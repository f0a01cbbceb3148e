import type { BulkSteps, JobInfo } from '../sandbox/salesforce/bulkSteps';
import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
import { switchValues } from '../sandbox/salesforce';
import type { Answer, Client } from '../sandbox/salesforce/client';
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
const lastNames = () => sandbox.rows('Contact').map((row) => row.LastName);
const list = async () => (await client.call('jobs/ingest')).json<{ records: JobInfo[] }>().records;
const newJob = async () => (await bulk.create(CONTACTS)).json<JobInfo>().id;

/** The six steps of a job, in order, and what tells their requests from others. */
const steps: ReadonlyArray<{
	readonly name: string;
	readonly method: string;
	readonly url: RegExp;
	readonly send: (id: string) => Promise<Answer>;
}> = [
	{ name: 'create', method: 'POST', url: /ingest$/, send: () => bulk.create(CONTACTS) },
	{
		name: 'upload',
		method: 'PUT',
		url: /batches$/,
		send: (id) => bulk.upload(id, 'LastName\na\n'),
	},
	{
		name: 'start',
		method: 'PATCH',
		url: /750/,
		send: (id) => bulk.request(id, 'UploadComplete'),
	},
	{ name: 'poll', method: 'GET', url: /750\w+$/, send: (id) => bulk.poll(id) },
	{
		name: 'results',
		method: 'GET',
		url: /successfulResults$/,
		send: (id) => client.call(`jobs/ingest/${id}/successfulResults`),
	},
	{ name: 'delete', method: 'DELETE', url: /750/, send: (id) => bulk.remove(id) },
];

/** Takes all six steps; `before` is called ahead of each one. */
async function walk(before: (step: (typeof steps)[number], id: string) => Promise<void>) {
	const statuses = [];
	let id = '';
	for (const step of steps) {
		if (step.name === 'results') await bulk.ended(id);
		await before(step, id);
		const answer = await step.send(id);
		if (step.name === 'create') id = answer.json<JobInfo>().id;
		statuses.push(answer.status);
	}
	return statuses;
}

testRules('salesforce', {
	S25: {
		'401 at any of the six steps changes nothing: the step can be repeated (S29)': async () => {
			const refused: unknown[] = [];
			const statuses = await walk(async ({ name, method, url, send }, id) => {
				sandbox.faults.add({ method, url, effect: { kind: 'session' } });
				const answer = await send(id);
				refused.push([name, answer.status, answer.code]);
			});
			expect(refused).toEqual(steps.map(({ name }) => [name, 401, 'INVALID_SESSION_ID']));
			expect(statuses).toEqual([200, 201, 200, 200, 200, 204]);
			expect(lastNames()).toEqual(['a']);
		},
		'a connection lost before the commit leaves no trace at create, upload and start': async () => {
			const lost: string[] = [];
			const statuses = await walk(async ({ name, method, url, send }, id) => {
				if (!['create', 'upload', 'start'].includes(name)) return;
				const effect = { kind: 'reset', when: 'beforeCommit' } as const;
				sandbox.faults.add({ method, url, effect });
				await expect(send(id)).rejects.toThrow();
				lost.push(name);
				if (name === 'create') expect(await list()).toEqual([]);
			});
			expect(lost).toEqual(['create', 'upload', 'start']);
			expect(statuses.slice(0, 3)).toEqual([200, 201, 200]);
		},
		'a connection lost after the commit leaves the step done': async () => {
			const afterCommit = { kind: 'reset', when: 'afterCommit' } as const;
			const lose = async (at: number, id: string) => {
				const { method, url, send } = steps[at]!;
				sandbox.faults.add({ method, url, effect: afterCommit });
				await expect(send(id)).rejects.toThrow();
			};
			await lose(0, '');
			const [orphan] = await list();
			const id = orphan!.id;
			await lose(1, id);
			expect((await bulk.upload(id, 'LastName\nb\n')).status).toBe(400);
			await lose(2, id);
			expect((await bulk.request(id, 'UploadComplete')).status).toBe(400);
			expect((await bulk.ended(id)).state).toBe('JobComplete');
			expect(lastNames()).toEqual(['a']);
		},
		'a stuck job stays in progress until it is aborted (S32)': async () => {
			sandbox.faults.add({ method: 'PATCH', effect: { kind: 'jobStuck' } });
			const id = await bulk.started(CONTACTS, 'LastName\na\n');
			for (let poll = 0; poll < 10; poll += 1) await bulk.poll(id);
			expect(await bulk.info(id)).toMatchObject({ state: 'InProgress', numberRecordsProcessed: 0 });
			expect((await bulk.request(id, 'Aborted')).status).toBe(200);
			expect(await bulk.file(id, 'unprocessedrecords')).toBe('LastName\na\n');
			expect(lastNames()).toEqual([]);
			const next = await bulk.started(CONTACTS, 'LastName\nb\n');
			expect((await bulk.ended(next)).state).toBe('JobComplete');
		},
		'a failed job says why': async () => {
			sandbox.faults.add({ method: 'PATCH', effect: { kind: 'jobFailed' } });
			const id = await bulk.started(CONTACTS, 'LastName\na\n');
			expect(await bulk.ended(id)).toMatchObject({
				state: 'Failed',
				errorMessage: 'InternalServerError : The job was retried too often.',
				numberRecordsProcessed: 0,
			});
			expect(await bulk.file(id, 'unprocessedrecords')).toBe('"LastName"\n"a"\n');
		},
		'row faults strike rows of a job': async () => {
			sandbox.faults.add({ row: { LastName: 'b' }, effect: { kind: 'lockRow' } });
			const { failed } = await bulk.run(CONTACTS, 'LastName\na\nb\n');
			expect(failed.map((row) => row.sf__Error)).toEqual([
				'UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--',
			]);
			expect(lastNames()).toEqual(['a']);
		},
	},
	U10: {
		'the ceiling of an upload by bytes, raw or in base64': async () => {
			const csv = `LastName\n${'x'.repeat(100_000_001)}\n`;
			const seen = [];
			for (const value of switchValues.bulkMaxBytes) {
				sandbox.switches.bulkMaxBytes = value;
				const answer = await bulk.upload(await newJob(), csv);
				seen.push([value, answer.status, answer.code]);
			}
			expect(seen).toEqual([
				['base64', 201, undefined],
				['raw', 400, 'EXCEEDED_MAX_SIZE_REQUEST'],
			]);
		},
	},
	U15: {
		'result downloads count as API calls, or do not': async () => {
			sandbox.switches.limitJitter = false;
			const id = await bulk.started(CONTACTS, 'LastName\na\n');
			await bulk.ended(id);
			const used = async (path: string) => {
				const info = (await client.call(path)).headers.get('sforce-limit-info');
				return Number(/api-usage=(\d+)/.exec(info ?? '')?.[1]);
			};
			const seen = [];
			for (const value of switchValues.bulkCountsUsage) {
				sandbox.switches.bulkCountsUsage = value;
				const before = await used(`jobs/ingest/${id}`);
				await used(`jobs/ingest/${id}/successfulResults`);
				await used(`jobs/ingest/${id}/failedResults`);
				seen.push([value, (await used(`jobs/ingest/${id}`)) - before]);
			}
			expect(seen).toEqual([
				[true, 3],
				[false, 1],
			]);
		},
	},
});
