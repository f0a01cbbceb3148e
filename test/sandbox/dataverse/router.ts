import type { LoggedPart } from '../requestLog';
import { readAddress } from './address';
import { serveBatch } from './batch';
import { bulkAction } from './bulk';
import { bulkDelete } from './bulkDelete';
import { countRows, readCollection } from './collection';
import { effectError } from './effects';
import { withSession } from './elastic';
import { errorResponse } from './errorResponse';
import { reactivateKey } from './keyDefinitions';
import { publishXml, serveDefinitions } from './definitions';
import { PLAIN, readExecution } from './execution';
import type { Row, Table } from './model';
import { ODataError, badQuery, notBuilt, unknownSegment } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { API_PATH, ids, json, root } from './org';
import type { Pages } from './pages';
import { readQuery } from './queryOptions';
import type { RecordRequest } from './records';
import { totalRecordCount } from './recordCounts';
import { createRecord, deleteRecord, readRecord, upsertRecord } from './records';
import { userPrivileges } from './userPrivileges';

/** What the router needs beside the organisation. */
export interface RouterContext {
	readonly org: Org;
	readonly pages: Pages<Row>;
	/** The parts of the batch being served, for the log. */
	readonly parts: LoggedPart[];
}

const MAX_SEGMENT = 260;

const wrongMethod = (org: Org, target: 'function' | 'collection', request: ApiRequest) => {
	const [onFunction, onCollection] = org.switches['U-19'].split(' and ');
	const status = Number(target === 'function' ? onFunction : onCollection);
	return new ODataError(
		status,
		'',
		status === 404
			? `No HTTP resource was found that matches the request URI '${org.url}${request.url}'.`
			: `The requested resource does not support http method '${request.method}'.`,
	);
};

function whoAmI(org: Org, request: ApiRequest): ApiResponse {
	if (request.method !== 'GET') throw wrongMethod(org, 'function', request);
	return json(200, {
		'@odata.context': `${root(org)}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
		BusinessUnitId: ids.businessUnit,
		UserId: ids.user,
		OrganizationId: ids.organization,
	});
}

function serviceDocument(org: Org): ApiResponse {
	const value = org.schema.tables.map(({ set }) => ({ name: set, kind: 'EntitySet', url: set }));
	return json(200, { '@odata.context': `${root(org)}$metadata`, value });
}

const actions: Record<string, (org: Org, request: ApiRequest) => ApiResponse> = {
	BulkDelete: bulkDelete,
	PublishXml: publishXml,
	ReactivateEntityKey: reactivateKey,
};

function serveAction(org: Org, name: string, request: ApiRequest): ApiResponse | undefined {
	const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
	if (action === undefined) return undefined;
	if (request.method !== 'POST') throw wrongMethod(org, 'function', request);
	return action(org, request);
}

function serveCollection(context: RouterContext, table: Table, request: ApiRequest): ApiResponse {
	const { org, pages } = context;
	if (request.method === 'GET') return readCollection(org, table, request, pages);
	if (request.method !== 'POST') throw wrongMethod(org, 'collection', request);
	if (table.internal) throw notBuilt(`creating rows in ${table.set}`);
	return createRecord(org, table, request);
}

function serveRecord(org: Org, record: RecordRequest): ApiResponse {
	const { table, request } = record;
	if (request.method === 'GET') return readRecord(org, record);
	if (table.internal) throw notBuilt(`writing to ${table.set}`);
	if (request.method === 'PATCH') return upsertRecord(org, record);
	if (request.method === 'DELETE') return deleteRecord(org, record);
	throw wrongMethod(org, 'collection', request);
}

function serveOnSet(
	context: RouterContext,
	table: Table,
	rest: readonly string[],
	request: ApiRequest,
): ApiResponse {
	const { org } = context;
	const [next, ...more] = rest;
	if (next === undefined) return serveCollection(context, table, request);
	if (more.length > 0) throw unknownSegment(more[0] ?? '');
	if (next === '$count' && request.method === 'GET') return countRows(org, table, request);
	const action = /^Microsoft\.Dynamics\.CRM\.(\w+)$/.exec(next)?.[1];
	if (action === undefined) throw unknownSegment(next);
	const isPost = request.method === 'POST';
	const answer = isPost ? bulkAction(org, table, action, request) : undefined;
	if (answer !== undefined) return answer;
	throw isPost ? unknownSegment(next) : wrongMethod(org, 'function', request);
}

function serveOnRow(
	org: Org,
	place: { readonly table: Table; readonly key: string; readonly rest: readonly string[] },
	request: ApiRequest,
): ApiResponse {
	const { table, key, rest } = place;
	const options = readQuery(request.url.split('?')[1] ?? '', org.switches['U-12']);
	const address = readAddress(org, table, key, { source: 'url', aliases: options.aliases });
	const [next] = rest;
	if (next === undefined) return serveRecord(org, { table, address, request });
	if (table.name === 'systemuser' && next === 'Microsoft.Dynamics.CRM.RetrieveUserPrivileges()') {
		return userPrivileges(org);
	}
	throw notBuilt(`the path '${next}' behind a record`);
}

function serveData(
	context: RouterContext,
	segments: readonly string[],
	request: ApiRequest,
): ApiResponse {
	const { org } = context;
	const [first = '', ...rest] = segments;
	const match = /^(\w+)(\(.*)?$/s.exec(first);
	const table = match?.[1] === undefined ? undefined : org.schema.bySet(match[1]);
	if (match === null || table === undefined) throw unknownSegment(match?.[1] ?? first);
	const key = match[2];
	if (key === undefined) {
		return withSession(org, table, request, serveOnSet(context, table, rest, request));
	}
	// An unencoded slash inside a key value cuts it in two (T-08).
	if (!key.endsWith(')')) throw badQuery('Bad Request - Error in query syntax.');
	const place = { table, key: key.slice(1, -1), rest };
	return withSession(org, table, request, serveOnRow(org, place, request));
}

function checkSegments(segments: readonly string[], request: ApiRequest): void {
	if (request.inBatch || segments.every((each) => each.length <= MAX_SEGMENT)) return;
	throw new ODataError(400, 'invalid-url', 'Bad Request - Invalid URL');
}

/** Serves one operation under the API root; throws ODataError for what is refused. */
function serve(context: RouterContext, request: ApiRequest): ApiResponse {
	const { org } = context;
	const [path = ''] = request.url.split('?');
	if (!API_PATH.test(path)) throw unknownSegment(path.replace(/^\/+/, ''));
	const segments = path.replace(API_PATH, '').split('/');
	checkSegments(segments, request);
	org.execution = readExecution(org, request);
	const [first = ''] = segments;
	if (first === '') return serviceDocument(org);
	if (first === '$metadata') throw notBuilt('the $metadata document');
	if (/^(Entity|Relationship)Definitions\b/.test(first)) {
		return serveDefinitions(org, segments, request);
	}
	if (/^WhoAmI(\(\))?$/.test(first)) return whoAmI(org, request);
	const count = totalRecordCount(org, first, request);
	if (count !== undefined) return count;
	return serveAction(org, first, request) ?? serveData(context, segments, request);
}

/** Serves a part of a batch, with the faults that strike parts. */
function servePart(context: RouterContext, request: ApiRequest): ApiResponse {
	for (const effect of context.org.faults.forRequest(request, true)) {
		if (effect.kind === 'respond') {
			return { status: effect.status, headers: effect.headers ?? {}, body: effect.body ?? '' };
		}
		const error = effectError(effect);
		if (error !== undefined) throw error;
	}
	return serve(context, request);
}

/** Serves an HTTP request under `/api/data/`; every refusal becomes its answer. */
export function serveApi(context: RouterContext, request: ApiRequest): ApiResponse {
	try {
		if (/\/\$batch$/.test(request.url.split('?')[0] ?? '')) {
			if (request.method !== 'POST') throw wrongMethod(context.org, 'function', request);
			const part = (each: ApiRequest) => servePart(context, each);
			return serveBatch(context.org, request, part, context.parts);
		}
		return serve(context, request);
	} catch (error) {
		if (!(error instanceof ODataError)) throw error;
		// The web server refuses these before the application sees them: no JSON (contract 3.1).
		if (error.code === 'invalid-url') {
			const body = `<!DOCTYPE HTML><HTML><HEAD><TITLE>Bad Request</TITLE></HEAD><BODY><h2>${error.message}</h2></BODY></HTML>`;
			return { status: 400, headers: { 'Content-Type': 'text/html; charset=us-ascii' }, body };
		}
		return errorResponse(error, request.headers.prefer);
	} finally {
		context.org.execution = PLAIN;
	}
}
