import type { Address } from './address';
import { findRow, newRowValues, readAddress, splitEntityPath } from './address';
import { targetRow } from './elastic';
import type { Row, RowValues, Table } from './model';
import { ODataError, payloadError, unknownSegment } from './odataError';
import type { Org } from './org';
import type { Payload } from './payload';
import { readPayload } from './payload';
import { createRow, deleteRow, updateRow } from './rules';
import { keyText } from './store';
import { GUID } from './values';

export type BulkMessage = 'CreateMultiple' | 'UpdateMultiple' | 'UpsertMultiple' | 'DeleteMultiple';

/** One bulk call, its targets already read. */
export interface BulkCall {
	readonly org: Org;
	readonly table: Table;
	readonly targets: readonly Payload[];
}

/** What one target became; undefined for an update dropped as a duplicate. */
export type Outcome = string | undefined;

/** Names the row in the message, where U-04 says the server does. */
function located(call: BulkCall, error: unknown, index: number): unknown {
	const mode = call.org.switches['U-04'];
	if (!(error instanceof ODataError) || mode === 'silent') return error;
	const { table, targets } = call;
	const target = targets[index] ?? {};
	const columns = [table.primaryId, ...table.keys.flatMap((key) => key.columns), '@odata.id'];
	const keys = columns.map((name) => target[name]).filter((value) => value !== undefined);
	const where = mode === 'index' ? `Target index: ${index}` : `Target key: ${keys.join(', ')}`;
	return new ODataError(error.status, error.code, `${error.message} ${where}`, error.extras);
}

/**
 * Standard tables: the first error ends the call. Elastic tables: the others are kept, and the error lists
 * the failed ones (contract 4.5, S-17).
 */
function each(call: BulkCall, work: (target: Payload, index: number) => Outcome): Outcome[] {
	const failures: Array<{ index: number; error: ODataError }> = [];
	const outcomes = call.targets.map((target, index) => {
		try {
			return call.org.store.transaction(() => work(target, index));
		} catch (error) {
			if (!call.table.elastic || !(error instanceof ODataError)) throw located(call, error, index);
			failures.push({ index, error });
			return undefined;
		}
	});
	if (failures.length > 0) throw new PartialFailure(call, failures, outcomes);
	return outcomes;
}

/** An error beside which the good rows of an elastic call are kept. */
class PartialFailure extends ODataError {
	constructor(
		call: BulkCall,
		failures: ReadonlyArray<{ index: number; error: ODataError }>,
		outcomes: readonly Outcome[],
	) {
		const failed = new Map(failures.map(({ index, error }) => [index, error.status]));
		const details = call.targets
			.map((target, index) => ({
				RequestIndex: index,
				Id: outcomes[index] ?? String(target[call.table.primaryId] ?? ''),
				StatusCode: failed.get(index) ?? 200,
			}))
			.filter(
				({ RequestIndex }) => call.org.switches['U-28'] === 'all' || failed.has(RequestIndex),
			);
		const [first] = failures;
		super(first?.error.status ?? 400, first?.error.code ?? '', first?.error.message ?? '', {
			annotations: errorDetails(call.org, details),
		});
	}
}

function errorDetails(org: Org, details: unknown): Record<string, unknown> {
	const mode = org.switches['U-06'];
	const part = mode === 'shortName' ? '' : 'ErrorDetails.';
	const value = mode === 'nested' ? details : JSON.stringify(details);
	return { [`@Microsoft.PowerApps.CDS.${part}Plugin.BulkApiErrorDetails`]: value };
}

function createAll(call: BulkCall): Outcome[] {
	const { org, table, targets } = call;
	if (org.switches['U-20'] === 'refused' && targets.some((target) => table.primaryId in target)) {
		throw new ODataError(400, '0x80040203', 'The Id of a target must not be set.');
	}
	const texts = new Set<string>();
	return each(call, (target) => {
		const values = readPayload(org, { table, mode: 'create' }, target);
		for (const text of identities(org, table, values)) {
			if (texts.has(text)) throw new ODataError(412, '0x80040237', 'Cannot insert duplicate key.');
			texts.add(text);
		}
		return createRow(org, table, values).id;
	});
}

/** What must be unique about a new row: its own id and every key it fills. */
function identities(org: Org, table: Table, values: RowValues): string[] {
	const folds = org.switches['U-25'] === 'folded';
	const texts = table.keys
		.filter((key) => key.status === 'Active')
		.map((key) => ({ name: key.name, text: keyText(key, values, folds) }));
	return [...texts, { name: table.primaryId, text: values[table.primaryId] }]
		.filter(({ text }) => typeof text === 'string')
		.map(({ name, text }) => `${name} ${String(text)}`);
}

function ownId(table: Table, target: Payload): string | undefined {
	const id = target[table.primaryId];
	if (id === undefined || id === null) return undefined;
	if (typeof id !== 'string' || !GUID.test(id)) {
		throw payloadError(
			table.set,
			`Cannot convert the literal '${String(id)}' to the expected type 'Edm.Guid'.`,
		);
	}
	return id.toLowerCase();
}

function updateAll(call: BulkCall): Outcome[] {
	const { org, table } = call;
	const seen = new Set<string>();
	return each(call, (target) => {
		const id = ownId(table, target);
		if (id === undefined) {
			throw new ODataError(400, '0x80040203', `Entity Id must be set: ${table.primaryId}.`);
		}
		const row = targetRow(org, table, id, target);
		if (row === undefined) {
			throw new ODataError(404, '0x80040217', `${table.label} With Ids = ${id} Do Not Exist`);
		}
		const values = readPayload(org, { table, mode: 'update' }, target);
		// The first of several targets for a row wins, the others vanish without a word (T-04).
		if (seen.has(id)) return undefined;
		seen.add(id);
		return updateRow(org, table, row, { written: values }).id;
	});
}

/** Pk column or `@odata.id`; the two may be mixed in one call (contract 4.5). */
function upsertAddress(org: Org, table: Table, target: Payload): Address {
	const id = ownId(table, target);
	if (id !== undefined) return { text: id, id, values: {} };
	const path = target['@odata.id'];
	if (typeof path !== 'string') {
		throw new ODataError(400, '0x80040203', `A target needs ${table.primaryId} or @odata.id.`);
	}
	const parts = splitEntityPath(org, path);
	if (parts === undefined || parts.set !== table.set) throw unknownSegment(parts?.set ?? path);
	return readAddress(org, table, parts.key, { source: 'id' });
}

function duplicateTargets(org: Org): ODataError {
	const [status = '400', code = '0x80040203'] = org.switches['U-07'].split(' ');
	return new ODataError(
		Number(status),
		code,
		'Duplicate Ids are not allowed in the Target list of an UpsertMultiple request.',
	);
}

function createByKey(org: Org, table: Table, address: Address, target: Payload): Row {
	const repeated = address.key?.columns.some((name) => name in target) ?? false;
	if (repeated && !table.elastic) {
		throw new ODataError(400, '0x80040216', 'An unexpected error occurred.');
	}
	const refused = org.switches['U-20'] === 'refused' && address.id !== undefined;
	if (refused && '@odata.id' in target) {
		throw new ODataError(400, '0x80040203', 'A new row cannot take its Id from @odata.id.');
	}
	const values = readPayload(org, { table, mode: 'create' }, target);
	return createRow(org, table, { ...values, ...newRowValues(org, table, address) });
}

function upsertAll(call: BulkCall): Outcome[] {
	const { org, table } = call;
	const seen = new Set<string>();
	return each(call, (target) => {
		const address = upsertAddress(org, table, target);
		const row =
			address.key === undefined && address.id !== undefined
				? targetRow(org, table, address.id, target)
				: findRow(org, table, address);
		if (row !== undefined && seen.has(row.id)) throw duplicateTargets(org);
		if (row === undefined) {
			const created = createByKey(org, table, address, target);
			seen.add(created.id);
			return created.id;
		}
		seen.add(row.id);
		const values = readPayload(org, { table, mode: 'update' }, target);
		const keyColumns = new Set(address.key?.columns);
		const written = Object.fromEntries(
			Object.entries(values).filter(([name]) => !keyColumns.has(name)),
		);
		return updateRow(org, table, row, { written, replace: table.elastic }).id;
	});
}

function deleteAll(call: BulkCall): Outcome[] {
	const { org, table } = call;
	return each(call, (target) => {
		const id = ownId(table, target);
		const row = id === undefined ? undefined : targetRow(org, table, id, target);
		if (row === undefined) {
			throw new ODataError(404, '0x80040217', `${table.name} With Id = ${id} Does Not Exist`);
		}
		deleteRow(org, table, row);
		return row.id;
	});
}

/** What each message does with its targets; duplicates, rollback and ids differ (contract 4.5, S-16, S-18). */
export const messages: Record<BulkMessage, (call: BulkCall) => readonly Outcome[]> = {
	CreateMultiple: createAll,
	UpdateMultiple: updateAll,
	UpsertMultiple: upsertAll,
	DeleteMultiple: deleteAll,
};
