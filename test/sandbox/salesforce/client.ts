import type { SalesforceSandbox } from './sandbox';

/** An answer with its body read. */
export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	/** The parsed body; throws when it is no JSON. */
	json<T = Record<string, never>>(): T;
	/** `errorCode` of the first entry of an array body. */
	readonly code: string | undefined;
	readonly message: string | undefined;
}

export interface Call {
	readonly method?: string;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

/** A signed-in raw client: what no library can express, a test says with this. */
export interface Client {
	readonly token: string;
	/** `path` is relative to `/services/data/v66.0/`, or begins with a slash. */
	call(path: string, call?: Call): Promise<Answer>;
}

/** The form of a client-credentials token request. */
export const tokenForm = (sandbox: SalesforceSandbox): Record<string, string> => ({
	grant_type: 'client_credentials',
	client_id: sandbox.clientId,
	client_secret: sandbox.clientSecret,
});

function firstError(text: string): { errorCode?: string; message?: string } {
	if (!text.startsWith('[{"message"')) return {};
	const [first] = JSON.parse(text) as [{ errorCode: string; message: string }];
	return first;
}

/** Reads an answer to its end. */
export async function readAnswer(response: Response): Promise<Answer> {
	const text = await response.text();
	const { errorCode: code, message } = firstError(text);
	return {
		status: response.status,
		headers: response.headers,
		text,
		json: <T>() => JSON.parse(text) as T,
		code,
		message,
	};
}

/** Signs in with client credentials. */
export async function openClient(sandbox: SalesforceSandbox): Promise<Client> {
	const form = new URLSearchParams(tokenForm(sandbox));
	const response = await fetch(sandbox.tokenUrl, { method: 'POST', body: form });
	const { access_token: token } = (await response.json()) as { access_token: string };
	const call = async (path: string, { method = 'GET', body, headers = {} }: Call = {}) => {
		const url = path.startsWith('/') ? path : `/services/data/v66.0/${path}`;
		const json = body === undefined ? undefined : { 'content-type': 'application/json' };
		const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
		const all = { authorization: `Bearer ${token}`, ...json, ...headers };
		const redirect = 'manual';
		return await readAnswer(
			await fetch(sandbox.url + url, { method, headers: all, body: text, redirect }),
		);
	};
	return { token, call };
}

/** One result of a Collections call. */
export interface RowResult {
	readonly id?: string;
	readonly success: boolean;
	readonly created?: boolean;
	readonly errors: ReadonlyArray<{
		readonly statusCode: string;
		readonly message: string;
		readonly fields: readonly string[];
	}>;
}

/** `ok` or the code of each result, in order. */
export const codesOf = (results: readonly RowResult[]): Array<string | undefined> =>
	results.map((each) => (each.success ? 'ok' : each.errors[0]?.statusCode));

/** Records of a Collections call: rows of one type. */
export const typed = (type: string, rows: ReadonlyArray<Record<string, unknown>>): object[] =>
	rows.map((row) => ({ attributes: { type }, ...row }));
