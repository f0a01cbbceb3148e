import { fullId } from './ids';
import { pathObject } from './metadata';
import type { ApiRequest, ApiResponse, Route, Session } from './org';
import { json } from './org';
import { recordJson } from './recordJson';
import { badRequest } from './refusal';
import { readBody } from './requestBody';
import { column } from './soqlColumns';

const isTexts = (value: unknown): value is string[] =>
	Array.isArray(value) && value.every((each) => typeof each === 'string');

function retrieve(
	session: Session,
	request: ApiRequest,
	{ ids, fields }: { readonly ids: unknown; readonly fields: unknown },
): ApiResponse {
	const { org } = session;
	const object = pathObject(session, request);
	if (!isTexts(ids) || !isTexts(fields)) {
		throw badRequest('MISSING_ARGUMENT', 'The request needs a list of ids and a list of fields.');
	}
	const max = org.switches.retrieveMax;
	if (ids.length > max) {
		throw badRequest('EXCEEDED_ID_LIMIT', `no more than ${max} ids can be retrieved in one call`);
	}
	const names = fields.some((name) => /^id$/i.test(name)) ? fields : ['Id', ...fields];
	const columns = names.map((name) => column(org, object, name));
	const records = ids.map((text) => {
		const id = fullId(text);
		if (id === undefined) throw badRequest('MALFORMED_ID', `malformed id ${text}`);
		const row = org.store.get(object, id);
		return row === undefined ? null : recordJson(session, object, row, columns);
	});
	const keepsNulls = org.switches.retrieveMissing === 'null';
	return json(200, keepsNulls ? records : records.filter((record) => record !== null));
}

const PATH = /^\/composite\/sobjects\/([^/]+)$/;

/** Many rows by their ids, in the order of the ids; null for a missing one (3.1). */
export const retrieveRoutes: readonly Route[] = [
	{
		method: 'POST',
		path: PATH,
		handle: (session, request) => {
			const { ids, fields } = readBody(request);
			return retrieve(session, request, { ids, fields });
		},
	},
	{
		method: 'GET',
		path: PATH,
		handle: (session, request) =>
			retrieve(session, request, {
				ids: request.query.get('ids')?.split(','),
				fields: request.query.get('fields')?.split(','),
			}),
	},
];
