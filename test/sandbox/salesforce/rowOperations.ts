import type { Field, ObjectType, Row, RowOutcome, RowWrite } from './model';
import type { Org } from './org';
import { severalMatches } from './references';
import { createRow, mirror, newKind, contactToTake, requireSameKind } from './personRows';
import { isCascading } from './fields';
import { RowRefusal } from './refusal';
import { requireConsistency } from './rowConsistency';
import { initialValues, settle, withoutNulls } from './rowDefaults';
import type { Task } from './rowFaults';
import { strike } from './rowFaults';
import {
	applyRules,
	assignedOwner,
	requireEditable,
	requireFields,
	requireUnique,
	requireUnlocked,
} from './rowRules';
import { ownId, readValues } from './rowValues';
import { moment, readValue } from './values';

function allow(object: ObjectType, flag: 'createable' | 'updateable' | 'deletable'): void {
	if (object[flag]) return;
	const verb = { createable: 'create', updateable: 'update', deletable: 'delete' }[flag];
	const text = `entity type ${object.name} does not support ${verb}`;
	throw new RowRefusal('INVALID_TYPE_FOR_OPERATION', text);
}

function insert(task: Task): RowOutcome {
	const { session, object, write } = task;
	const { org } = session;
	allow(object, 'createable');
	if (ownId(object, write.values) !== undefined) {
		const text = 'cannot specify Id in an insert call';
		throw new RowRefusal('INVALID_FIELD_FOR_INSERT_UPDATE', text, ['Id']);
	}
	const written = readValues(session, object, write.values, 'createable');
	strike(task, 'create');
	const assigned = assignedOwner(org, object, write);
	const given = { ...withoutNulls(written), ...newKind(org, object, written) };
	const values = settle(object, { ...initialValues(session, object), ...given, ...assigned });
	requireFields(object, values);
	requireConsistency(org, object, values);
	requireUnique(org, object, values);
	applyRules(org, object, { values }, write);
	return { success: true, id: createRow(session, object, values, written).id, created: true };
}

/** The live row with this id; an unknown one and a deleted one are refused differently. */
function existing(org: Org, object: ObjectType, id: string): Row {
	const row = org.store.get(object, id);
	if (row !== undefined) return row;
	throw org.store.deleted(object, id) === undefined
		? new RowRefusal('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
		: new RowRefusal('ENTITY_IS_DELETED', 'entity is deleted');
}

function requireId(object: ObjectType, write: RowWrite): string {
	const id = ownId(object, write.values);
	if (id !== undefined) return id;
	throw new RowRefusal('MISSING_ARGUMENT', 'Id not specified in an update call', ['Id']);
}

function update(task: Task, row: Row): RowOutcome {
	const { session, object, write } = task;
	const { org } = session;
	allow(object, 'updateable');
	const written = readValues(session, object, write.values, 'updateable');
	strike(task, 'update');
	requireEditable(org, object, row);
	requireSameKind(org, object, row, written);
	const now = moment(org.clock.now());
	const assigned = assignedOwner(org, object, write);
	const values = settle(object, {
		...row.values,
		...written,
		LastModifiedDate: now,
		LastModifiedById: session.userId,
		SystemModstamp: now,
		...assigned,
	});
	requireFields(object, values);
	requireConsistency(org, object, values);
	requireUnique(org, object, written, row.id);
	applyRules(org, object, { id: row.id, values }, write);
	mirror(org, object, org.store.update(object, row, values, written), written);
	return { success: true, id: row.id, created: false };
}

/** Clears a lookup that points at a row about to go; what cannot be without its parent goes too. */
function letGo(org: Org, child: ObjectType, field: Field, row: Row): void {
	if (isCascading(field)) {
		takeAway(org, child, row, false);
		return;
	}
	const values = withoutNulls({ ...row.values, [field.name]: null });
	org.store.update(child, row, values, { [field.name]: null });
}

/** Takes a row away, and all that points at it before. */
function takeAway(org: Org, object: ObjectType, row: Row, hard: boolean): void {
	for (const child of org.schema.objects) {
		for (const field of child.fields.values()) {
			if (!field.referenceTo.includes(object.name) || !field.createable) continue;
			for (const each of org.store.matches(child, field, row.id)) letGo(org, child, field, each);
		}
	}
	// As it is by now: it may have pointed at one of those that went.
	const present = org.store.get(object, row.id);
	if (present !== undefined) org.store.remove(object, present, hard);
}

function remove(task: Task): RowOutcome {
	const { session, object, write } = task;
	const { org } = session;
	allow(object, 'deletable');
	const row = existing(org, object, requireId(object, write));
	strike(task, 'delete');
	requireUnlocked(org, row);
	const hard = write.operation === 'hardDelete';
	const half = contactToTake(org, object, row);
	if (half !== undefined) takeAway(org, half.other, half.row, hard);
	takeAway(org, object, row, hard);
	return { success: true, id: row.id, created: false };
}

/** The field an upsert goes by, and the record's value in it; a nameless or empty one is refused. */
function keyOf({ session: { org }, object, write }: Task) {
	const name = write.externalIdField ?? '';
	const field = object.fields.get(name.toLowerCase());
	const key = Object.keys(write.values).find((each) => each.toLowerCase() === name.toLowerCase());
	const raw = key === undefined ? undefined : write.values[key];
	const value = field === undefined ? undefined : readValue(org.switches, field, raw ?? null);
	if (field === undefined || value === undefined || value === null) {
		throw new RowRefusal('MISSING_ARGUMENT', `${field?.name ?? name} not specified`, [
			field?.name ?? name,
		]);
	}
	return { field, value };
}

function missed(task: Task, field: Field): RowRefusal {
	const code = task.session.org.switches.updateOnlyMiss;
	if (code === 'ENTITY_IS_DELETED') return new RowRefusal(code, 'entity is deleted');
	return new RowRefusal(
		code,
		code === 'NOT_FOUND'
			? 'Provided external ID field does not exist or is not accessible'
			: `External ID not found for field ${field.name} in entity ${task.object.name}`,
		[field.name],
	);
}

function upsert(task: Task): RowOutcome {
	const { session, object, write } = task;
	const { org } = session;
	if (write.externalIdField?.toLowerCase() === 'id') {
		const id = ownId(object, write.values);
		if (id !== undefined) return update(task, existing(org, object, id));
		if (write.updateOnly !== true) return insert(task);
		throw missed(task, object.fields.get('id')!);
	}
	const { field, value } = keyOf(task);
	const rows = org.store.matches(object, field, value);
	if (rows.length > 1) throw severalMatches(field, rows);
	const [row] = rows;
	if (row !== undefined) return update(task, row);
	if (write.updateOnly === true) throw missed(task, field);
	return insert(task);
}

/** Writes one record; throws RowRefusal. */
export function applyTask(task: Task): RowOutcome {
	const { write, object, session } = task;
	if (write.operation === 'insert') return insert(task);
	if (write.operation === 'upsert') return upsert(task);
	if (write.operation !== 'update') return remove(task);
	return update(task, existing(session.org, object, requireId(object, write)));
}
