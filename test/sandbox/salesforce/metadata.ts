import { describeGlobal, describeObject, objectInfo } from './describe';
import { visibleObject } from './fieldSecurity';
import type { ObjectType } from './model';
import type { ApiRequest, Route, Session } from './org';
import { json } from './org';
import { notFound } from './refusal';

/** The object a path names; 404 when the user sees none of this name. */
export function pathObject({ org }: Session, { params: [name = ''] }: ApiRequest): ObjectType {
	const object = visibleObject(org, name);
	if (object === undefined) throw notFound();
	return object;
}

/** The object list and descriptions (contract 2). */
export const metadataRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: /^\/sobjects$/,
		handle: (session) => json(200, describeGlobal(session)),
	},
	{
		method: 'GET',
		path: /^\/sobjects\/([^/]+)\/describe$/,
		handle: (session, request) => json(200, describeObject(session, pathObject(session, request))),
	},
	{
		method: 'GET',
		path: /^\/sobjects\/([^/]+)$/,
		handle: (session, request) => json(200, objectInfo(session, pathObject(session, request))),
	},
];
