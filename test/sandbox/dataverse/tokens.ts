import { constants, randomBytes, randomUUID, verify } from 'node:crypto';
import type { Clock } from '../clock';
import type { Incoming } from '../httpServer';
import type { ApiResponse } from './org';

/** A certificate the application registration knows. */
export interface Certificate {
	/** Hex, SHA-256 or SHA-1, as the sign-in library is given it. */
	readonly thumbprint: string;
	/** PEM public key or certificate. */
	readonly publicKey: string;
}

export interface TokenSettings {
	readonly clientId: string;
	readonly clientSecret: string;
	readonly certificates: Certificate[];
	readonly lifetimeSeconds: number;
	/** Known tenants; undefined accepts every tenant (S-01). */
	readonly tenants?: readonly string[];
}

interface Grant {
	readonly audience: string;
	readonly expires: number;
}

interface Refusal {
	readonly status: number;
	readonly error: string;
	readonly number: number;
	readonly text: string;
}

const refusals = {
	method: [400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type.'],
	tenant: [
		400,
		'invalid_request',
		90002,
		"Tenant '{}' not found. Check to make sure you have the correct tenant ID.",
	],
	common: [
		400,
		'invalid_request',
		50059,
		'No tenant-identifying information found in either the request or implied by any provided credentials.',
	],
	client: [
		400,
		'unauthorized_client',
		700016,
		"Application with identifier '{}' was not found in the directory.",
	],
	secret: [
		401,
		'invalid_client',
		7000215,
		'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
	],
	none: [
		401,
		'invalid_client',
		7000218,
		"The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
	],
	certificate: [
		401,
		'invalid_client',
		700027,
		'The certificate with identifier used to sign the client assertion is not registered on application.',
	],
	scope: [
		400,
		'invalid_scope',
		70011,
		"The provided value for the input parameter 'scope' is not valid. The scope {} is not valid.",
	],
	resource: [
		400,
		'invalid_resource',
		500011,
		'The resource principal named {} was not found in the tenant.',
	],
} as const satisfies Record<string, readonly [number, string, number, string]>;

const refuse = (name: keyof typeof refusals, value = ''): Refusal => {
	const [status, error, number, text] = refusals[name];
	return { status, error, number, text: text.replace('{}', value) };
};

const decodeJson = (part: string | undefined): Record<string, unknown> => {
	try {
		return JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
	} catch {
		return {};
	}
};

const hexOf = (base64: unknown) =>
	typeof base64 === 'string' ? Buffer.from(base64, 'base64url').toString('hex') : undefined;

/** Tells a signed assertion from a forged one: known certificate, valid signature, own client id, in time. */
function acceptsAssertion(assertion: string, settings: TokenSettings, now: number): boolean {
	const [head, claims, signature] = assertion.split('.');
	const header = decodeJson(head);
	const { iss, sub, exp } = decodeJson(claims);
	const prints = [hexOf(header['x5t#S256']), hexOf(header.x5t)];
	const known = settings.certificates.find((each) =>
		prints.includes(each.thumbprint.replaceAll(':', '').toLowerCase()),
	);
	if (known === undefined || signature === undefined) return false;
	const inTime = typeof exp === 'number' && exp * 1000 > now;
	if (iss !== settings.clientId || sub !== settings.clientId || !inTime) return false;
	const pss = header.alg === 'PS256';
	const key = {
		key: known.publicKey,
		padding: pss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING,
		...(pss ? { saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}),
	};
	const signed = Buffer.from(`${head}.${claims}`);
	return verify('sha256', signed, key, Buffer.from(signature, 'base64url'));
}

const JSON_HEADERS = { 'Content-Type': 'application/json; charset=utf-8' };

/** The token endpoint and the tokens it gave out (S-01, S-02). */
export class Tokens {
	readonly #grants = new Map<string, Grant>();

	constructor(
		private readonly settings: TokenSettings,
		private readonly clock: Clock,
		private readonly url: () => string,
	) {}

	#refusal(tenant: string, form: URLSearchParams): Refusal | undefined {
		const { settings } = this;
		if (['common', 'organizations', 'consumers'].includes(tenant)) return refuse('common');
		if (settings.tenants?.includes(tenant) === false) return refuse('tenant', tenant);
		if (form.get('grant_type') !== 'client_credentials') return refuse('method');
		const clientId = form.get('client_id') ?? '';
		if (clientId !== settings.clientId) return refuse('client', clientId);
		const secret = form.get('client_secret');
		const assertion = form.get('client_assertion');
		if (secret === null && assertion === null) return refuse('none');
		if (secret !== null && secret !== settings.clientSecret) return refuse('secret');
		const valid = assertion === null || acceptsAssertion(assertion, settings, this.clock.now());
		if (!valid) return refuse('certificate');
		return this.#scopeRefusal(form.get('scope') ?? '');
	}

	#scopeRefusal(scope: string): Refusal | undefined {
		// MSAL adds the OIDC scopes only for users; with client credentials Entra refuses them.
		const scopes = scope.split(' ').filter((each) => each !== '');
		const [only = ''] = scopes;
		if (scopes.length !== 1 || !only.endsWith('/.default')) return refuse('scope', scope);
		if (only !== `${this.url()}/.default`) return refuse('resource', only.slice(0, -9));
		return undefined;
	}

	/** `POST /{tenant}/oauth2/v2.0/token` and discovery; undefined for other paths. */
	serve(request: Incoming): ApiResponse | undefined {
		const [, tenant = '', path] = /^\/([^/?]+)\/([^?]*)/.exec(request.url) ?? [];
		if (path === 'v2.0/.well-known/openid-configuration') return this.#discovery(tenant);
		if (path !== 'oauth2/v2.0/token') return undefined;
		if (request.method !== 'POST') return { status: 405, headers: {}, body: '' };
		const refusal = this.#refusal(tenant, new URLSearchParams(request.body));
		return refusal === undefined ? this.#issue() : this.#refused(refusal);
	}

	#discovery(tenant: string): ApiResponse {
		const base = `${this.url()}/${tenant}`;
		const body = {
			issuer: `${base}/v2.0`,
			authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
			token_endpoint: `${base}/oauth2/v2.0/token`,
			jwks_uri: `${base}/discovery/v2.0/keys`,
		};
		return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(body) };
	}

	#issue(): ApiResponse {
		const seconds = this.settings.lifetimeSeconds;
		const token = ['stand-in', randomBytes(24).toString('base64url')].join('.');
		this.#grants.set(token, { audience: this.url(), expires: this.clock.now() + seconds * 1000 });
		const body = {
			token_type: 'Bearer',
			expires_in: seconds,
			ext_expires_in: seconds,
			access_token: token,
		};
		return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(body) };
	}

	#refused({ status, error, number, text }: Refusal): ApiResponse {
		const trace = randomUUID();
		const correlation = randomUUID();
		const timestamp = new Date(this.clock.now()).toISOString().replace(/T(.*)\..*/, ' $1Z');
		const body = {
			error,
			error_description: `AADSTS${number}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
			error_codes: [number],
			timestamp,
			trace_id: trace,
			correlation_id: correlation,
			error_uri: `${this.url()}/error?code=${number}`,
		};
		return { status, headers: JSON_HEADERS, body: JSON.stringify(body) };
	}

	/** True for a token this endpoint gave out, for this organisation, still in time. */
	accepts(authorization: string | undefined): boolean {
		const grant = this.#grants.get(authorization?.replace(/^Bearer /, '') ?? '');
		return grant !== undefined && grant.audience === this.url() && grant.expires > this.clock.now();
	}

	/** Every token given out so far stops working; new ones can be fetched. */
	revokeAll(): void {
		this.#grants.clear();
	}
}
