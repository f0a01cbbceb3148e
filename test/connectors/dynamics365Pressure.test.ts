import { useDataverse } from '../sandbox/useDataverse';
import {
	batchWrites,
	bulkCalls,
	connect,
	contacts,
	fastClock,
	fetchClient,
	person,
	record,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

const people = (count: number, values?: object) =>
	Array.from({ length: count }, (_, n) => person(`k${n}`, values ? { ...values } : undefined));
const commits = () => Object.values(org.history('contact'));
const visits = { ...contacts, objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };
const CREATE = /CreateMultiple/;

describe('throttling', () => {
	test.each(['requests', 'time', 'concurrency'] as const)(
		'a storm of 429 (%s) is waited out as asked; nothing is lost or doubled (dataverse:6)',
		async (limit) => {
			const clock = fastClock();
			org.faults.add({ effect: { kind: 'throttle', limit, retryAfter: 7 }, nth: 3, times: 12 });
			const connector = connect(org, fetchClient(org), clock);
			const { results } = await writeAll(connector, { ...contacts, batchSize: 25 }, people(200));
			expect(tally(results)).toEqual({ created: 200 });
			expect(commits().every((history) => history.length === 1)).toBe(true);
			expect(Math.max(...clock.slept)).toBeGreaterThanOrEqual(6900);
		},
	);

	test('a pause holds for all workers: no request starts while it lasts (dataverse:T-27)', async () => {
		const clock = fastClock();
		const starts: number[] = [];
		let until = 0;
		const inner = fetchClient(org);
		org.faults.add({ effect: { kind: 'throttle', limit: 'requests', retryAfter: 30 }, nth: 6 });
		const connector = connect(
			org,
			async (request) => {
				expect(clock.now()).toBeGreaterThanOrEqual(until);
				starts.push(clock.now());
				const response = await inner(request);
				if (response.status === 429) until = clock.now() + 30_000;
				return response;
			},
			clock,
		);
		const { results } = await writeAll(connector, { ...contacts, batchSize: 10 }, people(100));
		expect(tally(results)).toEqual({ created: 100 });
		expect(until).toBeGreaterThan(0);
		expect(starts.some((start) => start >= until)).toBe(true);
	});

	test('throttling without end stops the run as a limit, the rest stays due (design:9)', async () => {
		org.faults.add({
			effect: { kind: 'throttle', limit: 'requests', retryAfter: 600 },
			url: CREATE,
			times: 999,
		});
		const { results, error } = await writeAll(connect(org), contacts, people(5));
		expect(error).toMatchObject({ code: 'limit' });
		expect(results).toEqual([]);
	});

	test('a part of a batch that is throttled is sent again by itself (dataverse:T-12)', async () => {
		org.faults.add({
			effect: { kind: 'throttle', limit: 'requests', retryAfter: 5 },
			method: 'POST',
			part: true,
			nth: 2,
			times: 2,
		});
		const records = [1, 2, 3, 4].map((n) =>
			record({ crmsync_code: `c${n}` }, { crmsync_name: 'V' }),
		);
		const { results } = await writeAll(connect(org), visits, records);
		expect(tally(results)).toEqual({ created: 4 });
		expect(batchWrites(org).map(({ status }) => status)).toEqual([204, 429, 429, 204, 204, 204]);
	});
});

describe('other faults', () => {
	test('deadlocks and SQL timeouts halve the chunk and go on in bulk (dataverse:4.9)', async () => {
		org.faults.add({ effect: { kind: 'sqlTimeout' }, url: CREATE });
		org.faults.add({ effect: { kind: 'sqlDeadlock' }, url: CREATE, nth: 2 });
		const { results } = await writeAll(connect(org), contacts, people(40));
		expect(tally(results)).toEqual({ created: 40 });
		expect(batchWrites(org)).toEqual([]);
		expect(commits().every((history) => history.length === 1)).toBe(true);
	});

	test('a row a plug-in refuses is rejected with its words; the others are written (dataverse:5.3)', async () => {
		org.faults.add({
			effect: { kind: 'pluginAbort', message: 'No Mondays.' },
			row: { crmsync_externalid: 'k3' },
		});
		const { results } = await writeAll(connect(org), contacts, people(6));
		expect(tally(results)).toEqual({ created: 5, rejected: 1 });
		expect(results[3].error).toMatchObject({ code: '0x80040265', message: 'No Mondays.' });
	});

	test('one bad row in a hundred: batches are spared bulk messages and grow all the same (dataverse:4.9)', async () => {
		org.faults.add({ row: { jobtitle: 'bad' }, effect: { kind: 'pluginAbort' } });
		const records = Array.from({ length: 3000 }, (_, n) =>
			person(`k${n}`, { lastname: 'A', ...(n % 100 === 99 && { jobtitle: 'bad' }) }),
		);
		const { results } = await writeAll(connect(org), contacts, records);
		expect(tally(results)).toEqual({ created: 2970, rejected: 30 });
		expect(commits()).toHaveLength(2970);
		const bulk = bulkCalls(org).length;
		const sizes = org.log.flatMap(({ parts = [] }) =>
			parts[0]?.method === 'POST' ? [parts.length] : [],
		);
		expect(bulk).toBeLessThanOrEqual(8);
		expect(Math.max(...sizes)).toBeGreaterThanOrEqual(400);
		expect(sizes.length).toBeLessThan(20);
	});

	test('a row somebody else creates meanwhile becomes an update (dataverse:4.1)', async () => {
		let raced = false;
		const inner = fetchClient(org);
		const connector = connect(org, async (request) => {
			if (!raced && CREATE.test(request.url)) {
				raced = true;
				org.insert('contact', { lastname: 'Theirs', crmsync_externalid: 'k1' });
			}
			return await inner(request);
		});
		const { results } = await writeAll(connector, contacts, people(3));
		expect(results.map(({ status }) => status)).toEqual(['created', 'updated', 'created']);
		expect(org.rows('contact')).toHaveLength(3);
	});

	test('a missing privilege stops the run and is named with its table; no record is a failure (dataverse:5.3)', async () => {
		org.identity.missingPrivileges.add('prvCreatecontact');
		const { results, error } = await writeAll(connect(org), contacts, people(5));
		expect(results).toEqual([]);
		expect(error).toMatchObject({ code: 'config' });
		expect(String(error)).toContain('prvCreatecontact');
		expect(String(error)).toContain('"contact"');
	});

	test('a privilege lost in mid-run keeps what was written and stops (dataverse:S-33)', async () => {
		org.faults.add({
			effect: { kind: 'privilegeLoss', privilege: 'prvCreatecontact' },
			url: CREATE,
			nth: 3,
		});
		const { results, error } = await writeAll(
			connect(org),
			{ ...contacts, batchSize: 10 },
			people(60),
		);
		expect(error).toMatchObject({ code: 'config' });
		const written = results.filter((result) => result?.status === 'created');
		expect(written).toHaveLength(org.rows('contact').length);
		expect(results.every((result) => result === undefined || result.status === 'created')).toBe(
			true,
		);
	});

	test('a token revoked in mid-run is renewed; one that stays refused stops the run (dataverse:5.2)', async () => {
		org.faults.add({ effect: { kind: 'revokedToken' }, url: CREATE, nth: 2 });
		const renewed = await writeAll(connect(org), { ...contacts, batchSize: 10 }, people(40));
		expect(tally(renewed.results)).toEqual({ created: 40 });
		org.faults.add({ effect: { kind: 'revokedToken' }, url: /contacts\?/, times: 99 });
		const refused = await writeAll(connect(org), contacts, people(3));
		expect(refused.error).toMatchObject({ code: 'auth' });
	});

	test('cancel: finished batches keep their results, the rest is not attempted (n8n:T-10)', async () => {
		const abort = new AbortController();
		const inner = fetchClient(org);
		let after = 0;
		const connector = connect(org, async (request) => {
			if (abort.signal.aborted) after += 1;
			const response = await inner(request);
			if (bulkCalls(org).length >= 3) abort.abort();
			return response;
		});
		const { results, error } = await writeAll(
			connector,
			{ ...contacts, batchSize: 10 },
			people(200),
			{ signal: abort.signal },
		);
		expect(error).toBeUndefined();
		expect(after).toBe(0);
		const counts = tally(results);
		expect(counts.created).toBe(org.rows('contact').length);
		expect(counts.created + counts.notAttempted).toBe(200);
		expect(counts.notAttempted).toBeGreaterThan(100);
	});

	test('cancelled before it starts: nothing is sent', async () => {
		const { results } = await writeAll(connect(org), contacts, people(3), {
			signal: AbortSignal.abort(),
		});
		expect(tally(results)).toEqual({ notAttempted: 3 });
		expect(org.log).toHaveLength(0);
	});
});
