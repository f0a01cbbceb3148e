/** One HTTP exchange as connectors see it. The n8n layer supplies the client; nothing here knows n8n. */
export interface HttpRequest {
	readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
	/** Absolute, already encoded; sent unchanged. */
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Sent as it is; the caller sets Content-Type. */
	readonly body?: string;
	readonly timeoutMs?: number;
	readonly signal?: AbortSignal;
}

export interface HttpResponse {
	readonly status: number;
	/** Lower-case names. */
	readonly headers: Readonly<Record<string, string>>;
	/** Raw text, never parsed: 64-bit numbers and odd content types survive (n8n:T-23). */
	readonly body: string;
}

/** No answer arrived: reset, timeout, DNS. `sent` is false only when the request surely never left. */
export class ConnectionError extends Error {
	readonly name = 'ConnectionError';

	constructor(
		message: string,
		readonly sent: boolean,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

/**
 * Sends one request. Resolves for every HTTP status except a 401 that survived one token renewal,
 * which rejects with SyncError `auth`. Rejects with ConnectionError when no answer came.
 * Adds authorization; follows no redirect.
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;
