import { PassThrough } from 'node:stream';
import type { HttpRequest, HttpResponse } from '../http';
import type { Connection } from './jsforce';

type JsforceRequest = Parameters<Connection['_transport']['httpRequest']>[0];

/**
 * A jsforce connection whose requests go out through `send`: n8n's proxy rules, our pacing, retry and cancel
 * signal hold, and jsforce neither signs in, nor renews tokens, nor repeats anything (salesforce 4.10, J7, J12,
 * J13, J19). `_transport` is private to jsforce, so its version is pinned and a test guards the seam.
 */
export async function connect(
	{ origin, version }: { readonly origin: string; readonly version: string },
	send: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<Connection> {
	const { Connection: JsforceConnection, StreamPromise, Transport } = await import('./jsforce');
	class PacedTransport extends Transport {
		override httpRequest(request: JsforceRequest) {
			return StreamPromise.create(() => ({
				stream: new PassThrough(),
				promise: answer(request, send),
			}));
		}
	}
	const connection = new JsforceConnection({ instanceUrl: origin, version });
	connection._transport = new PacedTransport();
	return connection;
}

async function answer(
	{ method, url, headers = {}, body }: JsforceRequest,
	send: (request: HttpRequest) => Promise<HttpResponse>,
) {
	const response = await send({
		method: method as HttpRequest['method'],
		url,
		headers: { Accept: 'application/json', ...ownHeaders(headers) },
		...(typeof body === 'string' && { body }),
	});
	return { statusCode: response.status, headers: response.headers, body: response.body };
}

/** Length and authorization are the transport's to say: jsforce knows neither the wire nor the token. */
function ownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).filter(
			([name]) => !['authorization', 'content-length'].includes(name.toLowerCase()),
		),
	);
}
