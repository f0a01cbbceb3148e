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
const names = () => sandbox.rows('account').map((row) => row.name);
const part = (name: string) => batchPart('POST /api/data/v9.2/accounts', { name });
const createMany = (rows: string[]) =>
	session.call('accounts/Microsoft.Dynamics.CRM.CreateMultiple', {
		method: 'POST',
		body: {
			Targets: rows.map((name) => ({ '@odata.type': 'Microsoft.Dynamics.CRM.account', name })),
		},
	});
const statuses = (text: string) =>
	[...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => Number(match[1]));
const retryAfter = (headers: Headers) => Number(headers.get('Retry-After'));

testRules('dataverse', {
	'S-33': {
		'reset before commit writes nothing, after commit everything': async () => {
			sandbox.faults.add({ method: 'POST', effect: { kind: 'reset', when: 'beforeCommit' } });
			await expect(create('a')).rejects.toThrow();
			expect(names()).toEqual([]);
			sandbox.faults.add({ method: 'POST', effect: { kind: 'reset', when: 'afterCommit' } });
			await expect(create('b')).rejects.toThrow();
			expect(names()).toEqual(['b']);
			expect(sandbox.log.at(-1)?.status).toBe(0);
		},
		'gateway errors with the body of U-18, before or after the commit': async () => {
			const gateway = (status: 502 | 503 | 504, afterCommit = false) =>
				sandbox.faults.add({ effect: { kind: 'gateway', status, afterCommit } });
			gateway(503);
			const html = await create('a');
			expect([html.status, html.headers.get('content-type')]).toEqual([503, 'text/html']);
			expect(names()).toEqual([]);
			sandbox.switches['U-18'] = 'empty';
			gateway(504, true);
			const empty = await create('b');
			expect([empty.status, empty.text, names()]).toEqual([504, '', ['b']]);
			sandbox.switches['U-18'] = 'json';
			gateway(502);
			expect((await create('c')).code).toBe('0x80040216');
		},
		'nth and times choose the requests that are struck': async () => {
			sandbox.faults.add({ url: /accounts$/, nth: 2, times: 2, effect: { kind: 'sqlTimeout' } });
			const codes = [];
			for (const name of ['a', 'b', 'c', 'd']) codes.push((await create(name)).code);
			expect(codes).toEqual([undefined, '0x80044151', '0x80044151', undefined]);
		},
		'slow answers come late but are committed': async () => {
			sandbox.faults.add({ method: 'POST', effect: { kind: 'slow', ms: 500 } });
			const controller = new AbortController();
			const pending = fetch(`${sandbox.url}/api/data/v9.2/accounts`, {
				method: 'POST',
				body: '{"name":"late"}',
				headers: { authorization: `Bearer ${session.token}`, 'content-type': 'application/json' },
				signal: controller.signal,
			});
			setTimeout(() => controller.abort(), 60);
			await expect(pending).rejects.toThrow();
			expect(names()).toEqual(['late']);
		},
		'a truncated batch body lacks its last parts, though all were done': async () => {
			sandbox.faults.add({ url: /batch/, effect: { kind: 'truncate', keep: 0.5 } });
			const answer = await session.batch([part('a'), part('b'), part('c'), part('d')]);
			expect(answer.status).toBe(200);
			expect(statuses(answer.text).length).toBeLessThan(4);
			expect(names()).toEqual(['a', 'b', 'c', 'd']);
		},
		'an answer can break off in the middle, after the commit': async () => {
			sandbox.faults.add({ url: /batch/, effect: { kind: 'truncate', abort: true } });
			await expect(session.batch([part('a'), part('b')])).rejects.toThrow();
			expect(names()).toEqual(['a', 'b']);
		},
		'throttling: three codes, and 429 with Retry-After inside one batch part': async () => {
			const codes = [];
			for (const limit of ['requests', 'time', 'concurrency'] as const) {
				sandbox.faults.add({ effect: { kind: 'throttle', limit, retryAfter: 7 } });
				const answer = await create('x');
				codes.push([answer.status, answer.code, retryAfter(answer.headers)]);
			}
			expect(codes).toEqual([
				[429, '0x80072322', 7],
				[429, '0x80072321', 7],
				[429, '0x80072326', 7],
			]);
			sandbox.faults.add({
				part: true,
				nth: 2,
				effect: { kind: 'throttle', limit: 'requests', retryAfter: 9 },
			});
			const batch = await session.batch([part('a'), part('b'), part('c')], {
				prefer: 'odata.continue-on-error',
			});
			expect(statuses(batch.text)).toEqual([204, 429, 204]);
			expect(batch.text).toContain('Retry-After: 9\r\n');
			expect(names()).toEqual(['a', 'c']);
		},
		'row faults strike a row wherever it is written': async () => {
			sandbox.faults.add({
				row: { name: 'bad' },
				effect: { kind: 'pluginAbort', message: 'No bad names.' },
			});
			const single = await session.call('accounts', {
				method: 'POST',
				body: { name: 'bad' },
				headers: { prefer: 'odata.include-annotations="*"' },
			});
			expect([single.status, single.code, single.message]).toEqual([
				400,
				'0x80040265',
				'No bad names.',
			]);
			expect(
				single.json<{ error: Record<string, string> }>().error[
					'@Microsoft.PowerApps.CDS.TraceText'
				],
			).toContain('No bad names.');
			expect((await createMany(['good', 'bad'])).code).toBe('0x80040265');
			expect(names()).toEqual([]);
			const batch = await session.batch([part('good'), part('bad')], {
				prefer: 'odata.continue-on-error',
			});
			expect(statuses(batch.text)).toEqual([204, 400]);
			sandbox.faults.add({
				row: ({ values }) => values.name === 'lock',
				times: 1,
				effect: { kind: 'sqlDeadlock' },
			});
			const locked = await createMany(['lock']);
			expect([locked.status, locked.code]).toEqual([500, '0x80044150']);
			expect(locked.message).toContain('Sql Number: 1205');
			expect((await createMany(['lock'])).status).toBe(200);
		},
		'a lost upsert race is 412, and the retry finds the rival row': async () => {
			sandbox.faults.add({
				table: 'account',
				operation: 'create',
				times: 1,
				effect: { kind: 'upsertRace' },
			});
			const upsert = () =>
				session.call("accounts(accountnumber='R')", {
					method: 'PATCH',
					body: { name: 'ours' },
					headers: { prefer: 'return=representation' },
				});
			const lost = await upsert();
			expect([lost.status, lost.message]).toEqual([
				412,
				'A record with matching key values already exists.',
			]);
			expect((await upsert()).status).toBe(200);
			expect(sandbox.rows('account')).toHaveLength(1);
			expect(sandbox.rows('account')[0]).toMatchObject({
				name: 'ours',
				_createdby_value: sandbox.ids.otherUser,
			});
		},
		'privileges can be lost in mid-run': async () => {
			sandbox.faults.add({
				method: 'POST',
				nth: 2,
				effect: { kind: 'privilegeLoss', privilege: 'prvCreateaccount' },
			});
			const seen = [];
			for (const name of ['a', 'b', 'c']) seen.push((await create(name)).status);
			expect(seen).toEqual([204, 403, 403]);
		},
	},
});
