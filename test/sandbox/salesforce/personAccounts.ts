import { READ_ONLY, checkbox, lookup, recordType } from './fields';
import type { Field, ObjectType, RowValues } from './model';
import type { Org } from './org';

/** Of a contact, and not of the person behind an account: whom it belongs to, and what both rows have. */
const NOT_OF_PERSON = new Set(['AccountId', 'ReportsToId', 'OwnerId', 'RecordTypeId']);
const SHARED = 'Phone';
const NAME_PARTS = new Set(['FirstName', 'LastName', 'Salutation']);

/** What a field of Contact is called on Account: `Email` becomes `PersonEmail`, `Score__c` `Score__pc`. */
function personName(name: string): string {
	if (NAME_PARTS.has(name)) return name;
	return name.endsWith('__c') ? name.replace(/__c$/, '__pc') : `Person${name}`;
}

const isOfPerson = ({ name, createable, type }: Field): boolean =>
	(createable || type === 'address') && !NOT_OF_PERSON.has(name) && name !== SHARED;

function personField(field: Field): Field {
	const { name, compoundFieldName, relationshipName } = field;
	const own = personName(name);
	return {
		...field,
		name: own,
		kind: 'person',
		...(compoundFieldName === undefined || NAME_PARTS.has(name)
			? {}
			: { compoundFieldName: personName(compoundFieldName) }),
		...(relationshipName === undefined ? {} : { relationshipName: own.replace(/__pc$/, '__pr') }),
	};
}

const fullName = ({ FirstName, LastName }: Readonly<RowValues>): string =>
	[FirstName, LastName].filter((part) => part != null).join(' ');

const PERSON_TYPE = { ...recordType(5, 'Person Account', 'PersonAccount'), person: true };

/** The switch in Setup: accounts of a record type of their own are persons, each with a contact (2.2). */
export function enablePersonAccounts({ schema }: Org): void {
	const contact = schema.named('Contact');
	const account = schema.named('Account');
	const person = [...contact.fields.values()].filter(isOfPerson).map(personField);
	const added = [
		...person,
		checkbox('IsPersonAccount', 'Is Person Account', READ_ONLY),
		lookup('PersonContactId', 'Contact ID', ['Contact'], READ_ONLY),
	];
	const [first, ...others] = account.recordTypes;
	const recordTypes = [...(first === undefined ? [] : [first]), PERSON_TYPE, ...others];
	schema.addObject({ ...account, recordTypes });
	for (const each of added) schema.addField('Account', each);
	schema.changeField('Account', 'Name', {
		kind: 'business',
		compute: (values) => (isPerson(values) ? fullName(values) : (values.Name ?? null)),
	});
	schema.addField('Contact', checkbox('IsPersonAccount', 'Is Person Account', READ_ONLY));
}

/** True for a row, account or contact, that is half of a person account. */
export const isPerson = ({ IsPersonAccount }: Readonly<RowValues>): boolean =>
	IsPersonAccount === true;

/** Do rows like this one have the field? A field without a kind is everybody's. */
export const isForKind = ({ kind }: Field, values: Readonly<RowValues>): boolean =>
	kind === undefined || kind === (isPerson(values) ? 'person' : 'business');

/** The record type whose accounts are persons. */
export const personType = ({ recordTypes }: ObjectType): string | undefined =>
	recordTypes.find(({ person }) => person === true)?.id;

/** True for accounts of an organisation that has persons among them. */
export const hasPersons = ({ name, fields }: ObjectType): boolean =>
	name === 'Account' && fields.has('ispersonaccount');

/** What the contact of a person holds of its account. */
export function contactValues(contact: ObjectType, account: Readonly<RowValues>): RowValues {
	const values: RowValues = {};
	for (const field of contact.fields.values()) {
		const { name } = field;
		if (name === SHARED) values[name] = account[name] ?? null;
		else if (isOfPerson(field) && field.createable) {
			values[name] = account[personName(name)] ?? null;
		}
	}
	return values;
}

/** What the account of a person holds of a change to its contact. */
export function accountValues(contact: ObjectType, written: Readonly<RowValues>): RowValues {
	const values: RowValues = {};
	for (const [name, value] of Object.entries(written)) {
		const field = contact.fields.get(name.toLowerCase());
		if (name === SHARED) values[name] = value;
		else if (field !== undefined && isOfPerson(field)) values[personName(name)] = value;
	}
	return values;
}
