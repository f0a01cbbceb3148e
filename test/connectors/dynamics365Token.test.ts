import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SyncError } from '../../shared/core/errors';
import type { HttpResponse } from '../../shared/connectors/http';
import {
	appToken,
	type AppCredential,
	type TokenTransport,
} from '../../shared/connectors/dynamics365/token';
import { createClock } from '../sandbox/clock';
import { Tokens, type TokenSettings } from '../sandbox/dataverse/tokens';
import { listen } from '../sandbox/httpServer';

const CLIENT_ID = '11111111-2222-3333-4444-555555555555';
const TENANT = '99999999-8888-7777-6666-555555555555';

/** A throw-away certificate, made by OpenSSL as an administrator would. */
function makeCertificate(passphrase?: string) {
	const folder = mkdtempSync(path.join(tmpdir(), 'crm-sync-certificate-'));
	const key = path.join(folder, 'key.pem');
	const cert = path.join(folder, 'cert.pem');
	const protect = passphrase ? ['-passout', `pass:${passphrase}`] : ['-nodes'];
	execFileSync(
		'openssl',
		['req', '-x509', '-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=crm-sync']
			.concat(['-keyout', key, '-out', cert])
			.concat(protect),
		{ stdio: 'pipe' },
	);
	const pem = { certificate: readFileSync(cert, 'utf8'), privateKey: readFileSync(key, 'utf8') };
	rmSync(folder, { recursive: true });
	return pem;
}

async function startTokens(certificates: TokenSettings['certificates'] = []) {
	const clock = createClock();
	const requests: string[] = [];
	const faults: HttpResponse[] = [];
	let url = '';
	const tokens = new Tokens(
		{ clientId: CLIENT_ID, clientSecret: 'right', certificates, lifetimeSeconds: 3600 },
		clock,
		() => url,
	);
	const server = await listen((request) => {
		requests.push(`${request.method} ${request.url.split('?')[0]}`);
		return faults.shift() ?? tokens.serve(request) ?? { status: 404, headers: {}, body: '' };
	});
	url = `http://127.0.0.1:${server.port}`;
	return { url, tokens, requests, faults, close: server.close };
}

const transport: TokenTransport = async ({ method, url, headers, body }) => {
	const response = await fetch(url, { method, headers: { ...headers }, body });
	const text = await response.text();
	return { status: response.status, headers: Object.fromEntries(response.headers), body: text };
};

let server: Awaited<ReturnType<typeof startTokens>>;
afterEach(async () => await server.close());

const credential = (changes: Partial<AppCredential> = {}): AppCredential => ({
	environmentUrl: server.url,
	tenantId: TENANT,
	clientId: CLIENT_ID,
	secret: { type: 'clientSecret', clientSecret: 'right' },
	cloud: 'auto',
	tokenEndpoint: `${server.url}/${TENANT}/oauth2/v2.0/token`,
	...changes,
});

const failure = async (wanted: AppCredential): Promise<SyncError> => {
	const error = await appToken(wanted, transport).catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(SyncError);
	return error as SyncError;
};

describe('token of an app registration', () => {
	test('secret: one token request, no discovery, then the cache (dataverse:1.3)', async () => {
		server = await startTokens();
		const first = await appToken(credential(), transport);
		expect(server.tokens.accepts(`Bearer ${first}`)).toBe(true);
		expect(await appToken(credential(), transport)).toBe(first);
		expect(server.requests).toEqual([`POST /${TENANT}/oauth2/v2.0/token`]);
	});

	test('parallel first calls share one request (dataverse:1.3, n8n:T-28)', async () => {
		server = await startTokens();
		const calls = Array.from({ length: 5 }, async () => await appToken(credential(), transport));
		expect(new Set(await Promise.all(calls)).size).toBe(1);
		expect(server.requests).toHaveLength(1);
	});

	test('after a 401 the cached token is not handed out again (dataverse:T-29)', async () => {
		server = await startTokens();
		const first = await appToken(credential(), transport);
		server.tokens.revokeAll();
		const second = await appToken(credential(), transport, true);
		expect(second).not.toBe(first);
		expect(server.tokens.accepts(`Bearer ${second}`)).toBe(true);
	});

	test.each([undefined, 'open sesame'])(
		'certificate signs in, passphrase %s, also with line breaks lost in a form field (dataverse:1.2)',
		async (passphrase) => {
			const pem = makeCertificate(passphrase);
			const thumbprint = new X509Certificate(pem.certificate).fingerprint256;
			server = await startTokens([{ thumbprint, publicKey: pem.certificate }]);
			const oneLine = (text: string) => text.trim().replaceAll('\n', ' ');
			const token = await appToken(
				credential({
					secret: {
						type: 'certificate',
						certificate: oneLine(pem.certificate),
						privateKey: oneLine(pem.privateKey),
						passphrase,
					},
				}),
				transport,
			);
			expect(server.tokens.accepts(`Bearer ${token}`)).toBe(true);
		},
	);

	test('an unknown certificate and unreadable PEM are told apart (dataverse:1.2)', async () => {
		server = await startTokens();
		const pem = makeCertificate();
		const unknown = await failure(credential({ secret: { type: 'certificate', ...pem } }));
		expect(unknown.message).toContain('The certificate does not belong to the application');
		const broken = await failure(
			credential({ secret: { type: 'certificate', certificate: 'x', privateKey: 'y' } }),
		);
		expect(broken).toMatchObject({ code: 'config' });
		expect(broken.message).toContain('PEM');
	});

	test('a wrong secret is said in words, and the secret is in no message (dataverse:1.2)', async () => {
		server = await startTokens();
		const wrong = { type: 'clientSecret', clientSecret: 'hunter2-secret' } as const;
		const error = await failure(credential({ secret: wrong }));
		expect(error).toMatchObject({ code: 'auth' });
		expect(error.message).toContain('The client secret is wrong');
		expect(error.message).toContain('AADSTS7000215');
		expect(JSON.stringify([error.message, error.details.hint])).not.toContain('hunter2');
	});

	test('an unknown application and a wrong environment are said in words (dataverse:1.2)', async () => {
		server = await startTokens();
		const application = await failure(credential({ clientId: '0'.repeat(8) }));
		expect(application.message).toContain('not known in this tenant');
		const environment = await failure(
			credential({ environmentUrl: 'https://other.crm4.dynamics.com' }),
		);
		expect(environment.message).toContain('environment URL is not known');
	});

	test('a busy token endpoint is asked again, not locked out for a minute (dataverse:T-29)', async () => {
		server = await startTokens();
		server.faults.push({ status: 503, headers: {}, body: '<html></html>' });
		server.faults.push({ status: 429, headers: { 'Retry-After': '30' }, body: '' });
		const token = await appToken(credential(), transport);
		expect(server.tokens.accepts(`Bearer ${token}`)).toBe(true);
		expect(server.requests).toHaveLength(3);
	});

	test('a token endpoint that answers 200 without a JSON object is no crash (dataverse:1.3)', async () => {
		server = await startTokens();
		for (let n = 0; n < 3; n += 1)
			server.faults.push({ status: 200, headers: {}, body: '"hello"' });
		expect(await failure(credential())).toMatchObject({ code: 'unavailable' });
	});
});
