import { Connection } from 'jsforce';
import { FAST, connectJsforce, jsforceChild } from '../sandbox/salesforce/bulkJsforce';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';
import { useSalesforce } from '../sandbox/useSalesforce';

const HANG_MS = 500;

const sandbox = useSalesforce();
let connection: Connection;
let token: string;

afterEach(() => jest.restoreAllMocks());

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

const newJob = (from = connection) =>
	from.bulk2.createJob({ object: 'Contact', operation: 'insert' });

function connectRefreshing() {
	let count = 0;
	const refreshing = connectJsforce(sandbox, token, {
		refreshFn: (_, callback) => {
			count += 1;
			callback(null, token);
		},
	});
	return { refreshing, renewals: () => count };
}

const contacts = () => sandbox.rows('Contact');
const uploads = () =>
	sandbox.log.filter((request) => request.method === 'PUT').map((request) => request.body);
const errorOf = async (work: Promise<unknown>): Promise<Error> =>
	await work.then(
		() => {
			throw new RangeError('It should have failed');
		},
		(error: Error) => error,
	);
const outcome = (work: Promise<unknown>) =>
	Promise.race([
		work.then(
			() => 'done',
			() => 'failed',
		),
		new Promise((resolve) => setTimeout(resolve, HANG_MS, 'still waiting')),
	]);

testRules('salesforce', {
	J1: {
		'columns come from the first record: later fields are lost without a word': async () => {
			const results = await load('insert', [{ LastName: 'a' }, { LastName: 'b', Phone: '2' }]);
			expect(results.failedResults).toEqual([]);
			expect(contacts().map((row) => [row.LastName, row.Phone])).toEqual([
				['a', null],
				['b', null],
			]);
		},
	},
	J2: {
		'a nested parent becomes a column of its own, and the job fails': async () => {
			sandbox.insert('Account', { Name: 'A', Ext__c: 'K' });
			const rows = [{ LastName: 'a', Account: { Ext__c: 'K' } }];
			const error = await errorOf(load('insert', rows));
			expect(error.message).toContain('InvalidBatch : Field name not found : Account');
			expect(contacts()).toEqual([]);
		},
	},
	J3: {
		'a Date becomes a number, null #N/A, undefined nothing': async () => {
			// The clone jsforce makes is of another realm here, where a Date is no Date to its CSV writer.
			jest.spyOn(globalThis, 'structuredClone').mockImplementation((value: unknown) => value);
			const day = new Date('2000-01-02T00:00:00Z');
			const rows = [{ LastName: 'a', Birthdate: day, Phone: null, Title: undefined }];
			const results = await load('insert', rows);
			expect(uploads()).toEqual([`LastName,Birthdate,Phone,Title\na,${day.getTime()},#N/A,\n`]);
			expect(results.failedResults).toHaveLength(1);
		},
	},
	J4: {
		'an upsert gets an empty Id column; type and attributes are taken out': async () => {
			await load('upsert', [
				{ type: 'x', attributes: { type: 'Contact' }, Ext__c: 'k', LastName: 'a' },
			]);
			expect(uploads()).toEqual(['Id,Ext__c,LastName\n,k,a\n']);
		},
	},
	J5: {
		'a poll that takes too long deletes the job it had started': async () => {
			sandbox.settings.bulkPolls = 1_000;
			const error = await errorOf(
				connection.bulk2.loadAndWaitForResults({
					object: 'Contact',
					operation: 'insert',
					input: [{ LastName: 'a' }],
					pollInterval: 5,
					pollTimeout: 30,
				}),
			);
			expect(error.name).toBe('JobPollingTimeout');
			while (sandbox.count('DELETE .*jobs/ingest') === 0) await new Promise(setImmediate);
			const { records } = (await (await openClient(sandbox)).call('jobs/ingest')).json<{
				records: unknown[];
			}>();
			expect([records, contacts()]).toEqual([[], []]);
		},
	},
	J6: {
		'401 while uploading hangs, records or text, though the token was renewed': async () => {
			for (const input of [[{ LastName: 'a' }], 'LastName\na\n']) {
				const { refreshing, renewals } = connectRefreshing();
				const job = newJob(refreshing);
				await job.open();
				sandbox.faults.add({ method: 'PUT', effect: { kind: 'session' } });
				const upload = job.uploadData(input);
				while (renewals() === 0) await new Promise(setImmediate);
				expect(await outcome(upload)).toBe('still waiting');
			}
			expect(uploads()).toHaveLength(2);
		},
		'the same request with a text as its body is sent again whole': async () => {
			const { refreshing } = connectRefreshing();
			const job = newJob(refreshing);
			await job.open();
			sandbox.faults.add({ method: 'PUT', effect: { kind: 'session' } });
			await refreshing.request({
				method: 'PUT',
				url: `/services/data/v66.0/jobs/ingest/${job.id}/batches`,
				body: 'LastName\na\n',
				headers: { 'content-type': 'text/csv' },
			});
			expect(uploads()).toEqual(['LastName\na\n', 'LastName\na\n']);
		},
	},
	J8: {
		'results are taken apart at six delimiters: one bare semicolon, and a text comes back':
			async () => {
				sandbox.switches.resultQuoting = 'needed';
				const results = await load('insert', [{ LastName: 'a', Title: 'b;c' }]);
				expect(typeof results.successfulResults).toBe('string');
				sandbox.switches.resultQuoting = 'all';
				const quoted = await load('insert', [{ LastName: 'a', Title: 'b;c' }]);
				expect(quoted.successfulResults).toMatchObject([{ Title: 'b;c' }]);
			},
	},
	J15: {
		'a connection by client credentials cannot renew its token': async () => {
			const { clientId, clientSecret, url } = sandbox;
			const authorized = new Connection({
				instanceUrl: url,
				version: '66.0',
				oauth2: { clientId, clientSecret, loginUrl: url },
			});
			await authorized.authorize({ grant_type: 'client_credentials' });
			const job = newJob(authorized);
			sandbox.revokeTokens();
			expect((await errorOf(job.open())).message).toContain('No refresh token found');
		},
	},
	J16: {
		'an empty array still makes a job and starts it': async () => {
			expect((await errorOf(load('insert', []))).message).toContain('no header row');
			expect([sandbox.count('POST .*jobs/ingest'), sandbox.count('PATCH')]).toEqual([1, 1]);
		},
	},
	J17: {
		'allowRecursive: a failed slice takes the results of committed slices with it': async () => {
			const rows = Array.from({ length: 201 }, (_, n) => ({ LastName: `n${n}` }));
			sandbox.faults.add({
				url: /composite/,
				nth: 2,
				effect: { kind: 'unavailable', status: 503 },
			});
			const work = connection.sobject('Contact').create(rows, { allowRecursive: true });
			expect((await errorOf(work)).name).toBe('SERVER_UNAVAILABLE');
			expect(contacts()).toHaveLength(200);
		},
	},
	J18: {
		'a query result without Sforce-Locator is read again and again': async () => {
			sandbox.faults.add({
				url: /results$/,
				times: Infinity,
				effect: { kind: 'respond', status: 200, body: 'Id\n', headers: {} },
			});
			const child = jsforceChild(
				sandbox,
				token,
				`
				process.on('uncaughtException', () => {});
				connection.bulk2.query('SELECT Id FROM Contact');
			`,
			);
			while (sandbox.count('GET .*results') < 20) await new Promise(setImmediate);
			child.kill();
		},
	},
});
