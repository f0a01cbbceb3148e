import { randomUUID } from 'node:crypto';
import type { Row, Table } from './model';
import { ODataError, notBuilt, payloadError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { json, root } from './org';
import type { Payload } from './payload';
import { isPayload, parseBody } from './payload';
import { scalar, urlColumn } from './rowProperties';
import { deleteRow } from './rules';
import { stamp } from './values';

/** Milliseconds a bulk delete waits and then works. */
const STEP_MS = 1000;

type Selection = { readonly table: Table; readonly matches: (row: Row) => boolean };

function condition(org: Org, table: Table, given: unknown): (row: Row) => boolean {
	if (!isPayload(given)) throw payloadError('', 'A condition must be an object.');
	const { AttributeName: name, Operator: operator, Values: values } = given;
	if (typeof name !== 'string' || !Array.isArray(values)) {
		throw payloadError('', 'A condition needs AttributeName, Operator and Values.');
	}
	if (operator !== 'Equal' && operator !== 'In') throw notBuilt(`the operator ${String(operator)}`);
	const column = table.columns.get(name) ?? urlColumn(org, table, name);
	const wanted = new Set(
		values.map((value) => String(isPayload(value) ? value.Value : value).toLowerCase()),
	);
	return (row) => wanted.has(String(scalar(row, column)).toLowerCase());
}

function readQueryExpression(org: Org, query: Payload): Selection {
	const table = org.schema.find(String(query.EntityName));
	if (table === undefined) {
		throw new ODataError(
			400,
			'0x80041102',
			`The entity '${String(query.EntityName)}' was not found.`,
		);
	}
	const criteria = isPayload(query.Criteria) ? query.Criteria : {};
	if (Array.isArray(criteria.Filters) && criteria.Filters.length > 0)
		throw notBuilt('nested filters');
	const conditions = Array.isArray(criteria.Conditions) ? criteria.Conditions : [];
	const tests = conditions.map((each) => condition(org, table, each));
	return { table, matches: (row) => tests.every((test) => test(row)) };
}

function complete(org: Org, jobId: string, status: 30 | 31, message: string): void {
	const jobs = org.schema.named('asyncoperation');
	const job = org.store.get(jobs, jobId);
	if (job === undefined) return;
	const done = {
		statecode: 3,
		statuscode: status,
		completedon: stamp(org.clock.now()),
		friendlymessage: message,
	};
	org.store.update(jobs, job, { ...job.values, ...done }, done);
}

/** The refusal's text, or undefined when the row is gone. */
function refusalOf(org: Org, table: Table, row: Row): string | undefined {
	try {
		org.store.transaction(() => deleteRow(org, table, row));
		return undefined;
	} catch (error) {
		if (!(error instanceof ODataError)) throw error;
		return error.message;
	}
}

/** Each row is deleted for itself: one refusal fails the job but keeps the rest deleted. */
function run(org: Org, jobId: string, selections: readonly Selection[]): void {
	const refusals = selections
		.flatMap(({ table, matches }) =>
			org.store
				.rows(table)
				.filter(matches)
				.map((row) => refusalOf(org, table, row)),
		)
		.filter((refusal) => refusal !== undefined);
	complete(org, jobId, refusals.length === 0 ? 30 : 31, refusals[0] ?? '');
}

/** Action `BulkDelete`: answers at once, works later, seen through `asyncoperations` (S-22). */
export function bulkDelete(org: Org, request: ApiRequest): ApiResponse {
	const body = parseBody(request, '');
	const required = [
		'QuerySet',
		'JobName',
		'SendEmailNotification',
		'ToRecipients',
		'CCRecipients',
		'RecurrencePattern',
		'StartDateTime',
	];
	const missing = required.find((name) => !(name in body));
	if (missing !== undefined) {
		throw payloadError('', `The parameter '${missing}' is missing in the request payload.`);
	}
	const queries = body.QuerySet;
	if (!Array.isArray(queries) || !queries.every(isPayload)) {
		throw payloadError('', "The parameter 'QuerySet' must be a collection.");
	}
	const selections = queries.map((query) => readQueryExpression(org, query));
	const jobs = org.schema.named('asyncoperation');
	const id = randomUUID();
	const job = { asyncoperationid: id, name: String(body.JobName), operationtype: 13 };
	const row = org.store.create(jobs, id, { ...job, statecode: 0, statuscode: 0 });
	org.jobs.after(STEP_MS, () => {
		const working = { statecode: 2, statuscode: 20 };
		org.store.update(jobs, row, { ...row.values, ...working }, working);
	});
	org.jobs.after(2 * STEP_MS, () => run(org, id, selections));
	return json(200, {
		'@odata.context': `${root(org)}$metadata#Microsoft.Dynamics.CRM.BulkDeleteResponse`,
		JobId: id,
	});
}
