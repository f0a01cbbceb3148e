import { randomUUID } from 'node:crypto';
import type { LoggedPart } from '../requestLog';
import { SESSION_TOKEN } from './elastic';
import { errorResponse } from './errorResponse';
import type { AnsweredItem, BatchItem, RequestPart } from './multipart';
import { MalformedBatch, boundaryOf, readBatch, writeMultipart } from './multipart';
import { ODataError, payloadError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { readPrefer } from './queryOptions';

const MAX_OPERATIONS = 1000;
const MAX_URL_IN_BATCH = 65_536;

/** Serves one operation; the router, handed in because it serves batches too. */
export type Serve = (request: ApiRequest) => ApiResponse;

interface BatchRun {
	readonly org: Org;
	readonly serve: Serve;
	readonly references: Map<string, string>;
	readonly parts: LoggedPart[];
	readonly continues: boolean;
	/** Headers of the whole answer. */
	readonly outer: Record<string, string>;
}

/** A changeset's way out of its transaction. */
class ChangesetFailure extends Error {
	constructor(readonly answer: AnsweredItem & { readonly response: ApiResponse }) {
		super('changeset');
	}
}

function resolveUrl(run: BatchRun, url: string): string {
	const reference = /^\/?(\$[\w-]+)(.*)$/.exec(url);
	if (reference?.[1] !== undefined && reference[1] !== '$batch') {
		const path = run.references.get(reference[1]);
		if (path === undefined) {
			throw new ODataError(
				400,
				'0x80060888',
				`Content-ID Reference: '${reference[1]}' does not exist in the batch context.`,
			);
		}
		return `${path}${reference[2] ?? ''}`;
	}
	if (url.startsWith(`${run.org.url}/`)) return url.slice(run.org.url.length);
	if (url.startsWith('/')) return url;
	throw payloadError(
		'',
		`The URL '${url}' of a batch part is neither absolute nor a path from the host.`,
	);
}

function servePart(run: BatchRun, part: RequestPart, inChangeset: boolean): ApiResponse {
	const url = resolveUrl(run, part.url);
	if (url.length > MAX_URL_IN_BATCH) {
		throw new ODataError(400, '0x80060888', 'The request URI is too long.');
	}
	if (/\/\$batch$/.test(url)) {
		throw new ODataError(400, '0x80060888', 'Batch requests cannot contain batch requests.');
	}
	if (inChangeset && part.method === 'GET') {
		throw new ODataError(400, '0x80060888', 'A changeset cannot contain GET requests.');
	}
	const { method, headers, body } = part;
	return run.serve({ method, url, headers, body, inBatch: true, references: run.references });
}

function remember(run: BatchRun, part: RequestPart, response: ApiResponse): void {
	const entity = response.headers['OData-EntityId'];
	if (part.contentId === undefined || entity === undefined) return;
	run.references.set(`$${part.contentId}`, entity.slice(run.org.url.length));
}

function answerPart(
	run: BatchRun,
	part: RequestPart,
	inChangeset = false,
): AnsweredItem & { readonly response: ApiResponse } {
	let response: ApiResponse;
	try {
		response = servePart(run, part, inChangeset);
	} catch (error) {
		if (!(error instanceof ODataError)) throw error;
		response = errorResponse(error, part.headers.prefer);
	}
	const { method, url, headers, body, contentId } = part;
	run.parts.push({ method, url, headers, body, status: response.status });
	remember(run, part, response);
	return {
		response: { ...response, headers: { ...partHeaders(run, response), 'OData-Version': '4.0' } },
		contentId: inChangeset ? contentId : undefined,
	};
}

/** The headers of a part; the session token of an elastic table may be the whole answer's instead (U-29). */
function partHeaders({ org, outer }: BatchRun, { headers }: ApiResponse): ApiResponse['headers'] {
	const { [SESSION_TOKEN]: token, ...others } = headers;
	if (token === undefined || org.switches['U-29'] === 'part') return headers;
	outer[SESSION_TOKEN] = token;
	return others;
}

function answerChangeset(run: BatchRun, parts: readonly RequestPart[]): AnsweredItem {
	const boundary = `changesetresponse_${randomUUID()}`;
	try {
		return run.org.store.transaction(() => {
			const answers = parts.map((part) => {
				const answer = answerPart(run, part, true);
				if (answer.response.status >= 400) throw new ChangesetFailure(answer);
				return answer;
			});
			return { boundary, answers };
		});
	} catch (error) {
		if (!(error instanceof ChangesetFailure)) throw error;
		if (run.org.switches['U-11'] === 'nestedMultipart')
			return { boundary, answers: [error.answer] };
		return { response: error.answer.response };
	}
}

/** The status an item counts with: a changeset's is that of its failure. */
function statusOf(item: AnsweredItem): number {
	if ('response' in item) return item.response.status;
	return Math.max(...item.answers.map(statusOf), 0);
}

function runItems(run: BatchRun, items: readonly BatchItem[]): AnsweredItem[] {
	const answers: AnsweredItem[] = [];
	for (const item of items) {
		const answer =
			'changeset' in item ? answerChangeset(run, item.changeset) : answerPart(run, item);
		answers.push(answer);
		if (statusOf(answer) >= 400 && !run.continues) break;
	}
	return answers;
}

function multipart(status: number, items: readonly AnsweredItem[]): ApiResponse {
	const boundary = `batchresponse_${randomUUID()}`;
	return {
		status,
		headers: { 'Content-Type': `multipart/mixed; boundary=${boundary}` },
		body: writeMultipart(boundary, items),
	};
}

function checkContentIds(items: readonly BatchItem[]): void {
	const ids = items
		.flatMap((item) => ('changeset' in item ? item.changeset : [item]))
		.map((part) => part.contentId)
		.filter((id) => id !== undefined);
	const twice = ids.find((id, index) => ids.indexOf(id) !== index);
	if (twice === undefined) return;
	throw new MalformedBatch(
		`The content ID '${twice}' was found more than once in the same change set or same batch request.`,
	);
}

function readItems(request: ApiRequest): BatchItem[] {
	const boundary = boundaryOf(request.headers['content-type']);
	if (boundary === undefined) {
		throw new ODataError(
			400,
			'0x80060888',
			"The 'Content-Type' header of a batch request must be 'multipart/mixed' with a boundary.",
		);
	}
	const items = readBatch(request.body, boundary);
	const count = items.reduce(
		(sum, item) => sum + ('changeset' in item ? item.changeset.length : 1),
		0,
	);
	if (count > MAX_OPERATIONS) {
		throw new ODataError(
			400,
			'0x80060888',
			`The batch request has ${count} operations. The limit is ${MAX_OPERATIONS}.`,
		);
	}
	checkContentIds(items);
	return items;
}

/** `POST $batch`: parts in order, stopping at the first failure unless told to go on (S-21). */
export function serveBatch(
	org: Org,
	request: ApiRequest,
	serve: Serve,
	parts: LoggedPart[],
): ApiResponse {
	let items: BatchItem[];
	try {
		items = readItems(request);
	} catch (error) {
		if (!(error instanceof MalformedBatch)) throw error;
		// An unreadable envelope is answered inside an envelope (contract 4.4).
		const refusal = payloadError('', error.message, '0x80048d19', 'System.ArgumentException');
		return multipart(400, [{ response: errorResponse(refusal, undefined) }]);
	}
	const continues = readPrefer(request.headers.prefer).has('odata.continue-on-error');
	const run: BatchRun = { org, serve, references: new Map(), parts, continues, outer: {} };
	const answers = runItems(run, items);
	const failed = answers.map(statusOf).find((status) => status >= 400);
	const applied: Record<string, string> = continues
		? { 'Preference-Applied': 'odata.continue-on-error' }
		: {};
	const answer = multipart(continues ? 200 : (failed ?? 200), answers);
	return { ...answer, headers: { ...answer.headers, ...run.outer, ...applied } };
}
