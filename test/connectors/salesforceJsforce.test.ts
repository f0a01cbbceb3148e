import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { HttpRequest, HttpResponse } from '../../shared/connectors/http';
import { connect } from '../../shared/connectors/salesforce/connection';
import { SyncError } from '../../shared/core/errors';
import { useSalesforce } from '../sandbox/useSalesforce';
import { openApi, refusalOf, salesforceHttp } from './salesforceGround';

const org = useSalesforce();
const place = { origin: 'https://acme.my.salesforce.com', version: '66.0' };

/** Answers every request alike and remembers it. */
function answering(status: number, body: string, headers: HttpResponse['headers'] = JSON_TYPE) {
	const requests: HttpRequest[] = [];
	const send = async (request: HttpRequest): Promise<HttpResponse> => {
		requests.push(request);
		return { status, headers, body };
	};
	return { requests, send };
}

const JSON_TYPE = { 'content-type': 'application/json;charset=UTF-8' };

const packageJson = (...where: string[]): Record<string, Record<string, string>> =>
	JSON.parse(readFileSync(path.join(__dirname, '../..', ...where), 'utf8')) as never;

describe('jsforce behind our transport', () => {
	test('salesforce:4.10 the version whose private seam is used is pinned', () => {
		const wanted = packageJson('package.json').devDependencies.jsforce;
		expect(wanted).toMatch(/^\d+\.\d+\.\d+$/);
		expect(packageJson('node_modules/jsforce/package.json').version).toBe(wanted);
	});

	test('salesforce:4.10 every call of a connection passes _transport', async () => {
		const { requests, send } = answering(200, '{"sobjects":[],"fields":[]}');
		const connection = await connect(place, send);
		await connection.describeGlobal();
		await connection.describe('Contact');
		await connection.request('/query?q=x');
		await connection.request({ method: 'PATCH', url: '/composite/sobjects', body: '{"a":1}' });
		const base = `${place.origin}/services/data/v66.0`;
		expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
			`GET ${base}/sobjects`,
			`GET ${base}/sobjects/Contact/describe`,
			`GET ${base}/query?q=x`,
			`PATCH ${base}/composite/sobjects`,
		]);
		expect(requests[3].body).toBe('{"a":1}');
	});

	test('salesforce:4.10 jsforce neither signs in nor measures: those headers are the transport’s', async () => {
		const { requests, send } = answering(200, '{}');
		const connection = await connect(place, send);
		connection.accessToken = 'leaked';
		await connection.request({ method: 'POST', url: '/x', body: '{"ä":1}' });
		const names = Object.keys(requests[0].headers).map((name) => name.toLowerCase());
		expect(names).not.toContain('authorization');
		expect(names).not.toContain('content-length');
	});

	test('salesforce:J7 a lasting 401 ends after one renewal', async () => {
		org.faults.add({ effect: { kind: 'session' }, url: /sobjects/, times: 99 });
		expect((await refusalOf(openApi(org).api.read('sobjects'))).code).toBe('auth');
		expect(org.count('GET .*sobjects')).toBe(2);
	});

	test('salesforce:J7 salesforce:J15 nothing renews tokens inside jsforce', async () => {
		const { requests, send } = answering(401, '[{"errorCode":"INVALID_SESSION_ID","message":"x"}]');
		const connection = await connect(place, send);
		await expect(connection.request('/sobjects')).rejects.toThrow('x');
		expect(requests).toHaveLength(1);
		expect(connection).toMatchObject({ refreshToken: undefined, _refreshDelegate: undefined });
	});

	test('salesforce:J9 salesforce:T8 paths reach the wire as they were encoded', async () => {
		const { api } = openApi(org);
		const key = encodeURIComponent('a/b c?#é.inc');
		await api.exchange({ method: 'GET', path: `sobjects/Contact/Ext__c/${key}`, repeatable: true });
		expect(org.log.at(-1)?.url).toBe(`/services/data/v66.0/sobjects/Contact/Ext__c/${key}`);
	});

	test('salesforce:J12 the proxy of the environment is n8n’s to follow, not jsforce’s', async () => {
		const before = { ...process.env };
		Object.assign(process.env, {
			http_proxy: 'http://127.0.0.1:9',
			https_proxy: 'http://127.0.0.1:9',
		});
		try {
			jest.resetModules();
			const anew = await import('../../shared/connectors/salesforce/connection');
			const connection = await anew.connect(
				{ origin: org.url, version: '66.0' },
				async (request) => await salesforceHttp(org)(request),
			);
			await expect(connection.describeGlobal()).resolves.toHaveProperty('sobjects');
		} finally {
			process.env = before;
		}
	});

	test('salesforce:J13 jsforce repeats nothing: our own rules do', async () => {
		const { requests, send } = answering(503, '[]');
		const connection = await connect(place, send);
		await expect(connection.request('/sobjects')).rejects.toBeDefined();
		expect(requests).toHaveLength(1);
	});

	test('salesforce:J14 a refusal keeps its status, code and fields', async () => {
		const body = '[{"errorCode":"INVALID_FIELD","message":"No such column","fields":["X"]}]';
		org.faults.add({
			effect: {
				kind: 'respond',
				status: 400,
				body,
				headers: { 'Content-Type': 'application/json' },
			},
			url: /sobjects/,
		});
		const error = await refusalOf(openApi(org).api.read('sobjects'));
		expect(error).toBeInstanceOf(SyncError);
		expect(error.message).toBe(
			'Salesforce refused to read sobjects: No such column (INVALID_FIELD)',
		);
	});

	test('salesforce:J14 HTML is told by its title, whatever its content type', async () => {
		for (const charset of [false, true]) {
			org.faults.add({ effect: { kind: 'gateway', charset }, url: /sobjects/, times: 9 });
			const error = await refusalOf(openApi(org).api.read('sobjects'));
			expect(error.code).toBe('unavailable');
			expect(error.message).not.toContain('<');
			org.faults.clear();
		}
	});

	test('salesforce:J19 salesforce:N2 every request says how long it may take', async () => {
		const http = salesforceHttp(org);
		const limits: Array<number | undefined> = [];
		const { api } = openApi(org, {}, async (request) => {
			limits.push(request.timeoutMs);
			return await http(request);
		});
		await api.read('sobjects');
		await api.query('SELECT Id FROM Contact');
		await api.exchange({ method: 'GET', path: 'sobjects', repeatable: true });
		expect(limits).toEqual([600_000, 600_000, 600_000]);
	});

	test('salesforce:S35 a failure inside the transport comes out as it is, without request or token', async () => {
		const cause = new SyncError('auth', 'No');
		const connection = await connect(place, async () => {
			throw cause;
		});
		await expect(connection.describeGlobal()).rejects.toBe(cause);
	});
});
