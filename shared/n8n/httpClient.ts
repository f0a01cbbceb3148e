import type { IAllExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import type { HttpClient, HttpResponse } from '../connectors/http';
import { SyncError } from '../core/errors';
import { textHeaders } from './appRegistration';
import { requestFailure, type SignInRefusal } from './requestFailure';

/** What a kind of credential needs beyond the common way. */
export interface CredentialWays {
	/** It adds the host itself, and only to an address without one (salesforce 1.4). */
	readonly addsHost?: boolean;
	/** A refused sign-in in its system's own words. */
	explain?(refusal: SignInRefusal): SyncError | undefined;
}

/**
 * An HttpClient over n8n's request layer: it adds authorization, renews the token once after a 401,
 * uses n8n's proxy rules, and sends only to `origin`, so that no token leaves for another host.
 */
export function n8nHttpClient(
	context: Pick<IAllExecuteFunctions, 'helpers'>,
	credentialType: string,
	origin: string,
	{ addsHost = false, explain }: CredentialWays = {},
): HttpClient {
	return async (request) => {
		// n8n's own domain list does not guard nodes (n8n:T-30), and a paging link comes from outside.
		if (new URL(request.url).origin !== new URL(origin).origin) {
			throw new SyncError('config', `Refused to send a token to a host other than ${origin}`);
		}
		const options: IHttpRequestOptions = {
			method: request.method,
			url: addsHost ? request.url.slice(new URL(request.url).origin.length) : request.url,
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
			throw requestFailure(error, origin, explain);
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
