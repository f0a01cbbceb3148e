import { randomUUID } from 'node:crypto';
import { owner } from './environment';

/** A signed-in connection to one server's editor API. */
export interface Rest {
	url: string;
	browserId: string;
	/** What every call carries, for the few addresses outside /rest. */
	headers: Readonly<Record<string, string>>;
	get<T>(path: string): Promise<T>;
	post<T>(path: string, body?: unknown): Promise<T>;
	patch<T>(path: string, body: unknown): Promise<T>;
	delete(path: string): Promise<void>;
}

async function read(response: Response, what: string) {
	const text = await response.text();
	if (!response.ok) throw new Error(`${what} answered ${response.status}: ${text.slice(0, 500)}`);
	return text === '' ? undefined : (JSON.parse(text) as { data?: unknown }).data;
}

/** Signs in as the owner; n8n wants the same browser id on every call that carries the cookie. */
export async function signIn(url: string, browserId: string = randomUUID()): Promise<Rest> {
	const headers: Record<string, string> = {
		'browser-id': browserId,
		'content-type': 'application/json',
	};
	async function send(method: string, path: string, body?: unknown) {
		const response = await fetch(`${url}/rest${path}`, {
			method,
			headers,
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const cookie = response.headers.getSetCookie().find((text) => text.startsWith('n8n-auth='));
		if (cookie) headers.cookie = cookie.split(';')[0];
		return await read(response, `${method} /rest${path}`);
	}
	await send('POST', '/login', { emailOrLdapLoginId: owner.email, password: owner.password });
	return {
		url,
		browserId,
		headers,
		get: async <T>(path: string) => (await send('GET', path)) as T,
		post: async <T>(path: string, body: unknown = {}) => (await send('POST', path, body)) as T,
		patch: async <T>(path: string, body: unknown) => (await send('PATCH', path, body)) as T,
		delete: async (path) => void (await send('DELETE', path)),
	};
}
