import type { DataverseSandbox } from './sandbox';

/** An answer with its body read. */
export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	/** The parsed body; throws when it is no JSON. */
	json<T = Record<string, never>>(): T;
	/** `error.code` of an OData error. */
	readonly code: string | undefined;
	readonly message: string | undefined;
}

export interface Call {
	readonly method?: string;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

/** A signed-in raw client: what no library can express, a test says with this. */
export interface Session {
	readonly token: string;
	/** `path` is relative to the service root, or absolute. */
	call(path: string, call?: Call): Promise<Answer>;
	/** A `$batch` of prepared parts, envelope written by the rules. */
	batch(parts: readonly string[], headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** The form a token request sends. */
export const tokenForm = (sandbox: DataverseSandbox): Record<string, string> => ({
	grant_type: 'client_credentials',
	client_id: sandbox.clientId,
	client_secret: sandbox.clientSecret,
	scope: `${sandbox.url}/.default`,
});

function parsedError(text: string): { code?: string; message?: string } {
	if (!text.startsWith('{')) return {};
	return (JSON.parse(text) as { error?: { code?: string; message?: string } }).error ?? {};
}

async function read(response: Response): Promise<Answer> {
	const text = await response.text();
	const { code, message } = parsedError(text);
	return {
		status: response.status,
		headers: response.headers,
		text,
		json: <T>() => JSON.parse(text) as T,
		code,
		message,
	};
}

/** A part of a batch: request line, headers, blank line, body. */
export function batchPart(line: string, body?: unknown, extra: readonly string[] = []): string {
	const type = body === undefined ? [] : ['Content-Type: application/json; type=entry'];
	const text = body === undefined ? '' : JSON.stringify(body);
	return [
		'Content-Type: application/http',
		'Content-Transfer-Encoding: binary',
		...extra.filter((header) => header.startsWith('Content-ID')),
		'',
		`${line} HTTP/1.1`,
		...type,
		...extra.filter((header) => !header.startsWith('Content-ID')),
		'',
		text,
	].join('\r\n');
}

/** A changeset of prepared parts. */
export const changeset = (parts: readonly string[], name = 'changeset_1'): string =>
	[`Content-Type: multipart/mixed; boundary="${name}"`, '', envelope(parts, name)].join('\r\n');

/** The multipart body around prepared parts. */
export const envelope = (parts: readonly string[], name: string): string =>
	`${parts.map((part) => `--${name}\r\n${part}\r\n`).join('')}--${name}--\r\n`;

/** Signs in with the secret. */
export async function openSession(sandbox: DataverseSandbox): Promise<Session> {
	const response = await fetch(sandbox.tokenUrl, {
		method: 'POST',
		body: new URLSearchParams(tokenForm(sandbox)),
	});
	const { access_token: token } = (await response.json()) as { access_token: string };
	const call = async (path: string, { method = 'GET', body, headers = {} }: Call = {}) => {
		const url = path.startsWith('http') ? path : `${sandbox.url}/api/data/v9.2/${path}`;
		const json = body === undefined ? undefined : { 'content-type': 'application/json' };
		const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
		const all = {
			authorization: `Bearer ${token}`,
			accept: 'application/json',
			...json,
			...headers,
		};
		return await read(await fetch(url, { method, headers: all, body: text }));
	};
	return {
		token,
		call,
		batch: (parts, headers = {}) =>
			call('$batch', {
				method: 'POST',
				body: envelope(parts, 'batch_1'),
				headers: { 'content-type': 'multipart/mixed; boundary="batch_1"', ...headers },
			}),
	};
}
