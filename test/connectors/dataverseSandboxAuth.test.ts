import { createHash, generateKeyPairSync } from 'node:crypto';
import type { NodeAuthOptions } from '@azure/msal-node';
import { ConfidentialClientApplication, ServerError } from '@azure/msal-node';
import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession, tokenForm } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

/** Static metadata is the way contract 1.3 points the library at a plain-http token endpoint. */
function application(overrides: Partial<NodeAuthOptions> = {}): ConfidentialClientApplication {
	const base = `${sandbox.url}/${sandbox.tenant}`;
	return new ConfidentialClientApplication({
		auth: {
			clientId: sandbox.clientId,
			clientSecret: sandbox.clientSecret,
			authority: `https://login.microsoftonline.com/${sandbox.tenant}`,
			authorityMetadata: JSON.stringify({
				issuer: `${base}/v2.0`,
				authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
				token_endpoint: `${base}/oauth2/v2.0/token`,
				jwks_uri: `${base}/discovery/v2.0/keys`,
			}),
			...overrides,
		},
	});
}

const acquire = (app: ConfidentialClientApplication) =>
	app.acquireTokenByClientCredential({ scopes: [`${sandbox.url}/.default`] });

async function refusal(app: ConfidentialClientApplication): Promise<ServerError> {
	const error: unknown = await acquire(app).catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(ServerError);
	return error as ServerError;
}

async function tokenStatus(form: Record<string, string>, tenant = sandbox.tenant) {
	const response = await fetch(`${sandbox.url}/${tenant}/oauth2/v2.0/token?client-request-id=1`, {
		method: 'POST',
		body: new URLSearchParams(form),
	});
	const body = (await response.json()) as { error: string; error_codes: number[] };
	return [response.status, body.error, body.error_codes?.[0]];
}

function certificate() {
	const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const der = publicKey.export({ type: 'spki', format: 'der' });
	return {
		thumbprintSha256: createHash('sha256').update(der).digest('hex'),
		privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
	};
}

const whoAmI = (authorization?: string) =>
	session.call('WhoAmI', { headers: { authorization: authorization ?? '' } });

testRules('dataverse', {
	'S-01': {
		'MSAL signs in with the secret, and the token opens WhoAmI': async () => {
			const result = await acquire(application());
			const answer = await whoAmI(`Bearer ${result?.accessToken}`);
			expect(answer.status).toBe(200);
			expect(answer.json<{ UserId: string }>().UserId).toBe(sandbox.ids.user);
		},
		'MSAL signs in with a certificate; the secret and the assertion stay out of the log':
			async () => {
				const { publicKey, ...clientCertificate } = certificate();
				sandbox.certificates.push({ thumbprint: clientCertificate.thumbprintSha256, publicKey });
				const app = application({ clientSecret: undefined, clientCertificate });
				const result = await acquire(app);
				expect((await whoAmI(`Bearer ${result?.accessToken}`)).status).toBe(200);
				const [secretCall, certificateCall] = sandbox.log;
				expect(secretCall?.body).toContain('client_secret=***');
				expect(certificateCall?.body).toContain('client_assertion=***');
			},
		'a certificate with another key than the registered one is AADSTS700027': async () => {
			const known = certificate();
			const { thumbprintSha256, privateKey } = certificate();
			const clientCertificate = { thumbprintSha256, privateKey };
			sandbox.certificates.push({ thumbprint: thumbprintSha256, publicKey: known.publicKey });
			const error = await refusal(application({ clientSecret: undefined, clientCertificate }));
			expect(Number(error.errorNo)).toBe(700_027);
		},
		'a wrong secret reaches MSAL as ServerError with AADSTS7000215': async () => {
			const error = await refusal(application({ clientSecret: 'wrong' }));
			expect(error).toMatchObject({ errorCode: 'invalid_client', errorNo: 7_000_215, status: 401 });
			expect(error.errorMessage).toContain('AADSTS7000215');
		},
		'an unknown application is AADSTS700016, status 400': async () => {
			const error = await refusal(application({ clientId: sandbox.ids.otherUser }));
			expect(error).toMatchObject({ errorNo: 700_016, status: 400 });
		},
		'offline_access is 70011, another org 500011, common 50059': async () => {
			const form = tokenForm(sandbox);
			const both = { ...form, scope: `${form.scope} offline_access` };
			expect(await tokenStatus(both)).toEqual([400, 'invalid_scope', 70011]);
			const other = { ...form, scope: 'https://other.crm4.dynamics.com/.default' };
			expect(await tokenStatus(other)).toEqual([400, 'invalid_resource', 500011]);
			expect(await tokenStatus(form, 'common')).toEqual([400, 'invalid_request', 50059]);
		},
		'discovery names the token endpoint of the tenant': async () => {
			const url = `${sandbox.url}/contoso.com/v2.0/.well-known/openid-configuration`;
			const body = (await (await fetch(url)).json()) as { token_endpoint: string };
			expect(body.token_endpoint).toBe(`${sandbox.url}/contoso.com/oauth2/v2.0/token`);
		},
		'faults: 429 with Retry-After makes MSAL fail fast without a second request': async () => {
			sandbox.faults.add({
				url: 'oauth2',
				effect: {
					kind: 'respond',
					status: 429,
					headers: { 'Retry-After': '30', 'Content-Type': 'application/json' },
					body: '{"error":"temporarily_unavailable"}',
				},
			});
			const app = application();
			await expect(acquire(app)).rejects.toThrow();
			const sent = sandbox.log.length;
			await expect(acquire(app)).rejects.toThrow();
			expect(sandbox.log).toHaveLength(sent);
		},
		'faults: 200 with a body that is no object breaks MSAL with a bare TypeError': async () => {
			sandbox.faults.add({ url: 'oauth2', effect: { kind: 'respond', status: 200, body: '"no"' } });
			await expect(acquire(application())).rejects.toThrow(TypeError);
		},
	},
	'S-02': {
		'missing, wrong and expired tokens are 401 0x80044302': async () => {
			for (const header of [undefined, 'Bearer nonsense']) {
				const answer = await whoAmI(header);
				expect([answer.status, answer.code]).toEqual([401, '0x80044302']);
			}
			sandbox.clock.advance(3_600_000);
			expect((await session.call('WhoAmI')).status).toBe(401);
		},
		'revoked tokens are 401 until a new one is fetched': async () => {
			sandbox.faults.add({ nth: 2, effect: { kind: 'revokedToken' } });
			expect((await session.call('WhoAmI')).status).toBe(200);
			expect((await session.call('WhoAmI')).status).toBe(401);
			expect((await session.call('WhoAmI')).status).toBe(401);
			expect((await (await openSession(sandbox)).call('WhoAmI')).status).toBe(200);
		},
		'no application user is 0x80072560, no role 0x80042f09': async () => {
			sandbox.identity.securityRole = false;
			expect((await session.call('WhoAmI')).code).toBe('0x80042f09');
			sandbox.identity.applicationUser = false;
			expect((await session.call('WhoAmI')).code).toBe('0x80072560');
		},
		'a missing privilege is 403 and names privilege and table': async () => {
			sandbox.identity.missingPrivileges.add('prvCreateaccount');
			const answer = await session.call('accounts', { method: 'POST', body: { name: 'x' } });
			expect([answer.status, answer.code]).toEqual([403, '0x80040220']);
			expect(answer.message).toMatch(/prvCreateaccount.*'account'/);
		},
	},
	'S-03': {
		'GET WhoAmI carries x-ms-dop-hint': async () => {
			const answer = await session.call('WhoAmI');
			expect(answer.headers.get('x-ms-dop-hint')).toBe('4');
		},
		'POST WhoAmI is 404 with an empty code (405 by U-19)': async () => {
			const post = () => session.call('WhoAmI', { method: 'POST', body: {} });
			const answer = await post();
			expect([answer.status, answer.code]).toEqual([404, '']);
			expect(answer.message).toContain('No HTTP resource was found');
			sandbox.switches['U-19'] = '405 and 404';
			expect((await post()).status).toBe(405);
		},
		'only /api/data/v9.x/ is served': async () => {
			expect((await session.call(`${sandbox.url}/api/data/v8.2/WhoAmI`)).status).toBe(404);
			expect((await session.call(`${sandbox.url}/api/data/v9.1/WhoAmI`)).status).toBe(200);
		},
	},
	'S-04': {
		'every answer has version, request id and cookie; errors have REQ_ID': async () => {
			const good = await session.call('WhoAmI');
			expect(good.headers.get('OData-Version')).toBe('4.0');
			expect(good.headers.get('x-ms-service-request-id')).toMatch(/^[0-9a-f-]{36}$/);
			expect(good.headers.get('Set-Cookie')).toMatch(/^ARRAffinity=/);
			expect(good.headers.get('REQ_ID')).toBeNull();
			expect((await session.call('Accounts')).headers.get('REQ_ID')).not.toBeNull();
		},
		'the log tells whether the client echoes the affinity cookie': async () => {
			await session.call('WhoAmI', { headers: { cookie: 'ARRAffinity=server0' } });
			expect(sandbox.log.at(-1)?.headers.cookie).toBe('ARRAffinity=server0');
		},
	},
	'S-05': {
		'a URL over 32,768 characters is 400 0x80060888': async () => {
			const list = (count: number) =>
				`accounts?$filter=${Array(count).fill("name eq 'x'").join(' or ')}`;
			expect((await session.call(list(1000))).status).toBe(200);
			const answer = await session.call(list(2500));
			expect([answer.status, answer.code]).toEqual([400, '0x80060888']);
		},
		'a segment over 260 characters is refused outside a batch, in HTML': async () => {
			const path = `crmsync_bookings(crmsync_reference='${'x'.repeat(240)}')`;
			const answer = await session.call(path);
			expect(answer.status).toBe(400);
			expect(answer.text).toContain('<h2>Bad Request - Invalid URL</h2>');
		},
		'+ is a space in query strings unless U-12 refuses it': async () => {
			sandbox.insert('account', { name: 'Two Words' });
			const path = "accounts?$select=name&$filter=name+eq+'Two+Words'";
			const found = (await session.call(path)).json<{ value: unknown[] }>();
			expect(found.value).toHaveLength(1);
			sandbox.switches['U-12'] = 'refused';
			expect((await session.call(path)).status).toBe(400);
		},
	},
});
