import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

const userinfo = () =>
	fetch(`${sandbox.url}/services/oauth2/userinfo`, {
		headers: { authorization: `Bearer ${client.token}` },
	});

testRules('salesforce', {
	S4: {
		'every REST answer has usage, type and chunks': async () => {
			for (const path of ['limits', 'sobjects', 'nothing/here']) {
				const { headers } = await client.call(path);
				expect(headers.get('sforce-limit-info')).toMatch(/^api-usage=\d+\/100000$/);
				expect(headers.get('content-type')).toBe('application/json;charset=UTF-8');
				expect(headers.get('transfer-encoding')).toBe('chunked');
			}
			expect((await userinfo()).headers.get('sforce-limit-info')).toBeNull();
		},
		'the usage counter falls in a third of the steps, unless limitJitter is off': async () => {
			const usages = async () => {
				const found: number[] = [];
				for (let call = 0; call < 30; call += 1) {
					const { headers } = await client.call('sobjects/Account');
					found.push(Number(/=(\d+)/.exec(headers.get('sforce-limit-info') ?? '')?.[1]));
				}
				return found.filter((usage, at) => at > 0 && usage < found[at - 1]!).length;
			};
			expect(await usages()).toBeGreaterThanOrEqual(9);
			sandbox.switches.limitJitter = false;
			expect(await usages()).toBe(0);
		},
		'the per-app part follows when there is one': async () => {
			sandbox.settings.perAppUsage = 'CRM Sync';
			const { headers } = await client.call('limits');
			expect(headers.get('sforce-limit-info')).toMatch(
				/^api-usage=\d+\/100000; per-app-api-usage=\d+\/250\(appName=CRM Sync\)$/,
			);
		},
		'past the maximum every call is 403 REQUEST_LIMIT_EXCEEDED': async () => {
			sandbox.settings.dailyApiRequests = 2;
			await client.call('limits');
			await client.call('limits');
			const answer = await client.call('limits');
			expect([answer.status, answer.code, answer.message]).toEqual([
				403,
				'REQUEST_LIMIT_EXCEEDED',
				'TotalRequests Limit exceeded.',
			]);
			sandbox.clock.advance(24 * 3_600_000);
			client = await openClient(sandbox);
			expect((await client.call('limits')).status).toBe(200);
		},
	},
	S5: {
		'versions, with and without trailing slash': async () => {
			for (const path of ['/services/data', '/services/data/']) {
				const list = (await client.call(path)).json<Array<{ version: string; url: string }>>();
				expect(list.map(({ version }) => version)).toEqual(
					expect.arrayContaining(['31.0', '66.0', '67.0']),
				);
			}
			const seen = [];
			for (const version of ['30.0', '31.0', '68.0', '69.0', '66.5']) {
				seen.push((await client.call(`/services/data/v${version}/limits/`)).status);
			}
			expect(seen).toEqual([404, 200, 200, 404, 404]);
		},
		'limits need View Setup and Configuration': async () => {
			const limits = (await client.call('limits')).json<Record<string, { Max: number }>>();
			expect(limits.DailyApiRequests).toEqual({ Max: 100_000, Remaining: 99_999 });
			sandbox.permissions.viewSetup = false;
			expect((await client.call('limits')).status).toBe(403);
		},
		'a known path with another method is 405': async () => {
			const answer = await client.call('limits', { method: 'DELETE' });
			expect([answer.status, answer.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
		},
	},
	U9: {
		'the key of the bulk batches': async () => {
			const has = async (key: string) => key in (await client.call('limits')).json<object>();
			expect(await has('DailyBulkApiBatches')).toBe(true);
			sandbox.switches.limitsKeys = 'DailyBulkApiRequests';
			expect([await has('DailyBulkApiBatches'), await has('DailyBulkApiRequests')]).toEqual([
				false,
				true,
			]);
		},
	},
	U16: {
		'a suspended organisation is 420, or 401': async () => {
			sandbox.settings.expired = true;
			expect((await client.call('limits')).status).toBe(420);
			sandbox.switches.expiredOrgStatus = 401;
			const answer = await client.call('limits');
			expect([answer.status, answer.code]).toEqual([401, 'INVALID_SESSION_ID']);
		},
	},
});
