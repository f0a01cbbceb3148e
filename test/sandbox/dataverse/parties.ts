import { randomUUID } from 'node:crypto';
import type { Row, RowValues, Table } from './model';
import { isReference } from './model';
import { payloadError } from './odataError';
import type { Org } from './org';

/** Where a payload's recipients travel among its values, as JSON text; no column has this name. */
export const PARTIES = '@parties';

/** The property an activity's recipients are written through; only activities have one. */
export const partiesOf = (table: Table): string | undefined =>
	table.activity ? `${table.name}_activity_parties` : undefined;

/** A party is somebody, or an address, in a role. */
export function checkParty(party: RowValues): void {
	const isSomebody = isReference(party.partyid) || typeof party.addressused === 'string';
	if (isSomebody && typeof party.participationtypemask === 'number') return;
	throw payloadError(
		'activityparties',
		'An activity party needs a party and a participation type.',
	);
}

export function withoutParties(values: Readonly<RowValues>): RowValues {
	return Object.fromEntries(Object.entries(values).filter(([name]) => name !== PARTIES));
}

/** The given recipients take the place of all the activity had. */
export function replaceParties(org: Org, table: Table, row: Row, given: Readonly<RowValues>): Row {
	const text = given[PARTIES];
	if (typeof text !== 'string') return row;
	const parties = org.schema.named('activityparty');
	for (const each of org.store.rows(parties)) {
		const { activityid } = each.values;
		if (isReference(activityid) && activityid.id === row.id) org.store.remove(parties, each);
	}
	for (const party of JSON.parse(text) as RowValues[]) {
		const id = randomUUID();
		const values = { ...party, activitypartyid: id, activityid: { table: table.name, id: row.id } };
		org.store.create(parties, id, values);
	}
	return row;
}
