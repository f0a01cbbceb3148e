import { OutcomeUnknownError } from '../../shared/connectors/retry';
import { bindApi } from '../../shared/connectors/salesforce/api';
import { apiVersion, instanceOrigin } from '../../shared/connectors/salesforce/instance';
import { salesforceSend } from '../../shared/connectors/salesforce/pacing';
import { useSalesforce } from '../sandbox/useSalesforce';
import { openApi, refusalOf, salesforceHttp } from './salesforceGround';

const org = useSalesforce();
const create = {
	...({ method: 'POST', path: 'sobjects/Contact', repeatable: false } as const),
	json: { LastName: 'Doe' },
};

describe('queries', () => {
	const SOQL = 'SELECT Id, LastName FROM Contact ORDER BY Id';

	test('salesforce:3.1 all pages, in order, each row once', async () => {
		org.settings.pageSize = 3;
		const ids = Array.from({ length: 8 }, (_, n) => org.insert('Contact', { LastName: `N${n}` }));
		const rows = await openApi(org).api.query(SOQL);
		expect(rows.map(({ Id }) => Id)).toEqual([...ids].sort());
		expect(org.count('GET .*query')).toBe(3);
	});

	test('salesforce:3.1 deleted rows on request only', async () => {
		const id = org.insert('Contact', { LastName: 'Gone' });
		const { api } = openApi(org);
		await api.exchange({ method: 'DELETE', path: `sobjects/Contact/${id}`, repeatable: true });
		expect(await api.query(SOQL)).toEqual([]);
		expect(await api.query(SOQL, 'deleted too')).toMatchObject([{ Id: id }]);
	});

	test.each([
		['to another host', 'https://evil.example/services/data/v66.0/query/1'],
		['to nowhere', 7],
		['in circles', '/services/data/v66.0/query/loop'],
	])('salesforce:3.1 pages that lead %s end the run', async (_name, nextRecordsUrl) => {
		const body = JSON.stringify({ totalSize: 2, done: false, nextRecordsUrl, records: [] });
		const headers = { 'Content-Type': 'application/json' };
		const effect = { kind: 'respond', status: 200, body, headers } as const;
		org.faults.add({ effect, url: /query/, times: 9 });
		const { told, code } = await refusalOf(openApi(org).api.query(SOQL));
		expect([code, told]).toEqual(['unavailable', expect.stringContaining('lead nowhere')]);
	});

	test('salesforce:3.1 a refused query names its object, and no value of a record', async () => {
		const soql = "SELECT Nope FROM Contact WHERE Email = 'alice@example.com'";
		const { told, code } = await refusalOf(openApi(org).api.query(soql));
		expect(code).toBe('config');
		expect(told).toMatch(/refused to query Contact.*INVALID_FIELD/s);
		expect(told).not.toContain('alice');
	});
});

describe('answers', () => {
	test('salesforce:T3 refusals of a write are the caller’s to read, status and all', async () => {
		const { api } = openApi(org);
		const answer = await api.exchange({ ...create, json: { FirstName: 'No' } });
		expect(answer.status).toBe(400);
		expect(answer.body).toContain('REQUIRED_FIELD_MISSING');
		expect(answer.headers['sforce-limit-info']).toMatch(/^api-usage=/);
	});

	test('salesforce:1.1 paths are below the version, or from the root', async () => {
		const { api } = openApi(org);
		const get = async (path: string) =>
			(await api.exchange({ method: 'GET', path, repeatable: true })).status;
		expect(await get('sobjects')).toBe(200);
		expect(await get('/services/data')).toBe(200);
		expect(org.log.map(({ url }) => url)).toEqual(
			expect.arrayContaining(['/services/data/v66.0/sobjects', '/services/data']),
		);
	});

	test.each([
		['401 with a reason no new token cures', { kind: 'session', reason: 'highAssurance' }, 'auth'],
		['403 for the day', { kind: 'quota', limit: 'total' }, 'limit'],
	] as const)('salesforce:T14 %s stops the run', async (_name, effect, code) => {
		org.faults.add({ effect, url: /sobjects/, times: 9 });
		expect((await refusalOf(openApi(org).api.exchange(create))).code).toBe(code);
		expect(org.rows('Contact')).toEqual([]);
	});

	test('salesforce:T14 403 for too many at once is waited for, writes included', async () => {
		org.faults.add({ effect: { kind: 'quota', limit: 'concurrent' }, url: /Contact/, times: 3 });
		const { api, clock } = openApi(org);
		expect((await api.exchange(create)).status).toBe(201);
		expect(org.rows('Contact')).toHaveLength(1);
		expect(clock.slept.length).toBeGreaterThanOrEqual(3);
	});

	test('salesforce:5 429 waits as long as it asks to', async () => {
		org.faults.add({ effect: { kind: 'throttle', retryAfter: 7 }, url: /Contact/ });
		const { api, clock } = openApi(org);
		expect((await api.exchange(create)).status).toBe(201);
		expect(clock.slept).toContain(7000);
	});

	test('salesforce:5 420 is asked twice more for a read, and never again for a write', async () => {
		org.settings.expired = true;
		const read = await refusalOf(openApi(org).api.read('sobjects'));
		expect(read.told).toMatch(/suspended, expired or deleted \(HTTP 420\)/);
		expect(org.count('GET .*sobjects')).toBe(3);
		await refusalOf(openApi(org).api.exchange(create));
		expect(org.count('POST .*Contact')).toBe(1);
	});

	test('salesforce:J13 a read is repeated, with HTML for an answer too', async () => {
		org.faults.add({ effect: { kind: 'gateway', charset: true }, url: /sobjects/, times: 2 });
		await expect(openApi(org).api.read('sobjects')).resolves.toHaveProperty('sobjects');
	});

	test.each([
		['a gateway after the commit', { kind: 'gateway', afterCommit: true }],
		['a reset after the commit', { kind: 'reset', when: 'afterCommit' }],
		['an unavailable service', { kind: 'unavailable', status: 503, afterCommit: true }],
	] as const)('salesforce:T6 an insert that met %s is not repeated', async (_name, effect) => {
		org.faults.add({ effect, url: /Contact/ });
		await expect(openApi(org).api.exchange(create)).rejects.toThrow(OutcomeUnknownError);
		expect(org.rows('Contact')).toHaveLength(1);
	});

	test('salesforce:J14 a cut or foreign answer to a read is not taken for data', async () => {
		org.faults.add({ effect: { kind: 'truncate' }, url: /sobjects/ });
		const cut = await refusalOf(openApi(org).api.read('sobjects'));
		expect([cut.code, cut.message]).toEqual(['unavailable', expect.stringContaining('cut short')]);
		const body = '<html><title>Log in</title></html>';
		const headers = { 'Content-Type': 'text/html' };
		org.faults.add({ effect: { kind: 'respond', status: 200, body, headers }, url: /sobjects/ });
		const page = await refusalOf(openApi(org).api.read('sobjects'));
		expect(page.told).toMatch(/read sobjects \(HTTP 200\): Log in.*sign-in page/);
	});

	test('salesforce:T11 a token that ends between two requests is renewed unseen', async () => {
		const { api } = openApi(org);
		await api.read('sobjects');
		org.clock.advance(org.settings.tokenLifetimeMs + 1);
		await expect(api.read('sobjects')).resolves.toHaveProperty('sobjects');
	});

	test('design:R5 a cancelled run sends nothing more', async () => {
		const { place } = openApi(org);
		const stop = new AbortController();
		const onRequest = jest.fn(() => stop.abort());
		const run = { signal: stop.signal, onRequest };
		const api = bindApi(salesforceSend(salesforceHttp(org), place), place, run);
		await expect(api.exchange(create)).resolves.toMatchObject({ status: 201 });
		await expect(api.exchange(create)).rejects.toMatchObject({ name: 'CancelledError' });
		expect(onRequest).toHaveBeenCalledTimes(1);
	});
});

describe('where the organisation answers', () => {
	test.each([
		[' https://acme.my.salesforce.com/ ', 'https://acme.my.salesforce.com'],
		['acme.my.salesforce.com', 'https://acme.my.salesforce.com'],
		[
			'https://acme--dev.sandbox.my.salesforce.com/lightning',
			'https://acme--dev.sandbox.my.salesforce.com',
		],
		['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
	])('salesforce:1.1 %s', (text, origin) => {
		expect(instanceOrigin(text)).toBe(origin);
	});

	test.each([
		['', 'is not the URL'],
		['https://user@acme.my.salesforce.com', 'is not the URL'],
		['https://acme.lightning.force.com/lightning/page', 'acme.my.salesforce.com instead'],
		['https://login.salesforce.com', 'only signs in'],
		['test.salesforce.com', 'only signs in'],
	])('salesforce:T12 refuses %s', async (text, words) => {
		const { told } = await refusalOf((async () => instanceOrigin(text))());
		expect(told).toMatch(words);
	});

	test.each([
		[undefined, '66.0'],
		['61.0', '61.0'],
		['v67', '67.0'],
	])('salesforce:4.10 version %s is %s', (text, version) => {
		expect(apiVersion(text)).toBe(version);
	});

	test.each(['60.0', '', 'newest', '66.5'])('salesforce:4.10 refuses version %s', (text) => {
		expect(() => apiVersion(text)).toThrow('not a version');
	});
});
