import type { Job, Sending } from '../../shared/connectors/salesforce/plan';
import type { SObject, SObjectField } from '../../shared/connectors/salesforce/describe';
import { toField } from '../../shared/connectors/salesforce/fieldTypes';

/** A job of a record that says nothing but its position. */
export const jobAt = (index: number): Job => ({
	index,
	record: { change: 'added', key: {}, values: {}, update: {}, redelivered: false },
	warnings: [],
	round: 0,
});

type Values = Sending['values'];

/** Steps of the four kinds. */
export const create = (index: number, values: Values): Sending => ({
	kind: 'create',
	job: jobAt(index),
	values,
});

export const update = (index: number, id: string, values: Values): Sending => ({
	...create(index, values),
	kind: 'update',
	id,
});

export const upsert = (index: number, value: string | number, values: Values): Sending => ({
	...create(index, values),
	kind: 'upsert',
	key: { field: 'Ext__c', value },
});

export const remove = (index: number, id: string): Sending => ({
	...create(index, {}),
	kind: 'delete',
	id,
});

/** An object with the fields named, each as describe shows it. */
export function sobjectOf(
	fields: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): SObject {
	const known = new Map<string, SObjectField>();
	for (const [name, facts] of Object.entries(fields)) {
		const field = toField({ name, label: name, type: 'string', ...facts });
		if (field) known.set(name, field);
	}
	const flags = { createable: true, updateable: true, deletable: true, queryable: true };
	return {
		name: 'Contact',
		label: 'Contact',
		...flags,
		replicateable: true,
		fields: known,
		recordTypes: [],
		field: (name) =>
			[...known.values()].find((one) => one.name.toLowerCase() === name.toLowerCase()),
	};
}

/** A contact as these tests need it. */
export const CONTACT = sobjectOf({
	Id: { type: 'id' },
	Ext__c: { externalId: true },
	Code__c: { externalId: true, caseSensitive: true },
	Number__c: { type: 'double', externalId: true },
	LastName: {},
	AccountId: { type: 'reference', referenceTo: ['Account'], relationshipName: 'Account' },
	WhoId: { type: 'reference', referenceTo: ['Contact', 'Lead'], relationshipName: 'Who' },
});
