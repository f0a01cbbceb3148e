import type { IAllExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { ConnectionError, type HttpClient, type HttpResponse } from '../connectors/http';
import { SyncError } from '../core/errors';
import { textHeaders } from './appRegistration';

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
 * An HttpClient over n8n's request layer: it adds authorization, renews the token once after a 401,
 * uses n8n's proxy rules, and sends only to `origin`, so that no token leaves for another host.
 */
export function n8nHttpClient(
	context: Pick<IAllExecuteFunctions, 'helpers'>,
	credentialType: string,
	origin: string,
): HttpClient {
	return async (request) => {
		// n8n's own domain list does not guard nodes (n8n:T-30), and a paging link comes from outside.
		if (new URL(request.url).origin !== new URL(origin).origin) {
			throw new SyncError('config', `Refused to send a token to a host other than ${origin}`);
		}
		const options: IHttpRequestOptions = {
			method: request.method,
			url: request.url,
			headers: { ...request.headers },
			...(request.body === undefined ? {} : { body: request.body }),
			...(request.timeoutMs === undefined ? {} : { timeout: request.timeoutMs }),
			// Raw text: parsing would damage 64-bit numbers (n8n:T-23).
			encoding: 'text',
			returnFullResponse: true,
			// Anything wider would hide the 401 that renews the token (n8n:T-24).
			ignoreHttpStatusErrors: { ignore: true, except: [401] },
			disableFollowRedirect: true,
			sendCredentialsOnCrossOriginRedirect: false,
		};
		try {
			const { httpRequestWithAuthentication } = context.helpers;
			const answer: unknown = await httpRequestWithAuthentication.call(
				stoppedBy(context, request.signal),
				credentialType,
				options,
			);
			return toResponse(answer);
		} catch (error) {
			throw translate(error, origin);
		}
	};
}

/**
 * The context as n8n's request function sees it: it would cut every request off when the execution is cancelled,
 * also a write under way, whose outcome would then be unknown. Only the caller knows which requests may be cut off.
 */
function stoppedBy(context: object, signal: AbortSignal | undefined): IAllExecuteFunctions {
	const getExecutionCancelSignal = { value: () => signal };
	return Object.create(context, { getExecutionCancelSignal }) as IAllExecuteFunctions;
}

function toResponse(answer: unknown): HttpResponse {
	const { statusCode, headers, body } = answer as {
		statusCode: number;
		headers: Record<string, unknown>;
		body: unknown;
	};
	return {
		status: statusCode,
		headers: textHeaders(headers),
		body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
	};
}

/** n8n wraps every failure; the reason is somewhere along `cause`. Messages are our own: its objects hold the token. */
function translate(error: unknown, origin: string): Error {
	const chain = [...causes(error)];
	const own = chain.find((link) => link instanceof SyncError);
	if (own instanceof SyncError) return own;
	if (chain.some((link) => statusOf(link) === 401)) {
		const message = `The token was refused, also after it was renewed (HTTP 401 of ${new URL(origin).host})`;
		return new SyncError('auth', message, {
			hint: 'Test the credential: it names what is missing.',
		});
	}
	const code = chain.map(codeOf).find((found) => found !== undefined);
	const text = code ?? (error instanceof Error ? error.message : 'the connection failed');
	return new ConnectionError(`no answer (${text})`, !(code !== undefined && NEVER_SENT.has(code)));
}

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
