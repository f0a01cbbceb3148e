import type { ObjectType, Row, RowValues } from './model';
import type { Org, Session } from './org';
import {
	accountValues,
	contactValues,
	hasPersons,
	isForKind,
	isPerson,
	personType,
} from './personAccounts';
import { RowRefusal } from './refusal';
import { initialValues, settle } from './rowDefaults';
import { requireUnique } from './rowRules';
import { notWritable } from './rowValues';

/** How a field that a row cannot have is refused; the text is open (U22). */
function refuseFields({ switches }: Org, names: readonly string[]): RowRefusal {
	if (switches.personFieldText === 'security') return notWritable(names);
	const text = `Account: bad field names on insert/update call: ${names.join(', ')}`;
	return new RowRefusal('INVALID_FIELD_FOR_INSERT_UPDATE', text, names);
}

/** Refuses a person's name in one piece, and the fields of persons for companies (2.2). */
function requireKind(
	org: Org,
	object: ObjectType,
	kind: Readonly<RowValues>,
	written: RowValues,
): void {
	const wrong = Object.keys(written).filter((name) => {
		const field = object.fields.get(name.toLowerCase());
		return field !== undefined && !isForKind(field, kind);
	});
	if (wrong.length > 0) throw refuseFields(org, wrong);
}

/** What the record type of a new account makes of it: a person or a company. */
export function newKind(org: Org, object: ObjectType, written: RowValues): RowValues {
	if (!hasPersons(object)) return {};
	const type = personType(object) ?? null;
	const isInferred =
		org.switches.personRecordType === 'inferred' &&
		(written.RecordTypeId ?? null) === null &&
		(written.Name ?? null) === null &&
		(written.LastName ?? null) !== null;
	const kind = { IsPersonAccount: isInferred || written.RecordTypeId === type };
	requireKind(org, object, kind, written);
	return kind.IsPersonAccount ? { ...kind, RecordTypeId: type } : kind;
}

/** Refuses what an account or contact of its kind cannot take; a kind does not change here. */
export function requireSameKind(org: Org, object: ObjectType, row: Row, written: RowValues): void {
	if (object.name === 'Contact' && isPerson(row.values) && Object.hasOwn(written, 'AccountId')) {
		throw refuseFields(org, ['AccountId']);
	}
	if (!hasPersons(object)) return;
	requireKind(org, object, row.values, written);
	const becomes = (written.RecordTypeId ?? row.values.RecordTypeId) === personType(object);
	if (becomes !== isPerson(row.values)) throw refuseFields(org, ['RecordTypeId']);
}

/** Stores a new row; behind an account that is a person a contact comes into being too. */
export function createRow(
	session: Session,
	object: ObjectType,
	values: RowValues,
	written: RowValues,
): Row {
	const { org } = session;
	const { schema, store } = org;
	if (!hasPersons(object) || !isPerson(values)) return store.create(object, values, written);
	const contact = schema.named('Contact');
	const own = contactValues(contact, values);
	const owner = { OwnerId: values.OwnerId ?? null, IsPersonAccount: true };
	const behind = settle(contact, { ...initialValues(session, contact), ...own, ...owner });
	requireUnique(org, contact, behind);
	const half = store.create(contact, behind, own);
	const row = store.create(object, { ...values, PersonContactId: half.id }, written);
	const link = { AccountId: row.id };
	store.update(contact, half, { ...half.values, ...link }, link);
	return row;
}

/** The other half of a person: the contact of an account, the account of a contact. */
function otherHalf({ schema, store }: Org, object: ObjectType, { values }: Row) {
	if (!isPerson(values)) return undefined;
	const isAccount = object.name === 'Account';
	const other = schema.named(isAccount ? 'Contact' : 'Account');
	const row = store.get(other, String(isAccount ? values.PersonContactId : values.AccountId));
	return row === undefined ? undefined : { other, row };
}

/** Brings the other half of a person to what was written to this one. */
export function mirror(org: Org, object: ObjectType, row: Row, written: RowValues): void {
	const found = otherHalf(org, object, row);
	if (found === undefined) return;
	const { other } = found;
	const copied =
		object.name === 'Account' ? contactValues(other, row.values) : accountValues(object, written);
	const { LastModifiedDate = null, LastModifiedById = null, SystemModstamp = null } = row.values;
	const stamps = { LastModifiedDate, LastModifiedById, SystemModstamp };
	const values = settle(other, { ...found.row.values, ...copied, ...stamps });
	requireUnique(org, other, copied, found.row.id);
	org.store.update(other, found.row, values, copied);
}

/** The contact that goes with its account; alone it cannot go. */
export function contactToTake(org: Org, object: ObjectType, row: Row) {
	const found = otherHalf(org, object, row);
	if (found === undefined || object.name === 'Account') return found;
	const text = 'The contact of a person account is deleted with its account';
	throw new RowRefusal('DELETE_FAILED', text);
}
