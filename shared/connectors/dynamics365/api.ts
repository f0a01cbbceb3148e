import { randomUUID } from 'node:crypto';
import { SyncError } from '../../core/errors';
import type { HttpRequest, HttpResponse } from '../http';
import type { PacedSend, SendOptions } from '../retry';
import { isObject, parseJson } from '../json';
import { parseBatch, serialiseBatch, type BatchPart } from './batch';
import { classify, hintOf, type FaultClass } from './errorClasses';
import { faultOf, type Fault } from './errors';
import { LIMITS } from './limits';
import { sessionTokens } from './sessionTokens';

/** A JSON object as Dataverse sends it. */
export type Row = Readonly<Record<string, unknown>>;

/** Dataverse's Web API, as far as the connector speaks it. Paths are relative to the API root and already encoded. */
export interface Api {
	/** Names the environment and credential: what one may see of the other is remembered under it. */
	readonly scope: string;
	url(path: string): string;
	/** One JSON answer. A refusal stops the run: nothing is read on behalf of a single record. */
	read(path: string, headers?: Readonly<Record<string, string>>): Promise<Row>;
	/** All pages of a collection. */
	readAll(path: string, headers?: Readonly<Record<string, string>>): Promise<Row[]>;
	/** One page of a collection, at an address of this environment; any answer of the system is returned. */
	page(address: string, headers?: Readonly<Record<string, string>>): Promise<HttpResponse>;
	/** Several collections in one request, in order. */
	readMany(
		paths: readonly string[],
		headers?: Readonly<Record<string, string>>,
	): Promise<readonly Row[][]>;
	/** A write that is never repeated blindly; any answer of the system is returned. */
	post(
		path: string,
		body: unknown,
		headers?: Readonly<Record<string, string>>,
	): Promise<HttpResponse>;
	/** A `$batch` that goes on after errors. Undefined parts: the envelope itself was refused. */
	batch(
		parts: readonly BatchPart[],
		repeatable: boolean,
		headers?: Readonly<Record<string, string>>,
	): Promise<{ readonly response: HttpResponse; readonly parts?: readonly HttpResponse[] }>;
}

const HEADERS = {
	Accept: 'application/json',
	'OData-MaxVersion': '4.0',
	'OData-Version': '4.0',
	'If-None-Match': 'null',
} as const;

/** Metadata is cached for up to 30 s; this asks for the truth (dataverse T-21). */
export const STRONG = { Consistency: 'Strong' } as const;

/** One environment, and the credential that sees it. */
export interface Place {
	readonly origin: string;
	readonly scope: string;
}

/** Binds the API to one environment and one run (its cancel signal and request counter). */
export function bindApi(
	send: PacedSend,
	{ origin, scope }: Place,
	run: Pick<SendOptions, 'signal' | 'onRequest'> = {},
): Api {
	const url = (path: string) => `${origin}${LIMITS.apiPath}${path}`;
	const { exchange, batch } = exchanges(send, run, { scope, batchUrl: url('$batch') });
	const answerOf = async (address: string, headers: Readonly<Record<string, string>>) => {
		const part: BatchPart = { method: 'GET', url: address, headers };
		// Inside $batch an address may be twice as long (dataverse 3.1).
		if (address.length <= LIMITS.urlLength) return await exchange(part, true);
		const { response, parts } = await batch([part], true);
		return parts?.[0] ?? response;
	};
	const get = async (address: string, headers: Readonly<Record<string, string>> = {}) =>
		rowOf(await answerOf(address, headers), address);
	return {
		scope,
		url,
		read: async (path, headers) => await get(url(path), headers),
		readAll: async (path, headers) =>
			await allPages(url(path), origin, (link) => get(link, headers)),
		page: async (address, headers = {}) => await answerOf(within(origin, address), headers),
		readMany: async (paths, headers = {}) => {
			const gets = paths.map((path): BatchPart => ({ method: 'GET', url: url(path), headers }));
			const { response, parts } = await batch(gets, true);
			return paths.map((path, index) => listOf(rowOf(parts?.[index] ?? response, path)));
		},
		post: async (path, body, headers) =>
			await exchange(
				{ method: 'POST', url: url(path), headers, body: JSON.stringify(body) },
				false,
			),
		batch,
	};
}

/** Requests, alone or many in one, each joined to the session of its table. */
function exchanges(
	send: PacedSend,
	run: Pick<SendOptions, 'signal' | 'onRequest'>,
	{ scope, batchUrl }: { readonly scope: string; readonly batchUrl: string },
) {
	const session = sessionTokens(scope);
	const exchange = async (part: BatchPart, repeatable: boolean, contentType?: string) => {
		const request = toRequest(session.joined(part), contentType);
		const response = await send(request, { ...run, repeatable });
		session.heard(part, response.headers);
		return response;
	};
	const batch: Api['batch'] = async (parts, repeatable, headers) => {
		const boundary = `batch_${randomUUID()}`;
		const body = serialiseBatch(parts.map(session.joined), boundary);
		const whole: BatchPart = {
			...{ method: 'POST', url: batchUrl, body },
			headers: { ...headers, Prefer: 'odata.continue-on-error' },
		};
		const type = `multipart/mixed; boundary="${boundary}"`;
		const response = await exchange(whole, repeatable, type);
		const answers = parseBatch(response);
		// Which of the two answers carries the token of a part is written nowhere.
		parts.forEach((part, index) =>
			session.heard(part, { ...response.headers, ...answers?.[index]?.headers }),
		);
		return { response, parts: answers };
	};
	return { exchange, batch };
}

const toRequest = (
	{ method, url, headers, body }: BatchPart,
	contentType = 'application/json; charset=utf-8',
): HttpRequest => ({
	method,
	url,
	headers: {
		...HEADERS,
		...(body === undefined ? {} : { 'Content-Type': contentType }),
		...headers,
	},
	body,
	timeoutMs: LIMITS.timeoutMs,
});

/** Follows `@odata.nextLink` unchanged (T-15), on this environment only, and never the same link twice. */
async function allPages(
	first: string,
	origin: string,
	get: (link: string) => Promise<Row>,
): Promise<Row[]> {
	const rows: Row[] = [];
	const seen = new Set<string>();
	for (let link: unknown = first; typeof link === 'string';) {
		if (seen.has(link) || new URL(link).origin !== origin) {
			throw strayLink();
		}
		seen.add(link);
		const page = await get(link);
		rows.push(...listOf(page));
		link = page['@odata.nextLink'];
	}
	return rows;
}

/** A link that leads to another host, or in circles (T-15): the token is not sent there. */
export const strayLink = (): SyncError =>
	new SyncError('unavailable', 'Dynamics 365 sent a paging link that leads nowhere');

function within(origin: string, address: string): string {
	if (new URL(address).origin !== origin) throw strayLink();
	return address;
}

/** The rows of a page. */
export const listOf = (page: Row): Row[] =>
	Array.isArray(page.value) ? page.value.filter(isObject) : [];

/** The JSON object of an answer. A refusal stops the run. */
export function rowOf(response: HttpResponse, address: string): Row {
	const parsed = response.status === 200 ? parseJson(response.body) : undefined;
	if (isObject(parsed)) return parsed;
	throw stopFor(faultOf(response), `read ${nameOf(address)}`);
}

/** The collection an address reads, without its query: query strings stay out of messages. */
const nameOf = (address: string): string =>
	address.replace(/^https?:\/\/[^/]+\/api\/data\/v[\d.]+\//, '').split('?')[0];

/** The error that stops a run because of a fault. `doing` completes "Dynamics 365 refused to …". */
export function stopFor(fault: Fault, doing: string, hint?: string): SyncError {
	const kind = classify(fault);
	const unanswered =
		!fault.spoken || kind === 'transient' || kind === 'throttle' || kind === 'size';
	const what = fault.spoken
		? `refused to ${doing}: ${fault.message}`
		: `gave no usable answer when asked to ${doing} (HTTP ${fault.status}): ${fault.message}`;
	return new SyncError(
		unanswered ? 'unavailable' : 'config',
		`Dynamics 365 ${what}${fault.code ? ` (${fault.code})` : ''}`,
		{ requestId: fault.requestId, hint: hint ?? nextStep(fault, kind) },
	);
}

function nextStep(fault: Fault, kind: FaultClass): string | undefined {
	if (fault.spoken) return hintOf(fault.code) ?? HINTS[kind];
	return 'Check the environment URL, and whether a proxy or a sign-in page stands in between. If it was a passing disturbance, just run again: nothing is lost.';
}

const HINTS: Readonly<Partial<Record<FaultClass, string>>> = {
	privilege:
		'Give the application user a security role with the privilege the message names (Power Platform admin center → Environment → Settings → Application users).',
	config: 'Check the name of the table and that the environment URL is right.',
	notFound: 'Check the name of the table and that the environment URL is right.',
};
