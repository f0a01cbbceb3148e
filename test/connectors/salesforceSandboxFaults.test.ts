import { useSalesforce } from '../sandbox/useSalesforce';
import type { Effect } from '../sandbox/salesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient, readAnswer, tokenForm } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

interface Result {
	success: boolean;
	errors: Array<{ statusCode: string; message: string }>;
}

const create = (...names: string[]) =>
	client.call('composite/sobjects', {
		method: 'POST',
		body: { records: names.map((Name) => ({ attributes: { type: 'Account' }, Name })) },
	});
const names = () => sandbox.rows('Account').map(({ Name }) => Name);
const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
const strike = (effect: Effect, times?: number) => sandbox.faults.add({ effect, times });
const rowCodes = async (count: number) =>
	(await create(...many(count)))
		.json<Result[]>()
		.map((each) => (each.success ? 'ok' : each.errors[0]?.statusCode));
const token = async () =>
	readAnswer(
		await fetch(sandbox.tokenUrl, {
			method: 'POST',
			body: new URLSearchParams(tokenForm(sandbox)),
		}),
	);

testRules('salesforce', {
	S25: {
		'401 once, always, and until a new token': async () => {
			strike({ kind: 'session' });
			expect([(await create('a')).status, (await create('b')).status]).toEqual([401, 200]);
			const stop = sandbox.faults.add({ effect: { kind: 'session' }, times: Infinity });
			for (let call = 0; call < 3; call += 1) expect((await create('c')).status).toBe(401);
			stop();
			strike({ kind: 'revokedToken' });
			expect([(await create('d')).status, (await create('d')).status]).toEqual([401, 401]);
			client = await openClient(sandbox);
			expect((await create('e')).status).toBe(200);
			expect(names()).toEqual(['b', 'e']);
		},
		'the two 401s that no refresh cures': async () => {
			const texts = [];
			for (const reason of ['highAssurance', 'agent'] as const) {
				strike({ kind: 'session', reason });
				const answer = await create('a');
				texts.push([answer.status, answer.code, answer.message]);
			}
			expect(texts).toEqual([
				[401, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API'],
				[401, 'INVALID_SESSION_ID', 'Connected app is not attached to Agent'],
			]);
		},
		'403 of the quota and of concurrency, 429 with Retry-After, 420': async () => {
			const seen = [];
			const effects: Effect[] = [
				{ kind: 'quota', limit: 'total' },
				{ kind: 'quota', limit: 'concurrent' },
				{ kind: 'throttle', retryAfter: 7 },
				{ kind: 'expired' },
			];
			for (const effect of effects) {
				strike(effect);
				const { status, code, message, headers } = await create('a');
				seen.push([status, code, message?.split(' ')[0], headers.get('retry-after')]);
			}
			expect(seen).toEqual([
				[403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests', null],
				[403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests', null],
				[429, 'REQUEST_LIMIT_EXCEEDED', 'Too', '7'],
				[420, 'ORG_EXPIRED', 'The', null],
			]);
			expect((await create('a')).status).toBe(420);
			expect(names()).toEqual([]);
		},
		'500 and 503 in JSON, 502 in HTML with and without a charset': async () => {
			const seen = [];
			const effects: Effect[] = [
				{ kind: 'unavailable', status: 500 },
				{ kind: 'unavailable', status: 503 },
				{ kind: 'gateway' },
				{ kind: 'gateway', charset: true },
			];
			for (const effect of effects) {
				strike(effect);
				const { status, code, headers } = await create('a');
				seen.push([status, code, headers.get('content-type')]);
			}
			const json = 'application/json;charset=UTF-8';
			expect(seen).toEqual([
				[500, 'UNKNOWN_EXCEPTION', json],
				[503, 'SERVER_UNAVAILABLE', json],
				[502, undefined, 'text/html'],
				[502, undefined, 'text/html; charset=utf-8'],
			]);
			expect(names()).toEqual([]);
		},
		'the same after the commit: written, and the client does not know': async () => {
			strike({ kind: 'gateway', afterCommit: true });
			expect((await create('a')).status).toBe(502);
			strike({ kind: 'unavailable', status: 503, afterCommit: true });
			expect((await create('b')).code).toBe('SERVER_UNAVAILABLE');
			strike({ kind: 'reset', when: 'afterCommit' });
			await expect(create('c')).rejects.toThrow();
			expect(sandbox.log.at(-1)?.status).toBe(0);
			strike({ kind: 'reset', when: 'beforeCommit' });
			await expect(create('d')).rejects.toThrow();
			expect(names()).toEqual(['a', 'b', 'c']);
		},
		'slow answers are committed, truncated ones too': async () => {
			strike({ kind: 'slow', ms: 500 });
			const late = fetch(`${sandbox.url}/services/data/v66.0/sobjects/Account`, {
				method: 'POST',
				body: '{"Name":"late"}',
				headers: { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' },
				signal: AbortSignal.timeout(60),
			});
			await expect(late).rejects.toThrow();
			strike({ kind: 'truncate' });
			const half = await create('half');
			expect(half.status).toBe(200);
			expect(() => half.json()).toThrow(SyntaxError);
			strike({ kind: 'truncate', abort: true });
			await expect(create('cut')).rejects.toThrow();
			expect(names()).toEqual(['late', 'half', 'cut']);
		},
		'route, nth and times choose the requests': async () => {
			sandbox.faults.add({
				method: 'POST',
				url: /composite/,
				nth: 2,
				times: 2,
				effect: { kind: 'throttle' },
			});
			const seen = [];
			for (const name of many(4)) {
				seen.push((await create(name)).status);
				await client.call('limits');
			}
			expect(seen).toEqual([200, 429, 429, 200]);
		},
		'a refresh without instance_url, and invalid_grant': async () => {
			const url = /oauth2\/token/;
			sandbox.faults.add({ url, effect: { kind: 'noInstanceUrl' } });
			const bare = (await token()).json<object>();
			expect(bare).toHaveProperty('access_token');
			expect(bare).not.toHaveProperty('instance_url');
			sandbox.faults.add({ url, effect: { kind: 'invalidGrant' } });
			const refused = await token();
			expect([refused.status, refused.json()]).toEqual([
				400,
				{ error: 'invalid_grant', error_description: 'expired access/refresh token' },
			]);
			expect((await token()).json<object>()).toHaveProperty('instance_url');
		},
		'row locks: one row in so many, or chosen rows so many times': async () => {
			const stop = sandbox.faults.add({
				table: 'Account',
				effect: { kind: 'lockRow', every: 3 },
			});
			const locked = 'UNABLE_TO_LOCK_ROW';
			expect(await rowCodes(7)).toEqual(['ok', 'ok', locked, 'ok', 'ok', locked, 'ok']);
			stop();
			sandbox.faults.add({ row: { Name: 'n1' }, times: 2, effect: { kind: 'lockRow' } });
			expect(await rowCodes(2)).toEqual(['ok', locked]);
			expect(await rowCodes(2)).toEqual(['ok', locked]);
			expect(await rowCodes(2)).toEqual(['ok', 'ok']);
		},
		'Apex limits above a batch size': async () => {
			for (const [limit, text] of [
				['cpu', 'Apex CPU time limit'],
				['soql', 'Too many SOQL queries'],
				['heap', 'heap size'],
			] as const) {
				const stop = sandbox.faults.add({
					table: 'Account',
					effect: { kind: 'apexLimit', limit, above: 50 },
				});
				const [first] = (await create(...many(51))).json<Result[]>();
				expect(first?.errors[0]?.statusCode).toBe('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY');
				expect(first?.errors[0]?.message).toContain(text);
				expect(new Set(await rowCodes(50))).toEqual(new Set(['ok']));
				stop();
			}
		},
		'any other row error, by operation': async () => {
			const message = 'record: "held", by approval\nwait';
			sandbox.faults.add({
				operation: 'create',
				row: ({ values }) => values.Name === 'bad',
				effect: { kind: 'rowError', statusCode: 'ENTITY_IS_LOCKED', message, fields: [] },
			});
			const [good, bad] = (await create('good', 'bad')).json<Result[]>();
			expect(good?.success).toBe(true);
			expect(bad?.errors).toEqual([{ statusCode: 'ENTITY_IS_LOCKED', message, fields: [] }]);
		},
		'an answer word for word': async () => {
			strike({ kind: 'respond', status: 200, body: '"no"' });
			expect((await create('a')).text).toBe('"no"');
			expect(names()).toEqual([]);
		},
	},
});
