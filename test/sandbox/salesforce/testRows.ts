import { fullId } from './ids';
import type { RowValues } from './model';
import type { Org } from './org';
import { ids } from './org';
import { writeRow } from './writeRow';

/** Copies of an object's rows, every field present. */
export function rowsOf(org: Org, name: string, all = false): Array<Record<string, unknown>> {
	const object = org.schema.named(name);
	const fields = [...object.fields.values()];
	return org.store
		.rows(object, all)
		.map((row) =>
			Object.fromEntries(fields.map((each) => [each.name, row.values[each.name] ?? null])),
		);
}

/** A row that another user put in, by the same rules and without assignment. */
export function insertRow(
	org: Org,
	object: string,
	values: Readonly<Record<string, unknown>>,
): string {
	const session = { org, userId: ids.otherUser, version: 66 };
	const outcome = writeRow(session, { object, operation: 'insert', values, autoAssign: false });
	if (outcome.success) return outcome.id;
	throw new RangeError(`Row for ${object} refused: ${JSON.stringify(outcome.errors)}`);
}

/** What the Convert button does to a lead; nobody may write it afterwards (2.2). */
export function convertLead(org: Org, id: string, contactId?: string): void {
	const object = org.schema.named('Lead');
	const row = org.store.get(object, fullId(id) ?? '');
	if (row === undefined) throw new RangeError(`There is no lead ${id}`);
	const change: RowValues = { IsConverted: true, Status: 'Closed - Converted' };
	if (contactId !== undefined) change.ConvertedContactId = contactId;
	org.store.update(object, row, { ...row.values, ...change }, change);
}
