import { text } from 'node:stream/consumers';
import type { Connection } from 'jsforce';
import { FAST, connectJsforce, jsforceChild } from '../sandbox/salesforce/bulkJsforce';
import { readResults } from '../sandbox/salesforce/bulkSteps';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let connection: Connection;
let token: string;

beforeEach(async () => {
	({ token } = await openClient(sandbox));
	connection = connectJsforce(sandbox, token);
});

const load = (operation: 'insert' | 'update' | 'upsert' | 'delete', input: object[]) =>
	connection.bulk2.loadAndWaitForResults({
		object: 'Contact',
		operation,
		...(operation === 'upsert' ? { externalIdFieldName: 'Ext__c' } : {}),
		input: input as never,
		...FAST,
	});

const newJob = () => connection.bulk2.createJob({ object: 'Contact', operation: 'insert' });
const contacts = () => sandbox.rows('Contact');
const errorOf = async (work: Promise<unknown>): Promise<Error> =>
	await work.then(
		() => {
			throw new RangeError('It should have failed');
		},
		(error: Error) => error,
	);

testRules('salesforce', {
	S20: {
		'loadAndWaitForResults: a whole job, succeeded and failed rows apart': async () => {
			const rows = [
				{ LastName: 'a', Phone: '1' },
				{ LastName: '', Phone: '2' },
			];
			const results = await load('insert', rows);
			expect(results.successfulResults).toMatchObject([
				{ sf__Created: 'true', LastName: 'a', Phone: '1' },
			]);
			expect(results.failedResults).toMatchObject([{ sf__Id: '', Phone: '2' }]);
			expect(results.unprocessedRecords).toEqual([]);
			expect(contacts().map((row) => row.Id)).toEqual([results.successfulResults[0]?.sf__Id]);
		},
		'step by step: open, upload, close, poll, raw results, delete': async () => {
			const job = newJob();
			expect((await job.open()).state).toBe('Open');
			await job.uploadData('LastName\na\n');
			await job.close();
			await job.poll();
			expect(job.getInfo()).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 1 });
			const raw = await job.getSuccessfulResults(true);
			expect(readResults(raw)).toMatchObject([{ LastName: 'a', sf__Created: 'true' }]);
			expect(await job.getFailedResults(true)).toBe('"sf__Id","sf__Error","LastName"\n');
			await job.delete();
			expect((await errorOf(job.check())).name).toBe('NOT_FOUND');
		},
		'update, upsert, delete and abort': async () => {
			const id = sandbox.insert('Contact', { LastName: 'a', Ext__c: 'x' });
			await load('update', [{ Id: id, LastName: 'b' }]);
			await load('upsert', [{ Ext__c: 'x', LastName: 'c' }]);
			expect(contacts()).toMatchObject([{ Id: id, LastName: 'c' }]);
			await load('delete', [{ Id: id }]);
			expect(contacts()).toEqual([]);
			const job = newJob();
			await job.open();
			await job.abort();
			expect((await job.check()).state).toBe('Aborted');
		},
	},
	S11: {
		'a query on one page of results; a second page breaks jsforce with write after end':
			async () => {
				sandbox.insert('Contact', { LastName: 'a' });
				const stream = await connection.bulk2.query('SELECT Id, LastName FROM Contact', FAST);
				expect(await stream.toArray()).toMatchObject([{ LastName: 'a' }]);
				sandbox.settings.pageSize = 1;
				for (let n = 0; n < 20; n += 1) sandbox.insert('Contact', { LastName: `n${n}` });
				const child = jsforceChild(
					sandbox,
					token,
					`
				process.on('uncaughtException', ({ message }) => {
					console.log(message);
					process.exit();
				});
				connection.bulk2.query('SELECT Id FROM Contact').then((stream) => stream.toArray());
			`,
				);
				expect(await text(child.stdout)).toBe('write after end\n');
			},
	},
});
