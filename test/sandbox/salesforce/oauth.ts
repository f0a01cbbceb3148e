import { createHash, randomBytes } from 'node:crypto';
import type { Incoming } from '../httpServer';
import { assertionRefusal } from './assertion';
import type { Effect } from './effects';
import { serveIdentity } from './identity';
import type { ApiResponse, Org } from './org';
import { ORG_ID, ids, json } from './org';
import type { Grant, Tokens } from './tokens';
import { signatureOf } from './tokens';

/** The app (External Client App) and the users it may act for. */
export interface AppSettings {
	readonly clientId: string;
	readonly clientSecret: string;
	/** Username → user id; the first one runs client credentials. */
	readonly users: Readonly<Record<string, string>>;
	/** PEM; undefined: assertions are taken whoever signed them. */
	readonly publicKey?: string;
}

/** What the OAuth endpoints work with. */
export interface OAuthContext {
	readonly org: Org;
	readonly app: AppSettings;
	readonly tokens: Tokens;
}

interface Code {
	readonly redirectUri: string;
	readonly challenge?: string;
}

type Wanted = Pick<Grant, 'userId' | 'type'> & { readonly refreshToken?: string };

type GrantResult = readonly [error: string, description: string] | Wanted;

const codes = () => new Map<string, Code>();

const JWT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const refused = (error: string, description: string): ApiResponse =>
	json(400, { error, error_description: description });

function clientOf(request: Incoming, form: URLSearchParams) {
	const [, basic] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
	if (basic === undefined) {
		return { id: form.get('client_id') ?? '', secret: form.get('client_secret') };
	}
	const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
	return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) };
}

function redeemCode({ org, tokens }: OAuthContext, form: URLSearchParams): GrantResult {
	const code = form.get('code') ?? '';
	const known = org.part(codes).get(code);
	if (known === undefined) return ['invalid_grant', 'expired authorization code'];
	if (form.get('redirect_uri') !== known.redirectUri) {
		return ['redirect_uri_mismatch', 'redirect_uri must match configuration'];
	}
	const verifier = form.get('code_verifier') ?? '';
	const hash = createHash('sha256').update(verifier).digest('base64url');
	if (known.challenge !== undefined && hash !== known.challenge) {
		return ['invalid_grant', 'invalid code verifier'];
	}
	org.part(codes).delete(code);
	const refreshToken = tokens.issueRefreshToken(ids.user);
	return { userId: ids.user, type: 'authorization_code', refreshToken };
}

function refresh({ tokens }: OAuthContext, form: URLSearchParams): GrantResult {
	const userId = tokens.userOf(form.get('refresh_token') ?? '');
	return userId === undefined
		? ['invalid_grant', 'expired access/refresh token']
		: { userId, type: 'refresh_token' };
}

function byAssertion({ org, app }: OAuthContext, form: URLSearchParams): GrantResult {
	const assertion = form.get('assertion') ?? '';
	const refusal = assertionRefusal(assertion, {
		clientId: app.clientId,
		usernames: Object.keys(app.users),
		audience: org.url,
		publicKey: app.publicKey,
		now: org.clock.now(),
	});
	if (refusal !== undefined) return refusal;
	const claims = Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString();
	const { sub } = JSON.parse(claims) as { sub: string };
	return { userId: app.users[sub] ?? ids.user, type: 'jwt' };
}

function grant(context: OAuthContext, request: Incoming, form: URLSearchParams): GrantResult {
	const type = form.get('grant_type');
	if (type === JWT) return byAssertion(context, form);
	const { app } = context;
	const { id, secret } = clientOf(request, form);
	if (id !== app.clientId) return ['invalid_client_id', 'client identifier invalid'];
	// A refresh may come without the secret (1.2).
	const needsSecret = secret !== null || type !== 'refresh_token';
	if (needsSecret && secret !== app.clientSecret) {
		return ['invalid_client', 'invalid client credentials'];
	}
	if (type === 'client_credentials') return { userId: ids.user, type };
	if (type === 'authorization_code') return redeemCode(context, form);
	if (type === 'refresh_token') return refresh(context, form);
	return ['unsupported_grant_type', 'grant type not supported'];
}

/** The token answer: never with `expires_in`, by a fault without `instance_url` (S1, T11, T12). */
function tokenAnswer(context: OAuthContext, wanted: Wanted, effects: readonly Effect[]) {
	const { org, app, tokens } = context;
	const issued = String(org.clock.now());
	const id = `${org.url}/id/${ORG_ID}/${wanted.userId}`;
	const bare = effects.some(({ kind }) => kind === 'noInstanceUrl');
	return json(200, {
		access_token: tokens.issue(wanted),
		...(wanted.refreshToken === undefined ? {} : { refresh_token: wanted.refreshToken }),
		signature: signatureOf(id + issued, app.clientSecret),
		scope: wanted.refreshToken === undefined ? 'api' : 'refresh_token full',
		...(bare ? {} : { instance_url: org.url }),
		id,
		token_type: 'Bearer',
		issued_at: issued,
	});
}

function serveToken(context: OAuthContext, request: Incoming, effects: readonly Effect[]) {
	for (const effect of effects) {
		if (effect.kind !== 'invalidGrant') continue;
		return refused('invalid_grant', effect.description ?? 'expired access/refresh token');
	}
	const result = grant(context, request, new URLSearchParams(request.body));
	if ('userId' in result) return tokenAnswer(context, result, effects);
	return refused(result[0], result[1]);
}

/** Consents without asking and sends the browser back with a code. */
function authorize({ org, app }: OAuthContext, query: URLSearchParams): ApiResponse {
	if (query.get('client_id') !== app.clientId) {
		return refused('invalid_client_id', 'client identifier invalid');
	}
	if (query.get('response_type') !== 'code') {
		return refused('unsupported_response_type', 'response type not supported');
	}
	const redirectUri = query.get('redirect_uri') ?? '';
	if (!URL.canParse(redirectUri)) {
		return refused('redirect_uri_mismatch', 'redirect_uri must match configuration');
	}
	const code = randomBytes(16).toString('base64url');
	const challenge = query.get('code_challenge') ?? undefined;
	org.part(codes).set(code, { redirectUri, challenge });
	const location = new URL(redirectUri);
	location.searchParams.set('code', code);
	const state = query.get('state');
	if (state !== null) location.searchParams.set('state', state);
	return { status: 302, headers: { Location: location.href }, body: '' };
}

function revoke({ tokens }: OAuthContext, form: URLSearchParams): ApiResponse {
	return tokens.revoke(form.get('token') ?? '')
		? { status: 200, headers: {}, body: '' }
		: refused('unsupported_token_type', 'this token type is not supported');
}

/** The endpoints under `/services/oauth2` and `/id`; undefined for other paths (S1). */
export function serveOAuth(
	context: OAuthContext,
	request: Incoming,
	effects: readonly Effect[],
): ApiResponse | undefined {
	const [path = '', search = ''] = request.url.split('?');
	const query = new URLSearchParams(search);
	const action = `${request.method} ${path.replace('/services/oauth2', '')}`;
	if (action === 'POST /token') return serveToken(context, request, effects);
	if (action === 'GET /authorize') return authorize(context, query);
	if (action === 'POST /revoke') return revoke(context, new URLSearchParams(request.body));
	const isIdentity = /^(?:GET|POST) \/(?:userinfo$|id\/)/.test(action);
	return isIdentity ? serveIdentity(context, request, path) : undefined;
}
