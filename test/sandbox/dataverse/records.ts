import type { Address } from './address';
import { findRow, newRowValues, rowMissing } from './address';
import { wantedAnnotations } from './annotations';
import { matchingRecordExists } from './effects';
import { rowsSeen } from './elastic';
import type { Row, RowValues, Table } from './model';
import { ODataError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { json, noContent, root } from './org';
import type { Payload, PayloadContext } from './payload';
import { parseBody, readPayload } from './payload';
import { readPrefer, readQuery } from './queryOptions';
import { etag, project } from './representation';
import { createRow, deleteRow, requirePrivilege, updateRow } from './rules';

/** One record operation: the table, the row it names, and the request. */
export interface RecordRequest {
	readonly table: Table;
	readonly address: Address;
	readonly request: ApiRequest;
}

const conditionalCode = (org: Org, code: string) => (org.switches['U-10'] === 'empty' ? '' : code);

/** A condition; the literal `null` is none (T-13). */
const header = (request: ApiRequest, name: 'if-match' | 'if-none-match') => {
	const value = request.headers[name]?.trim();
	return value === 'null' ? undefined : value;
};

const missing = (org: Org, { table, address, request }: RecordRequest): ODataError => {
	const error = rowMissing(table, address);
	if (header(request, 'if-match') === undefined) return error;
	return new ODataError(404, conditionalCode(org, error.code), error.message);
};

/** `If-Match` with an etag: equality only, and only with optimistic concurrency (contract 4.1). */
function checkVersion(org: Org, table: Table, row: Row, request: ApiRequest): void {
	const wanted = header(request, 'if-match');
	if (wanted === undefined || wanted === '*') return;
	if (!table.optimisticConcurrency) {
		throw new ODataError(
			Number(org.switches['U-23']),
			'0x8006088d',
			`Optimistic concurrency isn't enabled for entity type ${table.name}. The IfVersionMatches value of ConcurrencyBehavior can only be used if optimistic concurrency is enabled.`,
		);
	}
	if (wanted === etag(row)) return;
	throw new ODataError(
		412,
		conditionalCode(org, '0x80060882'),
		"The version of the existing record doesn't match the RowVersion property provided.",
	);
}

const wantsRow = (request: ApiRequest) =>
	readPrefer(request.headers.prefer).get('return') === 'representation';

function entityHeaders(org: Org, url: string, request: ApiRequest): Record<string, string> {
	const withLocation = request.inBatch || org.switches['U-22'] === 'present';
	return { 'OData-EntityId': url, ...(withLocation ? { Location: url } : {}) };
}

/** Compiles the query string first, so that an unknown name is refused before anything is written. */
function representer(org: Org, table: Table, request: ApiRequest): (row: Row) => Payload {
	const options = readQuery(request.url.split('?')[1] ?? '', org.switches['U-12']);
	const wanted = wantedAnnotations(request.headers.prefer);
	const projection = project(org, table, options, wanted);
	const context = `${root(org)}$metadata#${table.set}${projection.context}/$entity`;
	return (row) => ({ '@odata.context': context, ...projection.show(row) });
}

type Answer = (row: Row, created: boolean, address: Address) => ApiResponse;

/** The answer to a write: 204, or the row itself when it was asked for. */
function writeAnswer(org: Org, table: Table, request: ApiRequest): Answer {
	const represent = representer(org, table, request);
	return (row, created, address) => {
		const url = `${root(org)}${table.set}(${address.text})`;
		const headers = entityHeaders(org, url, request);
		if (!wantsRow(request)) return noContent(headers);
		return json(created ? 201 : 200, represent(row), {
			...headers,
			ETag: etag(row),
			'Preference-Applied': 'return=representation',
		});
	};
}

/** POST of an entity set. */
export function createRecord(org: Org, table: Table, request: ApiRequest): ApiResponse {
	const answer = writeAnswer(org, table, request);
	const payload = parseBody(request, table.set);
	if (Object.keys(payload).length === 0) {
		throw new ODataError(400, '0x80048d19', 'An entity must be given in the request body.');
	}
	const { references } = request;
	const values = readPayload(org, { table, mode: 'create', references }, payload);
	const row = org.store.transaction(() => createRow(org, table, values));
	return answer(row, true, { text: row.id, id: row.id, values: {} });
}

/** Key columns in the body are dropped on update (S-12). */
function withoutKey(address: Address, values: RowValues): RowValues {
	const columns = new Set(address.key?.columns);
	return Object.fromEntries(Object.entries(values).filter(([name]) => !columns.has(name)));
}

/** PATCH: update or create, narrowed by If-Match and If-None-Match (contract 4.1). */
export function upsertRecord(org: Org, record: RecordRequest): ApiResponse {
	const { table, address, request } = record;
	const answer = writeAnswer(org, table, request);
	const payload = parseBody(request, table.set);
	const row = findRow(org, table, address);
	const updateOnly = header(request, 'if-match') !== undefined;
	const createOnly = header(request, 'if-none-match') === '*';
	if (row === undefined && updateOnly) throw missing(org, record);
	if (row !== undefined && createOnly) throw matchingRecordExists('');
	const mode = row === undefined ? 'create' : 'update';
	const context: PayloadContext = { table, mode, references: request.references };
	const values = readPayload(org, context, payload);
	if (row === undefined) {
		// On create the body wins over the URL, even when they differ (T-03).
		const given = { ...newRowValues(org, table, address), ...values };
		const created = org.store.transaction(() => createRow(org, table, given));
		return answer(created, true, address);
	}
	checkVersion(org, table, row, request);
	const change = { written: withoutKey(address, values), replace: table.elastic && !updateOnly };
	const updated = org.store.transaction(() => updateRow(org, table, row, change));
	return answer(updated, false, address);
}

/** DELETE of one row. */
export function deleteRecord(org: Org, record: RecordRequest): ApiResponse {
	const { table, address, request } = record;
	const row = findRow(org, table, address);
	if (row === undefined) throw missing(org, record);
	checkVersion(org, table, row, request);
	org.store.transaction(() => deleteRow(org, table, row));
	return noContent();
}

/** GET of one row; 304 for a known etag under the conditions of contract 3.1. */
export function readRecord(org: Org, record: RecordRequest): ApiResponse {
	const { table, address, request } = record;
	requirePrivilege(org, table, 'read');
	const found = findRow(org, table, address);
	const row = table.elastic
		? rowsSeen(org, table, request).find(({ id }) => id === found?.id)
		: found;
	if (row === undefined) throw missing(org, record);
	const prefers = readPrefer(request.headers.prefer);
	const conditional =
		table.optimisticConcurrency &&
		!request.url.includes('$expand') &&
		!prefers.has('odata.include-annotations');
	if (conditional && header(request, 'if-none-match') === etag(row)) {
		return { status: 304, headers: { ETag: etag(row) }, body: '' };
	}
	return json(200, representer(org, table, request)(row), { ETag: etag(row) });
}
