import { randomUUID } from 'node:crypto';
import type { RowWrite } from '../faults';
import { checkDuplicates } from './businessLogic';
import { effectError } from './effects';
import type { Row, RowValues, Table } from './model';
import { apiValues, isReference } from './model';
import { ODataError } from './odataError';
import type { Org } from './org';
import { ids } from './org';
import { replaceParties, withoutParties } from './parties';
import { stamp } from './values';

type Operation = RowWrite['operation'];

const verbs: Record<Operation | 'read', string> = {
	create: 'Create',
	update: 'Write',
	delete: 'Delete',
	read: 'Read',
};

/** 403 naming the privilege and table, when the application user lacks it (contract 1.2). */
export function requirePrivilege(org: Org, table: Table, operation: Operation | 'read'): void {
	const { missingPrivileges } = org.identity;
	if (missingPrivileges.size === 0) return;
	const privilege = `prv${verbs[operation]}${table.name}`;
	const missing = [...missingPrivileges].some(
		(each) => each.toLowerCase() === privilege.toLowerCase(),
	);
	if (!missing) return;
	throw new ODataError(
		403,
		'0x80040220',
		`Principal user (Id=${ids.user}, type=8, roleCount=1, privilegeCount=120, accessMode='4 Non-interactive') is missing ` +
			`${privilege} privilege (Id=00000000-0000-0000-0000-000000000000) on OTC=${table.objectTypeCode} for entity ` +
			`'${table.name}' (LocalizedName='${table.label}').`,
	);
}

/** The other writer of a race: its row is there before our client can try again (contract 4.1). */
function letRivalWin(org: Org, table: Table, given: RowValues): void {
	const columns = new Set(table.keys.flatMap((key) => key.columns));
	const values = Object.fromEntries(Object.entries(given).filter(([name]) => columns.has(name)));
	const id =
		typeof given[table.primaryId] === 'string' ? String(given[table.primaryId]) : randomUUID();
	const row = compact({
		...initialValues(org, table, ids.otherUser),
		...values,
		[table.primaryId]: id,
	});
	org.jobs.after(0, () => org.store.create(table, id, row));
}

function applyFaults(org: Org, write: RowWrite, given: RowValues = {}): void {
	for (const effect of org.faults.forRow(write)) {
		if (effect.kind === 'privilegeLoss') org.identity.missingPrivileges.add(effect.privilege);
		if (effect.kind === 'upsertRace') letRivalWin(org, org.schema.named(write.table), given);
		const error = effectError(effect);
		if (error !== undefined) throw error;
	}
}

function checkKeys(org: Org, table: Table, values: RowValues, id: string): void {
	for (const key of table.keys) {
		if (key.status !== 'Active') continue;
		const holder = org.store.getByKey(table, key, values);
		if (holder === undefined || holder.id === id) continue;
		throw new ODataError(
			org.switches['U-16'] === '400' ? 400 : 412,
			'0x80060892',
			`Entity Key ${key.schemaName} violated. A record with the same value for ${key.columns.join(', ')} ` +
				`already exists. A duplicate record cannot be created. Select one or more unique values and try again.`,
		);
	}
}

/** State and status must fit; a state alone brings its first status (S-08). */
function settleState(table: Table, values: RowValues, written: RowValues): void {
	const options = table.columns.get('statuscode')?.options;
	if (options === undefined || (!('statecode' in written) && !('statuscode' in written))) return;
	if (!('statuscode' in written) || written.statuscode === null) {
		values.statuscode = options.find((option) => option.state === values.statecode)?.value ?? null;
	}
	const status = options.find((option) => option.value === values.statuscode);
	if (status?.state === values.statecode) return;
	throw new ODataError(
		400,
		'0x80048408',
		`${String(values.statuscode)} is not a valid status code for state code ${table.name}State.${String(values.statecode)} on ${table.name}.`,
	);
}

function settleMoney(org: Org, table: Table, values: RowValues): void {
	if (values.transactioncurrencyid != null) return;
	const hasMoney = Object.entries(values).some(
		([name, value]) => value !== null && table.columns.get(name)?.type === 'Money',
	);
	if (!hasMoney) return;
	if (org.switches['U-21'] === 'refused') {
		throw new ODataError(
			400,
			'0x80040203',
			'The currency cannot be null. Set transactioncurrencyid when a money column is set.',
		);
	}
	values.transactioncurrencyid = { table: 'transactioncurrency', id: ids.currency };
}

function requireSystemFields(org: Org, table: Table, written: RowValues): void {
	for (const [name, value] of Object.entries(written)) {
		const required = table.columns.get(name)?.required === 'SystemRequired';
		if (value !== null || !required) continue;
		throw new ODataError(
			Number(org.switches['U-23']),
			'0x80040200',
			`Required field '${name}' is missing.`,
		);
	}
}

function without(values: Readonly<RowValues>, name: string): RowValues {
	const rest = { ...values };
	delete rest[name];
	return rest;
}

/** Drops nulls: a stored row has no empty columns. */
function compact(values: RowValues): RowValues {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function initialValues(org: Org, table: Table, by: string): RowValues {
	const now = stamp(org.clock.now());
	const user = { table: 'systemuser', id: by };
	const values: RowValues = {};
	for (const column of table.columns.values()) {
		if (column.initial !== undefined) values[column.name] = column.initial;
	}
	if (table.columns.has('createdon')) {
		Object.assign(values, { createdon: now, modifiedon: now, createdby: user, modifiedby: user });
	}
	if (table.columns.has('ownerid')) values.ownerid = user;
	if (table.columns.has('statecode')) Object.assign(values, { statecode: 0 });
	return values;
}

/** Commits a new row, after every rule of the platform has had its say. */
export function createRow(
	org: Org,
	table: Table,
	given: RowValues,
	by: string = org.execution.user,
): Row {
	requirePrivilege(org, table, 'create');
	const { [table.primaryId]: ownId, ...written } = withoutParties(given);
	const id = typeof ownId === 'string' ? ownId : randomUUID();
	const values = { ...initialValues(org, table, by), ...written };
	applyFaults(
		org,
		{ table: table.name, operation: 'create', values: apiValues(table, given) },
		given,
	);
	if (org.store.get(table, id) !== undefined) {
		throw new ODataError(412, '0x80040237', 'Cannot insert duplicate key.');
	}
	requireSystemFields(org, table, written);
	// Without a status the first one of the state applies.
	if (table.columns.has('statecode')) {
		settleState(table, values, { statecode: null, ...written });
	}
	settleMoney(org, table, values);
	org.logic.beforeCommit(org, { table: table.name, operation: 'create' }, values);
	const stored = compact({ [table.primaryId]: id, ...values });
	if (table.elastic) stored.partitionid ??= id;
	table.derive?.(stored);
	checkDuplicates(org, table, stored, id);
	checkKeys(org, table, stored, id);
	return replaceParties(org, table, org.store.create(table, id, stored), given);
}

/** Commits changes to a row; `replace` drops what is not written, as elastic upserts do (T-24). */
export function updateRow(
	org: Org,
	table: Table,
	row: Row,
	change: { readonly written: RowValues; readonly replace?: boolean },
): Row {
	requirePrivilege(org, table, 'update');
	const written = without(withoutParties(change.written), table.primaryId);
	applyFaults(org, {
		table: table.name,
		operation: 'update',
		values: { ...apiValues(table, row.values), ...apiValues(table, written) },
	});
	if (Object.keys(written).length === 0) return replaceParties(org, table, row, change.written);
	requireSystemFields(org, table, written);
	const kept = change.replace === true ? pickPlatform(table, row) : row.values;
	const values: RowValues = { ...kept, ...written };
	settleState(table, values, written);
	settleMoney(org, table, values);
	org.logic.beforeCommit(org, { table: table.name, operation: 'update' }, values);
	if (table.columns.has('modifiedon')) {
		values.modifiedon = stamp(org.clock.now());
		values.modifiedby = { table: 'systemuser', id: org.execution.user };
	}
	const stored = compact(values);
	table.derive?.(stored);
	checkDuplicates(org, table, stored, row.id);
	checkKeys(org, table, stored, row.id);
	const updated = org.store.update(table, row, stored, written);
	return replaceParties(org, table, updated, change.written);
}

function pickPlatform(table: Table, row: Row): RowValues {
	const kept = Object.entries(row.values).filter(
		([name]) =>
			table.columns.get(name)?.updatable === false || /^(state|status)code$|^ownerid$/.test(name),
	);
	return Object.fromEntries([...kept, ['partitionid', row.values.partitionid ?? row.id]]);
}

/** Deletes a row, unless a restricting relationship holds it (S-14); other links to it are cleared. */
export function deleteRow(org: Org, table: Table, row: Row): void {
	requirePrivilege(org, table, 'delete');
	const values = apiValues(table, row.values);
	applyFaults(org, { table: table.name, operation: 'delete', values });
	org.logic.beforeCommit(org, { table: table.name, operation: 'delete' }, { ...row.values });
	for (const link of org.schema.referrers(table.name)) {
		const { table: other, column, target } = link;
		for (const referrer of org.store.rows(other)) {
			const value = referrer.values[column.name];
			if (!isReference(value) || value.id !== row.id || value.table !== table.name) continue;
			if (target.onDelete === 'restrict') {
				throw new ODataError(
					405,
					'0x80040227',
					'The object you tried to delete is associated with another object and cannot be deleted.',
				);
			}
			const rest = without(referrer.values, column.name);
			org.store.update(other, referrer, rest, { [column.name]: null });
		}
	}
	org.store.remove(table, row);
}
