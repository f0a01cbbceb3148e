import { visibleObject } from './fieldSecurity';
import { fullId } from './ids';
import { parserError } from './jsonRecords';
import { pathObject } from './metadata';
import type { ObjectType, RowOutcome, RowWrite, WriteOperation } from './model';
import type { ApiRequest, ApiResponse, Route, Session } from './org';
import { json } from './org';
import { badRequest } from './refusal';
import { readBody } from './requestBody';
import { headerOptions, isUpdateOnly, refuseInBody, upsertKey } from './writeOptions';
import { writeRows } from './writeRow';

/** Records per call, and runs of one type in it (contract 6). */
const MAX_RECORDS = 200;
const MAX_CHUNKS = 10;

type Entry = Readonly<Record<string, unknown>>;

function requireSize(count: number): void {
	if (count <= MAX_RECORDS) return;
	throw badRequest(
		'EXCEEDED_ID_LIMIT',
		`record limit reached. cannot submit more than ${MAX_RECORDS} records in this request`,
	);
}

function recordsOf(body: Readonly<Record<string, unknown>>): Entry[] {
	const { records } = body;
	if (!Array.isArray(records) || records.length === 0) {
		throw badRequest('MISSING_ARGUMENT', 'The records of the request are missing.');
	}
	requireSize(records.length);
	return records as Entry[];
}

function typeOf({ org }: Session, record: Entry, at: number): ObjectType {
	const { attributes } = record as { attributes?: { type?: unknown } };
	const type = attributes?.type;
	if (typeof type !== 'string') {
		throw badRequest('MISSING_ARGUMENT', `attributes.type is missing in record ${at}`);
	}
	const object = visibleObject(org, type);
	if (object !== undefined) return object;
	throw badRequest('INVALID_TYPE', `sObject type '${type}' is not supported.`);
}

function requireChunks(objects: readonly ObjectType[]): void {
	const chunks = objects.filter((object, at) => at === 0 || object !== objects[at - 1]);
	if (chunks.length > MAX_CHUNKS) {
		throw badRequest(
			'INVALID_BATCH_OPERATION',
			`Cannot have more than ${MAX_CHUNKS} chunks in a single operation. Please rearrange the data to reduce chunking.`,
		);
	}
	if (new Set(chunks.map(({ setup }) => setup)).size > 1) {
		const text = 'Setup objects cannot be written in one call with other objects.';
		throw badRequest('MIXED_DML_OPERATION', text);
	}
}

/** `id, success, errors[, created]`, failures without `id` (4.2). */
function answerOf(outcome: RowOutcome, withCreated: boolean): Record<string, unknown> {
	if (!outcome.success) return { success: false, errors: outcome.errors };
	const { id, created } = outcome;
	return { id, success: true, errors: [], ...(withCreated ? { created } : {}) };
}

/** The records of a body as row writes; what refuses the whole call is thrown. */
function readWrites(
	session: Session,
	request: ApiRequest,
	plan: { readonly operation: WriteOperation; readonly key?: string; readonly type?: ObjectType },
) {
	const body = readBody(request);
	const records = recordsOf(body);
	const objects = records.map((record, at) => typeOf(session, record, at));
	requireChunks(objects);
	const options = headerOptions(session, request);
	const updateOnly = plan.operation === 'upsert' && isUpdateOnly(session, request);
	const writes = records.map((values, at): RowWrite => {
		const object = objects[at]!;
		if (plan.type !== undefined && object !== plan.type) {
			const text = `The type of record ${at} is ${object.name}, that of the URL ${plan.type.name}.`;
			throw badRequest('INVALID_TYPE', text);
		}
		if (plan.key !== undefined && plan.key !== 'Id') refuseInBody(values, ['Id']);
		const record = { object, values, text: request.body, path: ['records', at] };
		const refused = parserError(session, record, session.org.switches.jsonTypeErrorScope);
		return {
			object: object.name,
			operation: plan.operation,
			externalIdField: plan.key,
			values,
			updateOnly,
			refused,
			...options,
		};
	});
	return { writes, allOrNone: body.allOrNone === true };
}

const writeAll =
	(operation: 'insert' | 'update') =>
	(session: Session, request: ApiRequest): ApiResponse => {
		const { writes, allOrNone } = readWrites(session, request, { operation });
		const outcomes = writeRows(session, writes, { allOrNone });
		return json(
			200,
			outcomes.map((outcome) => answerOf(outcome, false)),
		);
	};

function upsertAll(session: Session, request: ApiRequest): ApiResponse {
	const type = pathObject(session, request);
	const name = request.params[1] ?? '';
	const byId = name.toLowerCase() === 'id';
	if (byId && session.org.switches.upsertById === 'reject') {
		throw badRequest('INVALID_FIELD', `Record ids cannot be the external id of ${type.name}.`);
	}
	const key = byId ? 'Id' : upsertKey(session, type, name).name;
	const plan = { operation: 'upsert', key, type } as const;
	const { writes, allOrNone } = readWrites(session, request, plan);
	const outcomes = writeRows(session, writes, { allOrNone });
	return json(
		200,
		outcomes.map((outcome) => answerOf(outcome, true)),
	);
}

function deletion({ org }: Session, text: string): RowWrite {
	const id = fullId(text);
	const object = id === undefined ? undefined : org.schema.byPrefix(id);
	if (object !== undefined) {
		return { object: object.name, operation: 'delete', values: { Id: id } };
	}
	const refused = { statusCode: 'MALFORMED_ID', message: `malformed id ${text}`, fields: [] };
	return { object: '', operation: 'delete', values: {}, refused };
}

function deleteAll(session: Session, request: ApiRequest): ApiResponse {
	const ids = (request.query.get('ids') ?? '').split(',').filter((id) => id !== '');
	if (ids.length === 0) throw badRequest('MISSING_ARGUMENT', 'The ids parameter is missing.');
	requireSize(ids.length);
	const writes = ids.map((id) => deletion(session, id.trim()));
	const allOrNone = request.query.get('allOrNone') === 'true';
	const outcomes = writeRows(session, writes, { allOrNone });
	return json(
		200,
		outcomes.map((outcome) => answerOf(outcome, false)),
	);
}

const ALL = /^\/composite\/sobjects$/;

/** sObject Collections (4.2). */
export const collectionRoutes: readonly Route[] = [
	{ method: 'POST', path: ALL, handle: writeAll('insert') },
	{ method: 'PATCH', path: ALL, handle: writeAll('update') },
	{ method: 'DELETE', path: ALL, handle: deleteAll },
	{ method: 'PATCH', path: /^\/composite\/sobjects\/([^/]+)\/([^/]+)$/, handle: upsertAll },
];
