import { fullId } from './ids';
import { parserError } from './jsonRecords';
import { pathObject } from './metadata';
import type { ObjectType, Row, RowWrite } from './model';
import type { ApiRequest, ApiResponse, Route, Session } from './org';
import { json, noContent, root } from './org';
import { recordJson, rowUrl } from './recordJson';
import { Refusal, badRequest, notFound } from './refusal';
import { readBody } from './requestBody';
import { column } from './soqlColumns';
import { readValue } from './values';
import { headerOptions, isUpdateOnly, refuseInBody, upsertKey } from './writeOptions';
import { writeRow } from './writeRow';

type Plan = Omit<RowWrite, 'object'>;

/** Writes the row, or refuses the request with the row's error (4.3). */
function write(session: Session, request: ApiRequest, object: ObjectType, plan: Plan) {
	const outcome = writeRow(session, {
		...headerOptions(session, request),
		...plan,
		object: object.name,
	});
	if (outcome.success) return outcome;
	const [{ statusCode, message, fields } = { statusCode: '', message: '', fields: [] }] =
		outcome.errors;
	throw new Refusal(400, statusCode, message, { fields });
}

function bodyOf(session: Session, request: ApiRequest, object: ObjectType) {
	const values = readBody(request);
	parserError(session, { object, values, text: request.body, path: [] }, 'call');
	return values;
}

function create(session: Session, request: ApiRequest): ApiResponse {
	const object = pathObject(session, request);
	const values = bodyOf(session, request, object);
	const { id } = write(session, request, object, { operation: 'insert', values });
	const headers = { Location: `${root(session)}/sobjects/${object.name}/${id}` };
	return json(201, { id, success: true, errors: [] }, headers);
}

/** The row behind an id in the path; gone ones are 404 too. */
function pathRow({ org }: Session, object: ObjectType, text: string): Row {
	const id = fullId(text);
	const row = id === undefined ? undefined : org.store.get(object, id);
	if (row !== undefined) return row;
	if (id === undefined || org.store.deleted(object, id) === undefined) throw notFound();
	throw new Refusal(404, 'ENTITY_IS_DELETED', 'entity is deleted');
}

function representation(session: Session, object: ObjectType, row: Row, request: ApiRequest) {
	const { org } = session;
	const names =
		request.query.get('fields')?.split(',') ??
		[...object.fields.values()]
			.map(({ name }) => name)
			.filter((name) => !org.permissions.hiddenFields.has(`${object.name}.${name}`));
	const columns = names.map((name) => column(org, object, name.trim()));
	return json(200, recordJson(session, object, row, columns), {
		ETag: `"${row.modified}"`,
		'Last-Modified': new Date(row.modified).toUTCString(),
	});
}

const read = (session: Session, request: ApiRequest): ApiResponse => {
	const object = pathObject(session, request);
	const row = pathRow(session, object, request.params[1] ?? '');
	return representation(session, object, row, request);
};

function update(session: Session, request: ApiRequest): ApiResponse {
	const object = pathObject(session, request);
	const { id: Id } = pathRow(session, object, request.params[1] ?? '');
	const values = bodyOf(session, request, object);
	refuseInBody(values, ['Id']);
	write(session, request, object, { operation: 'update', values: { ...values, Id } });
	return noContent();
}

function remove(session: Session, request: ApiRequest): ApiResponse {
	const object = pathObject(session, request);
	const { id: Id } = pathRow(session, object, request.params[1] ?? '');
	write(session, request, object, { operation: 'delete', values: { Id } });
	return noContent();
}

/** 300 with the URLs of all matches; `Location` by U17. */
function several(session: Session, object: ObjectType, rows: readonly Row[]): ApiResponse {
	const urls = rows.map((row) => rowUrl(session, object, row));
	const located = session.org.switches.locationOn300 === 'present';
	return json(300, urls, located ? { Location: urls[0] ?? '' } : {});
}

function matches(session: Session, request: ApiRequest, object: ObjectType) {
	const [, name = '', text = ''] = request.params;
	// Salesforce takes such endings for a file type (T8).
	if (/\.inc$/i.test(text)) throw notFound();
	const field = upsertKey(session, object, name);
	const isNumber = /^(?:int|double|currency|percent)$/.test(field.type);
	const raw = isNumber ? Number(text) : text;
	const value = readValue(session.org.switches, field, raw);
	if (value === undefined || value === null) throw notFound();
	return { field, value, rows: session.org.store.matches(object, field, value) };
}

function upsert(session: Session, request: ApiRequest): ApiResponse {
	const object = pathObject(session, request);
	if (request.params[1]?.toLowerCase() === 'id') {
		const [name = '', , id = ''] = request.params;
		return update(session, { ...request, params: [name, id] });
	}
	const { field, value, rows } = matches(session, request, object);
	const values = bodyOf(session, request, object);
	refuseInBody(values, ['Id', field.name]);
	if (rows.length > 1) return several(session, object, rows);
	if (rows.length === 0 && isUpdateOnly(session, request)) throw notFound();
	const { id, created } = write(session, request, object, {
		operation: 'upsert',
		externalIdField: field.name,
		values: { ...values, [field.name]: value },
	});
	// Older versions answer an update without a body (4.3).
	if (!created && session.version < 46) return noContent();
	return json(created ? 201 : 200, { id, success: true, errors: [], created });
}

function readByKey(session: Session, request: ApiRequest): ApiResponse {
	const object = pathObject(session, request);
	const { rows } = matches(session, request, object);
	const [row] = rows;
	if (row === undefined) throw notFound();
	return rows.length > 1
		? several(session, object, rows)
		: representation(session, object, row, request);
}

const ROWS = /^\/sobjects\/([^/]+)$/;
const ROW = /^\/sobjects\/([^/]+)\/([^/]+)$/;
const KEYED = /^\/sobjects\/([^/]+)\/([^/]+)\/([^/]+)$/;

/** One row a call (4.3). */
export const rowRoutes: readonly Route[] = [
	{ method: 'POST', path: ROWS, handle: create },
	// `POST /sobjects/{Obj}/Id` inserts (API 37 and later).
	{
		method: 'POST',
		path: ROW,
		handle: (session, request) => {
			if (request.params[1] === 'Id' && session.version >= 37) return create(session, request);
			throw badRequest('INVALID_FIELD', `A row is created at /sobjects/${request.params[0]}.`);
		},
	},
	{ method: 'GET', path: ROW, handle: read },
	{ method: 'PATCH', path: ROW, handle: update },
	{ method: 'DELETE', path: ROW, handle: remove },
	{ method: 'GET', path: KEYED, handle: readByKey },
	{ method: 'PATCH', path: KEYED, handle: upsert },
];
