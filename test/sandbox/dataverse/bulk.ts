import type { BulkCall, BulkMessage } from './bulkMessages';
import { messages } from './bulkMessages';
import type { Table } from './model';
import { ODataError, payloadError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { json, noContent, root } from './org';
import type { Payload } from './payload';
import { isPayload, parseBody } from './payload';

/** True when a table answers CreateMultiple and UpdateMultiple (S-20, U-14). */
export function supportsBulk(org: Org, table: Table): boolean {
	const core = table.name === 'account' || table.name === 'contact';
	return table.bulk && !(core && org.switches['U-14'] === 'refused');
}

function readTargets(request: ApiRequest, table: Table): Payload[] {
	const body = parseBody(request, table.set);
	const extra = Object.keys(body).find((name) => name !== 'Targets');
	if (extra !== undefined) {
		throw payloadError(
			'',
			`The parameter '${extra}' in the request payload is not a valid parameter.`,
		);
	}
	const targets = body.Targets;
	if (!Array.isArray(targets) || !targets.every(isPayload)) {
		throw payloadError('', "The parameter 'Targets' must be a collection of entities.");
	}
	const type = `Microsoft.Dynamics.CRM.${table.name}`;
	for (const target of targets) {
		const given = target['@odata.type'];
		if (typeof given !== 'string') {
			throw payloadError(
				'',
				"A type named '' could not be resolved by the model. Every target needs the annotation '@odata.type'.",
			);
		}
		if (given.replace(/^#/, '') !== type) {
			throw payloadError('', `A type named '${given}' does not fit the expected type '${type}'.`);
		}
	}
	return targets;
}

function refuse(org: Org, table: Table, message: BulkMessage): void {
	if (message === 'DeleteMultiple' && !table.elastic) {
		throw new ODataError(501, '0x80040315', 'DeleteMultiple has not yet been implemented.');
	}
	if (supportsBulk(org, table)) return;
	throw new ODataError(
		400,
		'0x80040800',
		`The '${message}' method does not support entities of type '${table.name}'. MessageProcessorCache returned MessageProcessor.Empty.`,
	);
}

/** A bulk message on an entity set; undefined when the action has another name. */
export function bulkAction(
	org: Org,
	table: Table,
	action: string,
	request: ApiRequest,
): ApiResponse | undefined {
	if (!(action in messages)) return undefined;
	const message = action as BulkMessage;
	refuse(org, table, message);
	const targets = readTargets(request, table);
	const call: BulkCall = { org, table, targets };
	const run = () => messages[message](call);
	// Elastic rows are kept one by one; everything else stands or falls together.
	const outcomes = table.elastic ? run() : org.store.transaction(run);
	const answersIds = message === 'UpsertMultiple' && org.switches['U-13'] === 'ids';
	if (message !== 'CreateMultiple' && !answersIds) return noContent();
	return json(200, {
		'@odata.context': `${root(org)}$metadata#Microsoft.Dynamics.CRM.${message}Response`,
		Ids: outcomes,
	});
}
