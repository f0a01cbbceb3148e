import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
import { openClient } from '../sandbox/salesforce/client';
import { useSalesforce } from '../sandbox/useSalesforce';
import { fastClock, tally, writeAll } from './dynamics365Client';
import { connect, contacts, person, write } from './salesforceClient';
import { salesforceHttp } from './salesforceGround';

const org = useSalesforce({ settings: { bulkSliceRows: 200 } });

/** Far more slices than a few requests leave time for. */
const MANY = 12_000;
const UPSERT = { object: 'Contact', operation: 'upsert', externalIdFieldName: 'Ext__c' };
const people = (count: number, name = 'Name') =>
	Array.from({ length: count }, (_, n) => person(`E${n}`, { LastName: `${name} ${n}` }));
const written = () => org.rows('Contact').length;
const jobIds = async (): Promise<string[]> => {
	const list = (await (await openClient(org)).call('jobs/ingest')).json<{
		records: Array<{ id: string }>;
	}>();
	return list.records.map(({ id }) => id);
};

/** A clock of a connector that does something once, as soon as its job has written a part. */
function whenAtWork(work: (id: string) => Promise<void>) {
	const clock = fastClock();
	let isDone = false;
	const sleep: typeof clock.sleep = async (ms, signal) => {
		if (written() > 0 && !isDone) {
			isDone = true;
			expect(written()).toBeLessThan(MANY);
			const [id = ''] = await jobIds();
			await work(id);
		}
		await clock.sleep(ms, signal);
	};
	return { ...clock, sleep };
}

const writeWith = async (
	clock: ReturnType<typeof whenAtWork>,
	context: Parameters<typeof writeAll>[3] = {},
) => {
	const connector = connect(org, { api: 'bulk' }, salesforceHttp(org), clock);
	return { connector, ...(await writeAll(connector, contacts, people(MANY), context)) };
};

describe('a bulk job that is really at work', () => {
	it('salesforce:S20 is followed to its end, and its progress is told', async () => {
		const told: string[] = [];
		const { results } = await writeWith(
			whenAtWork(async () => undefined),
			{ onProgress: (text) => told.push(text) },
		);
		expect(tally(results)).toEqual({ created: MANY });
		expect(written()).toBe(MANY);
		const partly = told.filter((text) => /InProgress, [\d,. ]*[1-9]/.test(text));
		expect(partly.length).toBeGreaterThan(0);
	});

	it('salesforce:S24 somebody aborts it: what is written is told, the rest stays due', async () => {
		const clock = whenAtWork(async (id) => {
			await bulkSteps(await openClient(org)).request(id, 'Aborted');
		});
		const { results, error } = await writeWith(clock);
		expect((error as Error).message).toContain('Somebody aborted bulk job');
		const done = written();
		expect(done).toBeGreaterThan(0);
		expect(done).toBeLessThan(MANY);
		expect(results.filter((result) => result?.status === 'created')).toHaveLength(done);
		expect(results.filter((result) => result?.status === 'unknown')).toEqual([]);
	});

	it('design:R11 a cancelled run leaves it at work; the next run waits for it', async () => {
		const cancel = new AbortController();
		const clock = whenAtWork(async () => cancel.abort());
		const { connector, results } = await writeWith(clock, { signal: cancel.signal });
		expect(tally(results)).toEqual({ unknown: MANY });
		const [id = ''] = await jobIds();
		expect((await connector.bulkResult(id)).ended).toBe(false);
		const again = person('E1', { LastName: 'Newest' }, { redelivered: true });
		const next = await write(org, contacts, [again]);
		expect(tally(next.results)).toEqual({ updated: 1 });
		expect(written()).toBe(MANY);
		expect(org.rows('Contact').find((row) => row.Ext__c === 'E1')?.LastName).toBe('Newest');
		const { job, rows } = await connector.bulkResult(id);
		expect(job).toMatchObject({ state: 'JobComplete', records: MANY });
		expect(rows.filter(({ result }) => result.status === 'created')).toHaveLength(MANY);
	});

	it('design:R11 it is found on a later page of the list of jobs too', async () => {
		org.settings.jobPageSize = 2;
		const bulk = bulkSteps(await openClient(org));
		for (let n = 0; n < 3; n += 1) await bulk.create({ object: 'Account', operation: 'insert' });
		const id = await bulk.started(UPSERT, 'Ext__c,LastName\nE1,Old\n');
		const again = person('E1', { LastName: 'Newest' }, { redelivered: true });
		const { results } = await write(org, contacts, [again]);
		expect(tally(results)).toEqual({ updated: 1 });
		expect((await bulk.info(id)).state).toBe('JobComplete');
		expect(org.rows('Contact').map(({ LastName }) => LastName)).toEqual(['Newest']);
	});

	it('salesforce:S32 one that got stuck in the middle is waited for, then told as unknown', async () => {
		const effect = { kind: 'jobStuck', afterRows: 2 } as const;
		org.faults.add({ method: 'PATCH', url: /jobs\/ingest/, effect });
		const options = { api: 'bulk', maxWaitMs: 60_000 } as const;
		const connector = connect(org, options);
		const { results } = await writeAll(connector, contacts, people(5));
		expect(tally(results)).toEqual({ unknown: 5 });
		const [id = ''] = await jobIds();
		expect(results[0].error?.hint).toContain(id);
		await connector.abortJob(id);
		const { rows } = await connector.bulkResult(id);
		expect(tally(rows.map(({ result }) => result))).toEqual({ created: 2, notAttempted: 3 });
		const again = people(5).map((each) => ({ ...each, redelivered: true }));
		expect(tally((await write(org, contacts, again, options)).results)).toEqual({
			created: 3,
			updated: 2,
		});
	});

	it('salesforce 4.11 is aborted on request, and tells of every row it was given', async () => {
		const connector = connect(org);
		const bulk = bulkSteps(await openClient(org));
		const lines = people(MANY).map(({ key, values }) => `${key.Ext__c},${values.LastName}`);
		const id = await bulk.started(UPSERT, `Ext__c,LastName\n${lines.join('\n')}\n`);
		await bulk.poll(id);
		await bulk.poll(id);
		expect(await connector.abortJob(id)).toMatchObject({ id, state: 'Aborted' });
		const done = written();
		const { rows, ended } = await connector.bulkResult(id);
		expect(ended).toBe(true);
		expect(tally(rows.map(({ result }) => result))).toEqual({
			created: done,
			notAttempted: MANY - done,
		});
	});
});
