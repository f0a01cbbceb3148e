import { serveDataverse, startDataverse, switchValues } from '../sandbox/dataverse';
import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { batchPart, openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

const create = (name: string) => session.call('accounts', { method: 'POST', body: { name } });
const part = (name: string) => batchPart('POST /api/data/v9.2/accounts', { name });
const createMany = (rows: string[]) =>
	session.call('accounts/Microsoft.Dynamics.CRM.CreateMultiple', {
		method: 'POST',
		body: {
			Targets: rows.map((name) => ({ '@odata.type': 'Microsoft.Dynamics.CRM.account', name })),
		},
	});
const control = async (path: string, body?: unknown) => {
	const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
	const response = await fetch(`${sandbox.url}/__sandbox/${path}`, init);
	return { status: response.status, body: (await response.json()) as unknown };
};
const retryAfter = (headers: Headers) => Number(headers.get('Retry-After'));

testRules('dataverse', {
	'S-32': {
		'requests: 429 0x80072322 once the window is full, Retry-After grows, then ends': async () => {
			sandbox.limits.requests = 2;
			sandbox.clock.freeze();
			const [first, second, third, fourth] = [
				await session.call('WhoAmI'),
				await session.call('WhoAmI'),
				await session.call('WhoAmI'),
				await session.call('WhoAmI'),
			];
			expect([first.status, second.status]).toEqual([200, 200]);
			expect([third.status, third.code]).toEqual([429, '0x80072322']);
			expect(third.message).toBe(
				'Number of requests exceeded the limit of 2 over time window of 300 seconds.',
			);
			expect(retryAfter(fourth.headers)).toBeGreaterThan(retryAfter(third.headers));
			sandbox.clock.advance(300_001);
			expect((await openSession(sandbox)).token).not.toBe('');
			expect((await session.call('WhoAmI')).status).toBe(200);
		},
		'execution time: 0x80072321; the debug headers count down': async () => {
			sandbox.limits.requestCostMs = 700_000;
			const first = await session.call('WhoAmI');
			expect(first.headers.get('x-ms-ratelimit-time-remaining-xrm-requests')).toBe('1,200.0');
			expect(first.headers.get('x-ms-ratelimit-burst-remaining-xrm-requests')).toBe('5999');
			expect((await session.call('WhoAmI')).status).toBe(200);
			expect((await session.call('WhoAmI')).code).toBe('0x80072321');
		},
		'concurrency: 0x80072326 at once, the others are served': async () => {
			sandbox.limits.concurrency = 3;
			sandbox.settings.latencyMs = 50;
			const answers = await Promise.all(Array.from({ length: 5 }, () => session.call('WhoAmI')));
			sandbox.settings.latencyMs = 0;
			expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 429, 429]);
			expect(answers.find((answer) => answer.status === 429)?.code).toBe('0x80072326');
		},
		'limits count per simulated server; the cookie pins one': async () => {
			Object.assign(sandbox.limits, { requests: 1, servers: 2 });
			expect([
				(await session.call('WhoAmI')).status,
				(await session.call('WhoAmI')).status,
			]).toEqual([200, 200]);
			sandbox.reset();
			Object.assign(sandbox.limits, { requests: 1, servers: 2 });
			session = await openSession(sandbox);
			const pinned = { headers: { cookie: 'ARRAffinity=server0' } };
			expect((await session.call('WhoAmI', pinned)).status).toBe(200);
			expect((await session.call('WhoAmI', pinned)).status).toBe(429);
		},
	},
	'S-35': {
		'the log keeps method, url, headers, body, status and parts, never secrets': async () => {
			await session.batch([part('a')]);
			const [token, batch] = sandbox.log;
			expect(token?.body).not.toContain(sandbox.clientSecret);
			expect(batch?.headers.authorization).toBe('Bearer ***');
			expect(batch).toMatchObject({ method: 'POST', url: '/api/data/v9.2/$batch', status: 200 });
			expect(batch?.parts).toMatchObject([{ method: 'POST', body: '{"name":"a"}', status: 204 }]);
		},
		'history counts every committed write per row, rolled back ones never': async () => {
			const commits: string[] = [];
			const stop = sandbox.onCommit((commit) =>
				commits.push(`${commit.operation} ${String(commit.values.name)}`),
			);
			await create('a');
			await createMany(['b', 'x'.repeat(161)]);
			const id = String(sandbox.rows('account')[0]?.accountid);
			await session.call(`accounts(${id})`, { method: 'PATCH', body: { name: 'c' } });
			await session.call(`accounts(${id})`, { method: 'DELETE' });
			stop();
			expect(commits).toEqual(['create a', 'update c', 'delete undefined']);
			const history = sandbox.history('account');
			expect(Object.keys(history)).toEqual([id]);
			expect(history[id]?.map((commit) => commit.operation)).toEqual([
				'create',
				'update',
				'delete',
			]);
			expect(sandbox.log[history[id]?.[1]?.request ?? -1]?.method).toBe('PATCH');
			expect(sandbox.history('systemuser')).not.toEqual({});
		},
		'everything is reachable over HTTP beside the API': async () => {
			const inserted = await control('insert/account', { name: 'seed' });
			expect(inserted.body).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
			await control('fault', { url: 'accounts$', row: undefined, effect: { kind: 'sqlDeadlock' } });
			expect((await create('a')).code).toBe('0x80044150');
			expect((await control('rows/account')).body).toMatchObject([{ name: 'seed' }]);
			expect((await control('history/account')).body).not.toEqual({});
			expect((await control('log')).body).toHaveLength(sandbox.log.length);
			expect((await control('switches', { 'U-13': 'ids' })).body).toMatchObject({ 'U-13': 'ids' });
			expect((await control('settings', { language: 1031 })).body).toMatchObject({
				language: 1031,
			});
			expect((await control('clock', { set: '2030-01-01T00:00:00Z' })).body).toMatchObject({
				now: expect.stringMatching(/^2030-01-01T00:00:0/),
			});
			expect((await control('reset', {})).status).toBe(200);
			expect(sandbox.settings.language).toBe(1033);
			expect([sandbox.rows('account'), sandbox.switches['U-13'], sandbox.log]).toEqual([
				[],
				'empty',
				[],
			]);
		},
		'bad control input is refused in words': async () => {
			expect(await control('switches', { 'U-13': 'nope' })).toMatchObject({
				status: 400,
				body: { error: 'Switch U-13 has no value "nope"' },
			});
			for (const wrong of [{ nope: 1 }, { language: 'de' }, { timeZone: 'Mars/Base' }]) {
				expect((await control('settings', wrong)).status).toBe(400);
			}
			expect((await control('insert/account', { nope: 1 })).status).toBe(400);
			expect((await control('rows/nope')).body).toEqual({ error: 'There is no table nope' });
			expect((await control('fault', {})).status).toBe(400);
			expect((await control('nothing')).status).toBe(404);
			expect(() => sandbox.setSwitches({ 'U-99': 'x' })).toThrow(RangeError);
		},
		'serveDataverse takes a fixed port and starting switches': async () => {
			const port = Number(new URL(sandbox.url).port);
			await expect(serveDataverse({ port })).rejects.toThrow(/EADDRINUSE/);
			const other = await startDataverse({ switches: { 'U-14': 'refused' } });
			other.reset();
			expect(other.switches['U-14']).toBe('refused');
			await other.close();
			for (const [name, [first]] of Object.entries(switchValues)) {
				expect(sandbox.switches[name as keyof typeof switchValues]).toBe(first);
			}
		},
	},
});
