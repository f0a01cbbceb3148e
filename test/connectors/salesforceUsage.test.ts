import { createUsage } from '../../shared/connectors/salesforce/usage';
import { useSalesforce } from '../sandbox/useSalesforce';
import { openApi, refusalOf } from './salesforceGround';

const org = useSalesforce();
const told = (info: string) => ({ 'sforce-limit-info': info });

describe('Salesforce API usage', () => {
	test('salesforce:T15 the highest figure of a run counts, whatever later answers say', () => {
		const usage = createUsage();
		for (const used of [4147, 4141, 4142, 4143]) usage.observe(told(`api-usage=${used}/15000`));
		expect([usage.used, usage.limit]).toEqual([4147, 15_000]);
	});

	test.each([
		['api-usage=25/5000; per-app-api-usage=17/250(appName=x)', 25],
		['per-app-api-usage=17/250(appName=x); api-usage=25/5000', 25],
		['per-app-api-usage=17/250(appName=x)', undefined],
		['', undefined],
		['api-usage=25/0', undefined],
	])('salesforce:T15 only the own usage of the organisation is read: "%s"', (info, used) => {
		const usage = createUsage();
		usage.observe(told(info));
		expect(usage.used).toBe(used);
	});

	test('salesforce:4.11 stops before the request that would go beyond the percentage', () => {
		const usage = createUsage({ stopAtUsage: 50 });
		usage.admit();
		usage.observe(told('api-usage=49/100'));
		usage.admit();
		usage.observe(told('api-usage=50/100'));
		expect(() => usage.admit()).toThrow('used 50 of its 100 API requests');
		expect(usage.calls).toBe(2);
	});

	test('salesforce:T15 a run stops at its percentage and sends nothing more', async () => {
		org.settings.dailyApiRequests = 100;
		org.setSwitches({ limitJitter: false });
		const { api } = openApi(org, { stopAtUsage: 3 });
		const work = (async () => {
			for (;;) await api.read('sobjects');
		})();
		const error = await refusalOf(work);
		expect(error.code).toBe('limit');
		expect(error.told).toMatch(/stops at 3 %.*What was written stays written.*Company Information/);
		expect(org.count('GET .*sobjects')).toBe(3);
		expect(api.usage).toMatchObject({ calls: 3, used: 3, limit: 100 });
	});

	test('salesforce:4.11 a run sends no more requests than it may', async () => {
		const { api } = openApi(org, { maxCalls: 1 });
		await api.read('sobjects');
		expect((await refusalOf(api.read('sobjects'))).told).toContain('1 requests');
		expect(org.count('GET .*sobjects')).toBe(1);
	});

	test('salesforce:4.11 repeated requests count', async () => {
		org.faults.add({ effect: { kind: 'unavailable', status: 503 }, url: /sobjects/, times: 2 });
		const { api } = openApi(org);
		await api.read('sobjects');
		expect(api.usage.calls).toBe(3);
	});
});
