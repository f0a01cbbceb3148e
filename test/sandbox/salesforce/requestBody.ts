import type { ApiRequest } from './org';
import { Refusal, badRequest } from './refusal';

type Body = Record<string, unknown>;

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** The JSON object a request carries; anything else is refused. */
export function readBody(request: ApiRequest): Body {
	const type = request.headers['content-type'] ?? '';
	if (!/^application\/json\b/i.test(type)) {
		throw new Refusal(
			415,
			'UNSUPPORTED_MEDIA_TYPE',
			`Content-Type header specified in HTTP request is not supported: ${type}`,
		);
	}
	const body = parsed(request.body);
	if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
	throw badRequest('JSON_PARSER_ERROR', 'The HTTP entity body is not a JSON object.');
}
