import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient, readAnswer, tokenForm } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const keys = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	publicKeyEncoding: { type: 'spki', format: 'pem' },
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const sandbox = useSalesforce({ publicKey: keys.publicKey });
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

const JWT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

type Tokens = Record<string, string>;

const token = async (form: Record<string, string>, headers: Record<string, string> = {}) =>
	readAnswer(
		await fetch(sandbox.tokenUrl, { method: 'POST', body: new URLSearchParams(form), headers }),
	);
const error = async (form: Record<string, string>) => {
	const answer = await token(form);
	const { error: code, error_description: text } = answer.json<Tokens>();
	expect(text).not.toBe('');
	return [answer.status, code];
};
const client2 = () => ({ client_id: sandbox.clientId, client_secret: sandbox.clientSecret });

function assertion(claims: Record<string, unknown> = {}, key = keys.privateKey): string {
	const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const exp = Math.floor(sandbox.clock.now() / 1000) + 180;
	const all = { iss: sandbox.clientId, sub: sandbox.username, aud: sandbox.url, exp, ...claims };
	const text = `${encode({ alg: 'RS256' })}.${encode(all)}`;
	return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

async function signInByCode(verifier: string, challenge: string | undefined) {
	const redirect_uri = 'https://n8n.example/callback';
	const query = new URLSearchParams({
		response_type: 'code',
		client_id: sandbox.clientId,
		redirect_uri,
		state: 'st',
		...(challenge === undefined
			? {}
			: { code_challenge: challenge, code_challenge_method: 'S256' }),
	});
	const page = await fetch(`${sandbox.url}/services/oauth2/authorize?${query}`, {
		redirect: 'manual',
	});
	const back = new URL(page.headers.get('location') ?? '');
	expect(back.searchParams.get('state')).toBe('st');
	const code = back.searchParams.get('code') ?? '';
	return {
		...client2(),
		grant_type: 'authorization_code',
		code,
		redirect_uri,
		code_verifier: verifier,
	};
}

const s256 = (text: string) => createHash('sha256').update(text).digest('base64url');
const asBearer = (access: string) => ({ headers: { authorization: `Bearer ${access}` } });
const userinfo = async (access: string) =>
	readAnswer(await fetch(`${sandbox.url}/services/oauth2/userinfo`, asBearer(access)));

testRules('salesforce', {
	S1: {
		'client credentials, in the body and in a Basic header; never expires_in': async () => {
			const answer = await token(tokenForm(sandbox));
			const body = answer.json<Tokens>();
			expect(answer.status).toBe(200);
			expect(body).toMatchObject({ token_type: 'Bearer', instance_url: sandbox.url });
			expect(body.id).toMatch(new RegExp(`^${sandbox.url}/id/00D\\w{15}/${sandbox.ids.user}$`));
			expect(Number(body.issued_at)).toBeGreaterThan(1e12);
			expect(typeof body.issued_at).toBe('string');
			expect(body.signature).toBeTruthy();
			expect(body).not.toHaveProperty('expires_in');
			expect(body).not.toHaveProperty('refresh_token');
			const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
			const header = { authorization: `Basic ${basic}` };
			expect((await token({ grant_type: 'client_credentials' }, header)).status).toBe(200);
		},
		'a code is redeemed once, with the verifier of its challenge': async () => {
			const good = await signInByCode('v'.repeat(43), s256('v'.repeat(43)));
			expect((await token(good)).json<Tokens>()).toHaveProperty('refresh_token');
			expect(await error(good)).toEqual([400, 'invalid_grant']);
			const bad = await signInByCode('wrong', s256('right'));
			expect(await error(bad)).toEqual([400, 'invalid_grant']);
			const moved = await signInByCode('', undefined);
			const elsewhere = { ...moved, redirect_uri: 'https://other.example/' };
			expect(await error(elsewhere)).toEqual([400, 'redirect_uri_mismatch']);
		},
		'a refresh token gives new access tokens until it is revoked, also without the secret':
			async () => {
				const first = (await token(await signInByCode('', undefined))).json<Tokens>();
				const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token! };
				const again = await token({ ...form, client_id: sandbox.clientId });
				expect(again.json<Tokens>()).toMatchObject({ instance_url: sandbox.url });
				expect(again.json<Tokens>()).not.toHaveProperty('refresh_token');
				await fetch(`${sandbox.url}/services/oauth2/revoke`, {
					method: 'POST',
					body: new URLSearchParams({ token: first.refresh_token! }),
				});
				expect(await error({ ...form, ...client2() })).toEqual([400, 'invalid_grant']);
				expect((await userinfo(first.access_token!)).status).toBe(401);
			},
		'a JWT assertion needs issuer, user, audience, time and signature': async () => {
			const sign = (jwt: string) => ({ grant_type: JWT, assertion: jwt });
			const good = (await token(sign(assertion()))).json<Tokens>();
			expect(good).toMatchObject({ token_type: 'Bearer' });
			expect(good).not.toHaveProperty('refresh_token');
			const codes = [];
			const past = Math.floor(sandbox.clock.now() / 1000) - 1;
			for (const claims of [
				{ iss: 'other' },
				{ sub: 'nobody@crm-sync.example' },
				{ aud: 'https://login.salesforce.com' },
				{ exp: past },
			]) {
				codes.push((await error(sign(assertion(claims))))[1]);
			}
			expect(codes).toEqual(['invalid_client_id', ...Array(3).fill('invalid_grant')]);
			const { privateKey } = generateKeyPairSync('rsa', {
				modulusLength: 2048,
				publicKeyEncoding: { type: 'spki', format: 'pem' },
				privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
			});
			expect(await error(sign(assertion({}, privateKey)))).toEqual([400, 'invalid_grant']);
		},
		'errors are {error, error_description} with 400': async () => {
			const form = tokenForm(sandbox);
			expect(await error({ ...form, client_id: 'x' })).toEqual([400, 'invalid_client_id']);
			expect(await error({ ...form, client_secret: 'x' })).toEqual([400, 'invalid_client']);
			expect(await error({ ...form, grant_type: 'password' })).toEqual([
				400,
				'unsupported_grant_type',
			]);
		},
		'userinfo and the identity URL tell who and where': async () => {
			const info = (await userinfo(client.token)).json<Record<string, unknown>>();
			expect(info).toMatchObject({
				user_id: sandbox.ids.user,
				urls: { rest: `${sandbox.url}/services/data/v{version}/` },
			});
			const { id } = (await token(tokenForm(sandbox))).json<Tokens>();
			const identity = await readAnswer(await fetch(id!, asBearer(client.token)));
			expect(identity.json()).toMatchObject({ username: sandbox.username });
			expect((await fetch(id!)).status).toBe(401);
		},
	},
	S2: {
		'unknown, missing, expired and revoked tokens are 401 INVALID_SESSION_ID': async () => {
			const seen = [];
			for (const authorization of ['Bearer nonsense', '']) {
				const answer = await client.call('limits', { headers: { authorization } });
				seen.push([answer.status, answer.code, answer.message]);
			}
			sandbox.clock.advance(3 * 3_600_000);
			const expired = await client.call('limits');
			seen.push([expired.status, expired.code, expired.message]);
			sandbox.clock.reset();
			expect((await client.call('limits')).status).toBe(200);
			sandbox.revokeTokens();
			const revoked = await client.call('limits');
			seen.push([revoked.status, revoked.code, revoked.message]);
			const refusal = [401, 'INVALID_SESSION_ID', 'Session expired or invalid'];
			expect(seen).toEqual([refusal, refusal, refusal, refusal]);
		},
	},
	S3: {
		'the JWT grant reaches the instance it names': async () => {
			const form = { grant_type: JWT, assertion: assertion() };
			const body = (await token(form)).json<Tokens>();
			const answer = await fetch(
				`${body.instance_url}/services/data/v59.0/sobjects`,
				asBearer(body.access_token!),
			);
			expect(answer.status).toBe(200);
		},
	},
	U8: {
		'which urls keys name the instance': async () => {
			const keysOf = async () =>
				Object.keys((await userinfo(client.token)).json<{ urls: object }>().urls).filter((key) =>
					/^(?:rest|custom_domain)$/.test(key),
				);
			expect(await keysOf()).toEqual(['rest', 'custom_domain']);
			sandbox.switches.identityUrls = 'rest';
			expect(await keysOf()).toEqual(['rest']);
			sandbox.switches.identityUrls = 'custom_domain';
			expect(await keysOf()).toEqual(['custom_domain']);
		},
	},
	U20: {
		'a client-credentials token may call userinfo, or not': async () => {
			expect((await userinfo(client.token)).status).toBe(200);
			sandbox.switches.ccUserinfo = 'refused';
			expect((await userinfo(client.token)).status).toBe(403);
			const jwt = await token({ grant_type: JWT, assertion: assertion() });
			expect((await userinfo(jwt.json<Tokens>().access_token!)).status).toBe(200);
			expect((await client.call('sobjects')).status).toBe(200);
		},
	},
});
