import { randomUUID } from 'node:crypto';
import type { AlternateKey, Table } from './model';
import { ODataError, payloadError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { noContent, root } from './org';
import { isPayload, parseBody } from './payload';

const MAX_KEYS = 10;
const MAX_COLUMNS = 16;
const MAX_BYTES = 900;
const KEY_TYPES = new Set([
	'Decimal',
	'Integer',
	'String',
	'DateTime',
	'Lookup',
	'Customer',
	'Owner',
	'Picklist',
]);

/** Builds a key's index as the platform's job does: Pending, InProgress, Active or Failed (S-25). */
export function scheduleIndex(org: Org, table: Table, key: AlternateKey): void {
	const set = (status: AlternateKey['status']) => org.schema.setKeyStatus(table, key.name, status);
	// Deleting a key cancels its job (contract 2.4), and so does a status that is set by hand.
	const isAt = (status: AlternateKey['status']) =>
		table.keys.includes(key) && key.status === status;
	set('Pending');
	org.jobs.after(org.keyDelayMs, () => isAt('Pending') && set('InProgress'));
	org.jobs.after(
		2 * org.keyDelayMs,
		() => isAt('InProgress') && set(org.store.hasDuplicates(table, key) ? 'Failed' : 'Active'),
	);
}

const refused = (code: string, message: string) => new ODataError(400, code, message);

function indexBytes(table: Table, columns: readonly string[]): number {
	return columns.reduce((sum, name) => {
		const column = table.columns.get(name);
		return sum + (column?.type === 'String' ? (column.maxLength ?? 0) * 2 : 16);
	}, 0);
}

function checkColumns(table: Table, columns: readonly string[]): void {
	for (const name of columns) {
		const column = table.columns.get(name);
		if (column === undefined) throw refused('0x80060890', `Column '${name}' does not exist.`);
		if (!KEY_TYPES.has(column.type)) {
			throw refused('0x80060890', `Column '${name}' of type ${column.type} cannot be in a key.`);
		}
	}
	if (columns.length === 0 || columns.length > MAX_COLUMNS) {
		throw refused('0x80060890', `A key has 1 to ${MAX_COLUMNS} columns.`);
	}
	if (indexBytes(table, columns) > MAX_BYTES) {
		throw refused(
			'0x80060895',
			`Entity key creation for entity ${table.name} failed: the index is larger than ${MAX_BYTES} bytes.`,
		);
	}
}

function checkNew(table: Table, schemaName: string, columns: readonly string[]): void {
	if (table.keys.length >= MAX_KEYS) {
		throw refused('0x80060890', `Table ${table.name} already has ${MAX_KEYS} keys.`);
	}
	if (table.keys.some((key) => key.name === schemaName.toLowerCase())) {
		throw refused('0x80060893', `An entity key with the name ${schemaName} already exists.`);
	}
	const same = [...columns].sort().join();
	if (table.keys.some((key) => [...key.columns].sort().join() === same)) {
		throw refused('0x80060894', 'An entity key with the same attributes already exists.');
	}
}

/** Adds a key whose index is still to be built. */
export function defineKey(
	org: Org,
	table: Table,
	schemaName: string,
	columns: readonly string[],
): AlternateKey {
	checkColumns(table, columns);
	checkNew(table, schemaName, columns);
	const key: AlternateKey = {
		name: schemaName.toLowerCase(),
		schemaName,
		columns,
		metadataId: randomUUID(),
		status: 'Pending',
	};
	org.schema.addKey(table, key);
	scheduleIndex(org, table, key);
	return key;
}

/** `POST EntityDefinitions(LogicalName='t')/Keys` (contract 2.4). */
export function createKey(org: Org, table: Table, request: ApiRequest): ApiResponse {
	const {
		SchemaName: schemaName,
		KeyAttributes: columns,
		DisplayName: display,
	} = parseBody(request, '');
	const isText = (value: unknown): value is string => typeof value === 'string';
	if (!isText(schemaName) || !Array.isArray(columns) || !columns.every(isText)) {
		throw payloadError('', 'An entity key needs SchemaName and KeyAttributes.');
	}
	if (!isPayload(display)) throw payloadError('', 'An entity key needs a DisplayName.');
	if (!schemaName.includes('_')) {
		throw refused('0x80044366', `The name ${schemaName} does not have a publisher prefix.`);
	}
	const key = defineKey(org, table, schemaName, columns);
	return noContent({
		'OData-EntityId': `${root(org)}EntityDefinitions(${table.metadataId})/Keys(${key.metadataId})`,
	});
}

/** `DELETE EntityDefinitions(LogicalName='t')/Keys(LogicalName='k')`, by name or by MetadataId. */
export function deleteKey(org: Org, table: Table, address: string): ApiResponse {
	const name = /^LogicalName='([^']+)'$/.exec(address)?.[1];
	const key = table.keys.find((each) => each.name === name || each.metadataId === address);
	if (key === undefined) {
		throw new ODataError(404, '0x80060888', `There is no entity key with ${address}.`);
	}
	org.schema.removeKey(table, key);
	return noContent();
}

/** Action `ReactivateEntityKey`: only a failed job can be started again (S-25). */
export function reactivateKey(org: Org, request: ApiRequest): ApiResponse {
	const body = parseBody(request, '');
	const table = org.schema.find(String(body.EntityLogicalName));
	const name = String(body.EntityKeyLogicalName).toLowerCase();
	const key = table?.keys.find((each) => each.name === name);
	if (table === undefined || key === undefined) {
		throw refused('0x80060890', `There is no entity key '${name}'.`);
	}
	if (key.status !== 'Failed') {
		throw refused('0x80060897', 'Only entity keys whose index job failed can be reactivated.');
	}
	scheduleIndex(org, table, key);
	return noContent();
}
