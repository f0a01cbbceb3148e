import { createHash } from 'node:crypto';
import { SyncError } from '../../core/errors';
import { waitMs } from '../../core/retry';
import { systemClock } from '../clock';
import type { HttpResponse } from '../http';
import { readCertificate } from './certificate';
import { environmentOrigin, loginHost, type Cloud } from './clouds';
import { aadstsCode, entraWords } from './entra';
import type { ConfidentialClientApplication, Configuration } from './msal';

/** What an app registration signs in with. */
export interface AppCredential {
	readonly environmentUrl: string;
	readonly tenantId: string;
	readonly clientId: string;
	readonly secret:
		| { readonly type: 'clientSecret'; readonly clientSecret: string }
		| {
				readonly type: 'certificate';
				readonly certificate: string;
				readonly privateKey: string;
				readonly passphrase?: string;
		  };
	readonly cloud: Cloud;
	/** Replaces the login host's token endpoint, for stand-ins and private clouds. */
	readonly tokenEndpoint?: string;
}

/** Sends a token request over the host's own network layer, so that its proxy rules hold (n8n:T-31). */
export type TokenTransport = (request: {
	readonly method: 'GET' | 'POST';
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
}) => Promise<HttpResponse>;

const TOKEN_RETRIES = 2;

const applications = new Map<string, ConfidentialClientApplication>();
const inFlight = new Map<string, Promise<string>>();

/**
 * The bearer token of an app registration: cached by MSAL per credential, renewed before it expires,
 * and asked for once however many callers need it (MSAL itself has no single flight, dataverse 1.3).
 * `refused` skips the cache, after the environment answered 401.
 */
export async function appToken(
	credential: AppCredential,
	transport: TokenTransport,
	refused = false,
): Promise<string> {
	const id = fingerprint(credential);
	const running = inFlight.get(id);
	if (running) return await running;
	const request = acquirePatiently(() => acquire(id, credential, transport, refused));
	inFlight.set(id, request);
	try {
		return await request;
	} finally {
		inFlight.delete(id);
	}
}

/** Asks again when Entra itself had no time; a refused sign-in is final. */
async function acquirePatiently(ask: () => Promise<string>): Promise<string> {
	for (let attempt = 0; ; attempt += 1) {
		const outcome = await ask().catch((error: unknown) => error);
		if (typeof outcome === 'string') return outcome;
		const transient = outcome instanceof SyncError && outcome.code === 'unavailable';
		if (!transient || attempt >= TOKEN_RETRIES) throw outcome;
		await systemClock.sleep(waitMs(attempt, systemClock.random(), undefined));
	}
}

async function acquire(
	id: string,
	credential: AppCredential,
	transport: TokenTransport,
	refused: boolean,
): Promise<string> {
	const application = applications.get(id) ?? (await createApplication(credential, transport));
	applications.set(id, application);
	try {
		const result = await application.acquireTokenByClientCredential({
			scopes: [`${environmentOrigin(credential.environmentUrl)}/.default`],
			skipCache: refused,
		});
		if (result?.accessToken) return result.accessToken;
	} catch (error) {
		// After a 5xx or 429 MSAL refuses identical calls for a minute without asking: start afresh (T-29).
		applications.delete(id);
		throw signInError(error);
	}
	applications.delete(id);
	throw new SyncError('unavailable', 'Microsoft Entra answered without a token');
}

async function createApplication(
	credential: AppCredential,
	transport: TokenTransport,
): Promise<ConfidentialClientApplication> {
	const { ConfidentialClientApplication: Application } = await import('./msal');
	const configuration: Configuration = {
		auth: { clientId: credential.clientId.trim(), ...authority(credential), ...proof(credential) },
		system: {
			disableInternalRetries: true,
			networkClient: {
				sendGetRequestAsync: async <T>(url: string, options?: MsalOptions) =>
					await exchange<T>(transport, 'GET', url, options),
				sendPostRequestAsync: async <T>(url: string, options?: MsalOptions) =>
					await exchange<T>(transport, 'POST', url, options),
			},
		},
	};
	return new Application(configuration);
}

interface MsalOptions {
	readonly headers?: Record<string, string>;
	readonly body?: string;
}

async function exchange<T>(
	transport: TokenTransport,
	method: 'GET' | 'POST',
	url: string,
	options: MsalOptions = {},
): Promise<{ status: number; headers: Record<string, string>; body: T }> {
	const { headers = {}, body } = options;
	const response = await transport({ method, url, headers, body }).catch((error: unknown) =>
		noAnswer(url, error),
	);
	return {
		status: response.status,
		headers: { ...response.headers },
		body: tokenBody(response.body) as T,
	};
}

/** MSAL would hide why the connection failed behind a link: it is told as an answer instead. */
function noAnswer(url: string, error: unknown): HttpResponse {
	const { code, message } = error as { code?: string; message?: string };
	const description = `${new URL(url).host} does not answer (${code ?? message ?? 'no connection'})`;
	const body = JSON.stringify({ error: 'no_answer', error_description: description });
	return { status: 503, headers: {}, body };
}

/** MSAL crashes with a bare TypeError on a body that is no JSON object (dataverse 1.3). */
function tokenBody(text: string): object {
	const empty = { error: 'no_answer', error_description: 'The token endpoint sent no JSON object' };
	try {
		const parsed: unknown = JSON.parse(text);
		return typeof parsed === 'object' && parsed !== null ? parsed : empty;
	} catch {
		return empty;
	}
}

/** Static metadata: MSAL then sends no discovery request, and the token endpoint can be replaced. */
function authority(credential: AppCredential) {
	const host = `https://${loginHost(credential.cloud, credential.environmentUrl)}`;
	const tenant = encodeURIComponent(credential.tenantId.trim());
	return {
		authority: `${host}/${tenant}`,
		knownAuthorities: [new URL(host).host],
		authorityMetadata: JSON.stringify({
			issuer: `${host}/${tenant}/v2.0`,
			authorization_endpoint: `${host}/${tenant}/oauth2/v2.0/authorize`,
			token_endpoint: credential.tokenEndpoint?.trim() || `${host}/${tenant}/oauth2/v2.0/token`,
			jwks_uri: `${host}/${tenant}/discovery/v2.0/keys`,
		}),
	};
}

function proof({ secret }: AppCredential) {
	if (secret.type === 'clientSecret') return { clientSecret: secret.clientSecret };
	const { certificate, privateKey, passphrase } = secret;
	return { clientCertificate: { ...readCertificate(certificate, privateKey, passphrase) } };
}

/** MSAL's error in words. Its text is kept without trace ids; it never holds the secret. */
function signInError(error: unknown): SyncError {
	if (error instanceof SyncError) return error;
	const { errorNo = '', errorMessage = '', status } = (error ?? {}) as Record<string, unknown>;
	const said = String(errorMessage || (error instanceof Error ? error.message : ''));
	const code = aadstsCode(String(errorNo), said);
	const words = entraWords(code);
	const text = said
		.replace(/^\d+ - \[[^\]]*\]: |^Error\(s\): .*? - Description: /, '')
		.split(/\r?\n| Trace ID| - Correlation/)[0];
	if (words) {
		const sentence = `Microsoft Entra refused the sign-in to Dynamics 365 (AADSTS${code}): ${words}`;
		return new SyncError('auth', sentence, { cause: error });
	}
	if (code !== undefined || (typeof status === 'number' && status >= 400 && status < 429)) {
		return new SyncError('auth', `Microsoft Entra refused the sign-in: ${text}`, { cause: error });
	}
	return new SyncError('unavailable', `Microsoft Entra could not issue a token: ${text}`, {
		hint: 'Try again in a minute; check the tenant ID and, if set, the token endpoint.',
		cause: error,
	});
}

/** Cache key: the secret takes part only as a hash. */
function fingerprint(credential: AppCredential): string {
	return createHash('sha256').update(JSON.stringify(credential)).digest('hex');
}
