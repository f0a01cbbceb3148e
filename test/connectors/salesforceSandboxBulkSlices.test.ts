import { connectJsforce } from '../sandbox/salesforce/bulkJsforce';
import type { BulkSteps, JobInfo } from '../sandbox/salesforce/bulkSteps';
import { bulkSteps, readResults } from '../sandbox/salesforce/bulkSteps';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let bulk: BulkSteps;
let token: string;

beforeEach(async () => {
	const client = await openClient(sandbox);
	({ token } = client);
	bulk = bulkSteps(client);
});

const CONTACTS = { object: 'Contact', operation: 'insert' };
const SLICE = 200;
/** Far more slices than a few requests leave time for. */
const MANY = 20_000;
const numbered = (count: number) =>
	`LastName\n${Array.from({ length: count }, (_, n) => `Name ${n}\n`).join('')}`;
const written = () => sandbox.rows('Contact').length;
const rowsIn = async (id: string, kind: string) => readResults(await bulk.file(id, kind)).length;

/** A job at work: its first slice is done, the rest is under way. */
async function atWork(rows: number): Promise<string> {
	sandbox.settings.bulkSliceRows = SLICE;
	const id = await bulk.started(CONTACTS, numbered(rows));
	await bulk.poll(id);
	expect(await bulk.info(id)).toMatchObject({
		state: 'InProgress',
		numberRecordsProcessed: SLICE,
		numberRecordsFailed: 0,
	});
	return id;
}

/** Resolves when so many contacts were written, whoever looks. */
const contactsWritten = (count: number) =>
	new Promise<void>((resolve) => {
		let seen = 0;
		const stop = sandbox.onCommit(() => {
			seen += 1;
			if (seen < count) return;
			stop();
			resolve();
		});
	});

testRules('salesforce', {
	S23: {
		'a job of many rows is seen at work, chunk by chunk, and others are served meanwhile':
			async () => {
				const id = await atWork(MANY);
				const seen = [SLICE];
				for (;;) {
					const other = (await bulk.create(CONTACTS)).json<JobInfo>();
					expect(other.state).toBe('Open');
					const job = await bulk.info(id);
					const { state, numberRecordsProcessed: processed } = job;
					seen.push(Number(processed));
					if (state === 'JobComplete') break;
					expect(state).toBe('InProgress');
					expect(Number(processed)).toBeLessThan(MANY);
				}
				expect(seen.at(-1)).toBe(MANY);
				expect(seen.filter((count) => count % SLICE !== 0)).toEqual([]);
				expect([...seen].sort((a, b) => a - b)).toEqual(seen);
				expect(written()).toBe(MANY);
			},
		'it goes on when nobody looks any more, as after a kill of the client': async () => {
			const all = contactsWritten(1_000);
			const id = await atWork(1_000);
			await all;
			await new Promise(setImmediate);
			expect(await bulk.info(id)).toMatchObject({
				state: 'JobComplete',
				numberRecordsProcessed: 1_000,
			});
		},
		'a job that waits for no polls works from its start on': async () => {
			sandbox.settings.bulkPolls = 0;
			const all = contactsWritten(3);
			const id = await bulk.started(CONTACTS, numbered(3));
			await all;
			expect((await bulk.info(id)).state).toBe('JobComplete');
		},
	},
	S24: {
		'an abort in the middle leaves a part done, and the files add up': async () => {
			const id = await atWork(MANY);
			expect((await bulk.request(id, 'Aborted')).json<JobInfo>().state).toBe('Aborted');
			const done = written();
			expect(done).toBeGreaterThanOrEqual(SLICE);
			expect(done).toBeLessThan(MANY);
			expect(await rowsIn(id, 'successfulResults')).toBe(done);
			expect(await rowsIn(id, 'unprocessedrecords')).toBe(MANY - done);
			expect(await bulk.info(id)).toMatchObject({ state: 'Aborted', numberRecordsProcessed: done });
			expect(written()).toBe(done);
		},
		'jsforce aborts a job at work, and reads what was done': async () => {
			const id = await atWork(MANY);
			const job = connectJsforce(sandbox, token).bulk2.job('ingest', { id });
			await job.abort();
			expect((await job.check()).state).toBe('Aborted');
			const succeeded = readResults(await job.getSuccessfulResults(true));
			const rest = readResults(await job.getUnprocessedRecords(true));
			expect(succeeded.length).toBeGreaterThanOrEqual(SLICE);
			expect(succeeded.length + rest.length).toBe(MANY);
			expect(written()).toBe(succeeded.length);
			await job.delete();
			expect((await bulk.poll(id)).status).toBe(404);
		},
		'a failure in the middle of a later slice': async () => {
			const effect = { kind: 'jobFailed', message: 'ApexError : slow', afterRows: 500 } as const;
			sandbox.faults.add({ method: 'PATCH', effect });
			const id = await atWork(1_000);
			expect(await bulk.ended(id)).toMatchObject({
				state: 'Failed',
				errorMessage: 'ApexError : slow',
				numberRecordsProcessed: 500,
			});
			expect(await rowsIn(id, 'unprocessedrecords')).toBe(500);
			expect(written()).toBe(500);
		},
		'a job that got stuck in the middle keeps what it has written until it is aborted':
			async () => {
				const effect = { kind: 'jobStuck', afterRows: 3 } as const;
				sandbox.faults.add({ method: 'PATCH', effect });
				const id = await bulk.started(CONTACTS, numbered(5));
				for (let polls = 0; polls < 5; polls += 1) await bulk.poll(id);
				expect(await bulk.info(id)).toMatchObject({
					state: 'InProgress',
					numberRecordsProcessed: 3,
				});
				await bulk.request(id, 'Aborted');
				expect(await rowsIn(id, 'successfulResults')).toBe(3);
				expect(await rowsIn(id, 'unprocessedrecords')).toBe(2);
				expect(written()).toBe(3);
			},
		'a reset ends what is at work': async () => {
			await atWork(MANY);
			sandbox.reset();
			await openClient(sandbox);
			await openClient(sandbox);
			expect(written()).toBe(0);
		},
	},
});
