import { ConnectionError } from '../../shared/connectors/http';
import { checkSignIn } from '../../shared/connectors/salesforce/check';
import { bindApi } from '../../shared/connectors/salesforce/api';
import { salesforce } from '../../shared/connectors/salesforce';
import { salesforceSend } from '../../shared/connectors/salesforce/pacing';
import { useSalesforce } from '../sandbox/useSalesforce';
import { fastClock } from './dynamics365Client';
import { openApi, refusalOf, salesforceHttp } from './salesforceGround';

const org = useSalesforce();
const check = async () => await checkSignIn(openApi(org).api, org.url);

describe('checking a Salesforce sign-in', () => {
	test('salesforce:1.3 says who is signed in where, without a token in any address', async () => {
		const answer = await check();
		expect(answer).toEqual({ ok: true, message: `Signed in to ${org.url} as ${org.username}` });
		expect(org.log.map(({ url }) => url).join()).not.toContain('oauth_token');
	});

	test('salesforce:1.4 a token that may not tell its user is good all the same (U20)', async () => {
		org.setSwitches({ ccUserinfo: 'refused' });
		expect(await check()).toEqual({ ok: true, message: `Signed in to ${org.url}` });
	});

	test.each([
		[{ kind: 'session', reason: 'highAssurance' }, 'renewed'],
		[
			{ kind: 'respond', status: 403, body: body('API_DISABLED_FOR_ORG', 'API is disabled') },
			'API Enabled',
		],
		[
			{ kind: 'respond', status: 403, body: body('OAUTH_APP_BLOCKED', 'blocked') },
			'app is blocked',
		],
		[
			{ kind: 'respond', status: 403, body: body('FORBIDDEN', 'insufficient scope') },
			'scope "Manage user data',
		],
		[{ kind: 'respond', status: 302, headers: { Location: '/x' } }, 'No Salesforce API answers'],
		[
			{ kind: 'respond', status: 200, body: '<html><title>Hi</title></html>' },
			'No Salesforce API answers',
		],
	] as const)('salesforce:1.6 says in plain words what is missing: %#', async (effect, words) => {
		org.faults.add({ effect, url: /sobjects$/, times: 9 });
		const { ok, message } = await check();
		expect(ok).toBe(false);
		expect(message).toContain(words);
	});

	test('salesforce:4.10 a version the instance does not speak names the newest it does', async () => {
		const { place } = openApi(org);
		const old = { ...place, version: '999.0' };
		const { ok, message } = await checkSignIn(
			bindApi(salesforceSend(salesforceHttp(org), old), old),
			org.url,
		);
		expect(ok).toBe(false);
		expect(message).toMatch(/speaks versions up to \d+\.0 of the API, not 999\.0/);
	});

	test('salesforce:1.6 an address nobody answers at is no exception', async () => {
		const { api } = openApi(org, {}, async () => {
			throw new ConnectionError('no answer (ENOTFOUND)', false);
		});
		const { ok, message } = await checkSignIn(api, org.url);
		expect(ok).toBe(false);
		expect(message).toMatch(/cannot be reached.*ENOTFOUND.*Check the instance URL/s);
	});
});

function body(errorCode: string, message: string): string {
	return JSON.stringify([{ errorCode, message }]);
}

describe('the Salesforce connector', () => {
	const connector = () =>
		salesforce(salesforceHttp(org), {
			...{ instanceUrl: `${org.url}/`, credentialId: 'c', clock: fastClock() },
		});

	test('check, objects, fields and keys', async () => {
		expect(await connector().check()).toMatchObject({ ok: true });
		expect(await connector().objects()).toContainEqual({ name: 'Lead', label: 'Lead' });
		expect((await connector().fields('Lead')).length).toBeGreaterThan(10);
		expect((await connector().keys('Lead'))[0].fields).toEqual(['Ext__c']);
	});

	test('find: one entry per key in input order, none where several match', async () => {
		const id = org.insert('Contact', { LastName: 'A', Ext__c: 'E1', Email: 'a@x.io' });
		org.insert('Contact', { LastName: 'B', Email: 'a@x.io' });
		const find = async (field: string, ...values: unknown[]) =>
			await connector().find(
				{ objectName: 'Contact', keyFields: [field] },
				values.map((value) => ({ [field]: value })),
				['LastName'],
			);
		expect(await find('Ext__c', 'E0', 'e1')).toEqual([
			undefined,
			{ id, record: { Id: id, Ext__c: 'E1', LastName: 'A' } },
		]);
		expect(await find('Email', 'a@x.io')).toEqual([undefined]);
		const several = connector().find({ objectName: 'Contact', keyFields: ['A', 'B'] }, [], []);
		expect((await refusalOf(several)).told).toContain('exactly one field');
	});

	test('salesforce:4.11 fields are not created: where to do it is said before anything is sent', async () => {
		const target = {
			...({ objectName: 'Contact', keyFields: ['Ext__c'], writeMode: 'upsert' } as const),
			removedRecords: 'skip' as const,
			newFields: [
				{ name: 'Title', type: 'string' } as const,
				{ name: 'loyalty-level', type: 'string' } as const,
			],
		};
		const record = { change: 'added', key: { Ext__c: 'E1' }, redelivered: false } as const;
		const values = { LastName: 'A', 'loyalty-level': 'gold' };
		const run = async (verb: 'write' | 'preview') => {
			const records = [{ ...record, values, update: values }];
			for await (const batch of connector()[verb](target, records, {})) expect(batch).toEqual([]);
		};
		for (const verb of ['write', 'preview'] as const) {
			const { told } = await refusalOf(run(verb));
			expect(told).toMatch(/Contact has no field "loyalty-level"/);
			expect(told).toMatch(/Object Manager → Contact → Fields & Relationships.*loyalty_level__c/);
		}
		expect(org.rows('Contact')).toEqual([]);
	});

	test('salesforce:4.11 the summary tells what a run cost', async () => {
		const one = connector();
		await one.objects();
		expect(one.summary()).toMatchObject({
			...{ usage: { calls: 1, limit: 100_000 }, jobs: [], fieldWarnings: {} },
		});
	});
});
