import { randomBytes } from 'node:crypto';
import type { ApiRequest, ApiResponse, Route, Session } from './org';
import { json, root } from './org';
import { recordJson } from './recordJson';
import { badRequest } from './refusal';
import type { SoqlResult } from './soql';
import { runSoql } from './soql';

interface Cursor {
	readonly result: SoqlResult;
	readonly expires: number;
}

const cursors = () => new Map<string, Cursor>();

/** One page of a result, and where the next one is (S10). */
function page(session: Session, cursor: Cursor & { readonly id?: string }, from: number) {
	const { org } = session;
	const { object, columns, rows } = cursor.result;
	const end = from + org.settings.pageSize;
	const done = end >= rows.length;
	const id = cursor.id ?? `01g${randomBytes(9).toString('hex').slice(0, 15)}`;
	if (!done) org.part(cursors).set(id, cursor);
	return json(200, {
		totalSize: rows.length,
		done,
		...(done ? {} : { nextRecordsUrl: `${root(session)}/query/${id}-${end}` }),
		records: rows.slice(from, end).map((row) => recordJson(session, object, row, columns)),
	});
}

function runQuery(session: Session, { query }: ApiRequest, all: boolean): ApiResponse {
	const text = query.get('q');
	if (text === null) throw badRequest('MALFORMED_QUERY', 'The q parameter is missing.');
	const result = runSoql(session, text, all);
	if (result.columns.length === 0) {
		return json(200, { totalSize: result.rows.length, done: true, records: [] });
	}
	const expires = session.org.clock.now() + session.org.settings.locatorLifetimeMs;
	return page(session, { result, expires }, 0);
}

function nextPage(session: Session, { params: [locator = ''] }: ApiRequest): ApiResponse {
	const { org } = session;
	const [id = '', from] = locator.split('-');
	const cursor = org.part(cursors).get(id);
	if (cursor === undefined || cursor.expires <= org.clock.now() || !/^\d+$/.test(from ?? '')) {
		throw badRequest('INVALID_QUERY_LOCATOR', 'invalid query locator');
	}
	return page(session, { ...cursor, id }, Number(from));
}

/** Queries and their pages (3.1). */
export const queryRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: /^\/query$/,
		handle: (session, request) => runQuery(session, request, false),
	},
	{
		method: 'GET',
		path: /^\/queryAll$/,
		handle: (session, request) => runQuery(session, request, true),
	},
	{ method: 'GET', path: /^\/query(?:All)?\/([^/]+)$/, handle: nextPage },
];
