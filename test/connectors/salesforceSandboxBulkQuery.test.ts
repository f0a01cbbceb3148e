import type { JobInfo } from '../sandbox/salesforce/bulkSteps';
import { readResults } from '../sandbox/salesforce/bulkSteps';
import { switchValues } from '../sandbox/salesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

const create = (query: string, more: object = {}) =>
	client.call('jobs/query', { method: 'POST', body: { operation: 'query', query, ...more } });
const poll = (id: string) => client.call(`jobs/query/${id}`);

async function completed(query: string, more: object = {}): Promise<string> {
	const { id } = (await create(query, more)).json<JobInfo>();
	for (let polls = 0; polls < 10; polls += 1) {
		if ((await poll(id)).json<JobInfo>().state === 'JobComplete') return id;
	}
	throw new Error('The job has not completed');
}

const page = async (id: string, query = '') => {
	const answer = await client.call(`jobs/query/${id}/results${query}`);
	return {
		answer,
		rows: answer.status === 200 ? readResults(answer.text) : [],
		locator: answer.headers.get('sforce-locator'),
		count: answer.headers.get('sforce-numberofrecords'),
	};
};

const people = (count: number) =>
	Array.from({ length: count }, (_, n) => sandbox.insert('Contact', { LastName: `n${n}` }));

testRules('salesforce', {
	S11: {
		'a query job starts by itself and ends in a CSV of its columns': async () => {
			const account = sandbox.insert('Account', { Name: 'A "1"', Ext__c: 'K' });
			const id = sandbox.insert('Contact', { LastName: 'a', AccountId: account, DoNotCall: true });
			const query = 'SELECT Id, LastName, Account.Ext__c, Phone, DoNotCall FROM Contact';
			const answer = await create(query);
			const job = answer.json<JobInfo>();
			expect([answer.status, job]).toMatchObject([
				200,
				{ operation: 'query', object: 'Contact', state: 'UploadComplete', apiVersion: 66 },
			]);
			expect(job.id).toMatch(/^750/);
			const states = [];
			for (let polls = 0; polls < 2; polls += 1) {
				states.push((await poll(job.id)).json<JobInfo>());
			}
			expect(states).toMatchObject([
				{ state: 'InProgress', jobType: 'V2Query', numberRecordsProcessed: 0 },
				{ state: 'JobComplete', jobType: 'V2Query', numberRecordsProcessed: 1 },
			]);
			const { answer: results, rows, locator, count } = await page(job.id);
			expect(results.headers.get('content-type')).toBe('text/csv');
			expect([locator, count]).toEqual(['null', '1']);
			expect(rows).toEqual([
				{ Id: id, LastName: 'a', 'Account.Ext__c': 'K', Phone: '', DoNotCall: 'true' },
			]);
		},
		'pages follow by locator; the last one says null in letters': async () => {
			people(5);
			const id = await completed('SELECT LastName FROM Contact');
			const names: unknown[] = [];
			const locators: unknown[] = [];
			for (let locator: string | null = ''; locator !== 'null';) {
				const next: string = locator ? `&locator=${locator}` : '';
				const { rows, ...rest } = await page(id, `?maxRecords=2${next}`);
				names.push(...rows.map((row) => row.LastName));
				locators.push(rest.locator);
				locator = rest.locator;
			}
			expect(names).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
			expect(locators).toEqual([expect.stringMatching(/^\w+$/), expect.anything(), 'null']);
		},
		'without maxRecords the server cuts pages itself': async () => {
			sandbox.settings.pageSize = 1;
			people(21);
			const { locator, count } = await page(await completed('SELECT Id FROM Contact'));
			expect([count, locator === 'null']).toEqual(['20', false]);
		},
		'an empty result is a header; results are those of the moment of completion': async () => {
			const id = await completed('SELECT Id, LastName FROM Contact');
			people(1);
			const { answer, locator, count } = await page(id);
			expect([answer.text, locator, count]).toEqual(['"Id","LastName"\n', 'null', '0']);
		},
		'another API version is 409, another locator 400, an unfinished job 400': async () => {
			people(1);
			const id = await completed('SELECT Id FROM Contact');
			const other = await client.call(`/services/data/v65.0/jobs/query/${id}/results`);
			expect(other.status).toBe(409);
			expect((await page(id, '?locator=MDA')).answer.status).toBe(400);
			expect((await page(id, '?maxRecords=0')).answer.status).toBe(400);
			const open = (await create('SELECT Id FROM Contact')).json<JobInfo>().id;
			expect((await page(open)).answer.status).toBe(400);
		},
		'below version 47 there are no query jobs': async () => {
			const old = await client.call(`/services/data/v46.0/jobs/query`);
			expect(old.status).toBe(404);
		},
		'queryAll shows deleted rows too': async () => {
			const [gone] = people(2);
			await client.call(`sobjects/Contact/${gone}`, { method: 'DELETE' });
			const query = 'SELECT LastName FROM Contact';
			expect((await page(await completed(query))).rows).toHaveLength(1);
			const all = await completed(query, { operation: 'queryAll' });
			expect((await page(all)).rows).toHaveLength(2);
		},
		'a query that is wrong is refused when the job is created': async () => {
			const code = async (query: string) => (await create(query)).code;
			expect(await code('SELECT Nothing__c FROM Contact')).toBe('INVALID_FIELD');
			expect(await code('SELECT Id FROM Nothing')).toBe('INVALID_TYPE');
			expect(await code('SELECT FROM')).toBe('MALFORMED_QUERY');
			expect((await create('SELECT Id FROM Contact', { operation: 'delete' })).status).toBe(400);
		},
		'delimiter and line ending are those of the job': async () => {
			people(1);
			const more = { columnDelimiter: 'TAB', lineEnding: 'CRLF' };
			const id = await completed('SELECT LastName, DoNotCall FROM Contact', more);
			const { text } = await client.call(`jobs/query/${id}/results`);
			expect(text).toBe('"LastName"\t"DoNotCall"\r\n"n0"\t"false"\r\n');
		},
		'U7: cells are quoted all, or only where they must be': async () => {
			people(1);
			const id = await completed('SELECT LastName FROM Contact');
			const texts = [];
			for (const value of switchValues.resultQuoting) {
				sandbox.switches.resultQuoting = value;
				texts.push((await page(id)).answer.text);
			}
			expect(texts).toEqual(['"LastName"\n"n0"\n', 'LastName\nn0\n']);
		},
		'a job can be aborted and deleted, and is listed until then': async () => {
			const { id } = (await create('SELECT Id FROM Contact')).json<JobInfo>();
			const aborted = await client.call(`jobs/query/${id}`, {
				method: 'PATCH',
				body: { state: 'Aborted' },
			});
			expect([aborted.status, aborted.json<JobInfo>().state]).toEqual([200, 'Aborted']);
			const records = async () =>
				(await client.call('jobs/query')).json<{ records: JobInfo[] }>().records;
			expect((await records()).map((job) => job.id)).toEqual([id]);
			expect((await client.call(`jobs/query/${id}`, { method: 'DELETE' })).status).toBe(204);
			expect(await records()).toEqual([]);
		},
	},
	S25: {
		'query jobs can be stuck, and can fail': async () => {
			sandbox.faults.add({ method: 'POST', url: /query$/, effect: { kind: 'jobStuck' } });
			const stuck = (await create('SELECT Id FROM Contact')).json<JobInfo>().id;
			sandbox.faults.add({ method: 'POST', url: /query$/, effect: { kind: 'jobFailed' } });
			const failing = (await create('SELECT Id FROM Contact')).json<JobInfo>().id;
			const states = async (id: string) => {
				for (let polls = 0; polls < 5; polls += 1) await poll(id);
				return (await poll(id)).json<JobInfo>().state;
			};
			expect([await states(stuck), await states(failing)]).toEqual(['InProgress', 'Failed']);
		},
	},
});
