import { ConnectionError } from '../connectors/http';
import { SyncError } from '../core/errors';

/** A refused sign-in: of the API itself (401), or of whoever gives out its tokens. */
export interface SignInRefusal {
	readonly status?: number;
	/** As it was answered. Only what its system's own rules pick out may reach a message. */
	readonly body: string;
}

/** Codes of failures before anything left this machine. */
const NEVER_SENT: ReadonlySet<string> = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * What a failed request of n8n's means. n8n wraps every failure; the reason is somewhere along `cause`.
 * Messages are our own: its objects hold the token.
 */
export function requestFailure(
	error: unknown,
	origin: string,
	explain?: (refusal: SignInRefusal) => SyncError | undefined,
): Error {
	const chain = [...causes(error)];
	const own = chain.find((link) => link instanceof SyncError);
	if (own instanceof SyncError) return own;
	const refusal = explain && refusalOf(chain);
	const explained = refusal && explain?.(refusal);
	if (explained) return explained;
	if (chain.some((link) => statusOf(link) === 401)) {
		const message = `The token was refused, also after it was renewed (HTTP 401 of ${new URL(origin).host})`;
		return new SyncError('auth', message, {
			hint: 'Test the credential: it names what is missing.',
		});
	}
	const code = chain.map(codeOf).find((found) => found !== undefined);
	const text = code ?? (error instanceof Error ? error.message : 'the connection failed');
	// Without a token the request itself never left.
	const sent = !refusal && !(code !== undefined && NEVER_SENT.has(code));
	return new ConnectionError(`no answer (${text})`, sent);
}

/** Requests never fail by a status but 401, so any other one in the chain is the answer to a token request. */
function refusalOf(chain: readonly object[]): SignInRefusal | undefined {
	for (const link of chain) {
		const { response, body, status, message } = link as {
			response?: { status?: number; data?: unknown };
			body?: unknown;
			status?: number;
			message?: unknown;
		};
		if (response?.status) return { status: response.status, body: textOf(response.data) };
		if (body !== undefined && body !== null) return { status, body: textOf(body) };
		// n8n's own words for a refresh token that no longer holds; the answer itself it keeps to itself.
		if (/needs to be reconnected/.test(String(message))) {
			return { body: JSON.stringify({ error: 'invalid_grant', error_description: message }) };
		}
	}
	return undefined;
}

const textOf = (body: unknown): string =>
	typeof body === 'string' ? body : JSON.stringify(body ?? '');

function* causes(error: unknown): Generator<object> {
	let link: unknown = error;
	for (let depth = 0; depth < 6 && typeof link === 'object' && link !== null; depth += 1) {
		yield link;
		link = (link as { cause?: unknown }).cause;
	}
}

function statusOf(link: object): number | undefined {
	const { response, httpCode, status } = link as {
		response?: { status?: number };
		httpCode?: string | null;
		status?: number;
	};
	return response?.status ?? (httpCode ? Number(httpCode) : undefined) ?? status;
}

function codeOf(link: object): string | undefined {
	const { code } = link as { code?: unknown };
	return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}
