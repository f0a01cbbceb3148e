import { SyncError } from '../../core/errors';
import type { Clock } from '../clock';
import { waitMs } from '../../core/retry';
import type { HttpRequest, HttpResponse } from '../http';
import { isObject } from '../json';
import type { PacedSend, SendOptions } from '../retry';
import { connect } from './connection';
import { classify, stopFor } from './errorClasses';
import { faultOf } from './errors';
import type { Connection } from './jsforce';
import { LIMITS } from './limits';
import type { Usage } from './usage';

/** A JSON object as Salesforce sends it. */
export type Row = Readonly<Record<string, unknown>>;

/** One request to the organisation. */
export interface Exchange {
	readonly method: HttpRequest['method'];
	/** Below `/services/data/vNN.0/`, or from the root when it starts with `/`. Already encoded. */
	readonly path: string;
	/** Sent as it is. */
	readonly body?: string;
	/** Sent as JSON, in place of `body`. */
	readonly json?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
	/** Of `body`; JSON unless said otherwise. */
	readonly contentType?: string;
	/** Sending it twice does no harm. */
	readonly repeatable: boolean;
	/** Learns what became of a job that was begun, or ends it: no bound of the run holds that up. */
	readonly concludes?: boolean;
	/** Tidies up, so it is sent although the run was cancelled. */
	readonly tidies?: boolean;
	readonly timeoutMs?: number;
	/** A try of it went without an answer, so it may have been carried out already. */
	onLost?(): void;
}

/** How a request may be treated, whatever it asks. */
type Treatment = Pick<Exchange, 'repeatable' | 'concludes' | 'tidies' | 'onLost'>;

/** What a read is for, for the message of its refusal. */
export interface Purpose {
	/** Completes "Salesforce refused to …". */
	readonly doing: string;
	/** The next step, where the caller knows better than the code of the refusal. */
	readonly hint?: string;
}

/** Salesforce's REST API, as far as the connector speaks it. */
export interface Api {
	/** Names the instance and credential: what one may see of the other is remembered under it. */
	readonly scope: string;
	/** Such as `66.0`. */
	readonly version: string;
	readonly clock: Clock;
	readonly usage: Usage;
	/** One JSON answer. A refusal stops the run: nothing is read on behalf of a single record. */
	read(path: string): Promise<unknown>;
	/** All rows of a query, over all pages; the caller keeps the address short. */
	query(soql: string, all?: 'deleted too'): Promise<Row[]>;
	/** What jsforce's own calls answer, over the same pacing. */
	ask<T>(purpose: Purpose, question: (connection: Connection) => PromiseLike<T>): Promise<T>;
	/**
	 * Any final answer of the organisation, refusals too; a used-up quota and a refused sign-in stop the run
	 * as SyncError, a write without an answer is an OutcomeUnknownError.
	 */
	exchange(request: Exchange): Promise<HttpResponse>;
}

/** One instance, the credential that sees it, and how it is spoken to. */
export interface Place {
	readonly origin: string;
	readonly scope: string;
	readonly version: string;
	readonly clock: Clock;
	readonly usage: Usage;
}

/** Binds the API to one instance and one run (its cancel signal and request counter). */
export function bindApi(
	send: PacedSend,
	place: Place,
	run: Pick<SendOptions, 'signal' | 'onRequest'> = {},
): Api {
	const { version, clock, usage } = place;
	const sendOn = async (
		request: HttpRequest,
		{ repeatable, concludes, tidies, onLost }: Treatment,
	) => {
		const own = tidies ? { onRequest: run.onRequest } : run;
		const changes = request.method !== 'GET';
		const options = { ...counted(usage, own, concludes), repeatable, changes, onLost };
		const sendOnce = async () => await send(request, options);
		const response = await patiently(place, repeatable, sendOnce, own.signal);
		stopIfRunMust(response, request);
		return response;
	};
	const ask: Api['ask'] = async ({ doing, hint }, question) => {
		const connection = await connect(place, async (request) => {
			const response = await sendOn(
				{ timeoutMs: LIMITS.timeoutMs, ...request },
				{ repeatable: true },
			);
			if (response.status === 200) return response;
			throw stopFor(faultOf(response), doing, hint);
		});
		const answer = await question(connection);
		// What jsforce could not parse it hands on as text: a sign-in page, or half an answer (J14).
		if (typeof answer === 'object' && answer !== null) return answer;
		throw stopFor(faultOf({ status: 200, body: String(answer ?? '') }), doing);
	};
	const read = async (path: string, doing: string) =>
		await ask<object>({ doing }, (connection) => connection.request(path));
	return {
		scope: place.scope,
		version,
		clock,
		usage,
		ask,
		read: async (path) => await read(rooted(path), `read ${nameOf(path)}`),
		query: async (soql, all) => {
			const first = `/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`;
			return await allPages(first, async (path) => await read(path, doingOf(soql)));
		},
		exchange: async (exchange) => await sendOn(toRequest(exchange, place), exchange),
	};
}

/** Each try counts, and none is sent that the bounds of the run forbid. */
const counted = (
	usage: Usage,
	run: Pick<SendOptions, 'signal' | 'onRequest'>,
	concludes?: boolean,
): Pick<SendOptions, 'signal' | 'onRequest'> => ({
	...run,
	onRequest() {
		usage.admit(concludes);
		run.onRequest?.();
	},
});

/** `sobjects` → `/sobjects`: jsforce puts such paths below the version. */
const rooted = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

/** A path without its query: values of records stay out of messages. */
const nameOf = (path: string): string =>
	path.replace(/^\/?services\/data\/v[\d.]+\//, '').split('?')[0];

const doingOf = (soql: string): string =>
	`query ${/\bFROM\s+(\w+)/i.exec(soql)?.[1] ?? 'the organisation'}`;

function toRequest(exchange: Exchange, { origin, version }: Place): HttpRequest {
	const { method, path, json, headers, contentType, timeoutMs = LIMITS.timeoutMs } = exchange;
	const body = json === undefined ? exchange.body : JSON.stringify(json);
	return {
		method,
		url: path.startsWith('/') ? origin + path : `${origin}/services/data/v${version}/${path}`,
		headers: {
			Accept: 'application/json',
			...(body !== undefined && {
				'Content-Type': contentType ?? 'application/json; charset=utf-8',
			}),
			...headers,
		},
		...(body !== undefined && { body }),
		timeoutMs,
	};
}

/** Follows `nextRecordsUrl` unchanged: a path of this instance, and never the same one twice. */
async function allPages(first: string, read: (path: string) => Promise<object>): Promise<Row[]> {
	const rows: Row[] = [];
	const seen = new Set<string>();
	for (let path: string | undefined = first; path !== undefined;) {
		if (seen.has(path)) throw strayLocator();
		seen.add(path);
		const { records, done, nextRecordsUrl } = (await read(path)) as Row;
		if (!Array.isArray(records)) throw strayLocator();
		for (const row of records) if (isObject(row)) rows.push(row);
		path = done === false ? nextPath(nextRecordsUrl) : undefined;
	}
	return rows;
}

function nextPath(locator: unknown): string {
	if (typeof locator === 'string' && locator.startsWith('/services/data/')) return locator;
	throw strayLocator();
}

const strayLocator = (): SyncError =>
	new SyncError('unavailable', 'Salesforce answered a query with pages that lead nowhere', {
		hint: 'Run again: nothing is lost.',
	});

/** HTTP 420 means an organisation that is suspended, expired or gone: two more tries, then it is (section 5). */
async function patiently(
	{ clock, origin }: Place,
	repeatable: boolean,
	send: () => Promise<HttpResponse>,
	signal?: AbortSignal,
): Promise<HttpResponse> {
	const tries = repeatable ? LIMITS.suspendedTries : 0;
	for (let attempt = 0; ; attempt += 1) {
		const response = await send();
		if (response.status !== 420) return response;
		if (attempt >= tries) throw suspended(origin);
		await clock.sleep(waitMs(attempt, clock.random(), undefined), signal);
	}
}

const suspended = (origin: string): SyncError =>
	new SyncError(
		'unavailable',
		`The Salesforce organisation at ${origin} is suspended, expired or deleted (HTTP 420)`,
		{
			hint: 'Check in the browser that the organisation still opens; scratch and trial organisations end.',
		},
	);

/** A used-up quota and a refused sign-in concern the whole run, whatever was asked. */
function stopIfRunMust(response: HttpResponse, { method, url }: HttpRequest): void {
	if (response.status < 400) return;
	const fault = faultOf(response);
	const kind = classify(fault);
	if (kind !== 'auth' && kind !== 'quota') return;
	throw stopFor(fault, `answer ${method} ${nameOf(new URL(url).pathname)}`);
}
