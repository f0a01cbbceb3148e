import type { FieldInfo, FieldOption, FieldType } from '../../core/field';
import { isObject } from '../json';
import type { Row } from './api';
import type { SObjectField } from './describe';

/** Salesforce's types in the words all systems share (2.1). Any other type passes values on as they are. */
const TYPES: Readonly<Record<string, FieldType>> = {
	string: 'string',
	textarea: 'string',
	phone: 'string',
	url: 'string',
	email: 'string',
	encryptedstring: 'string',
	combobox: 'string',
	boolean: 'boolean',
	int: 'integer',
	long: 'integer',
	double: 'decimal',
	currency: 'decimal',
	percent: 'decimal',
	date: 'date',
	datetime: 'dateTime',
	picklist: 'choice',
	multipicklist: 'multiChoice',
	reference: 'lookup',
	id: 'id',
};

/** Made of other fields, which are written in their place: `BillingStreet`, `Place__Latitude__s`. */
const COMPOUND = new Set(['address', 'location', 'anyType', 'complexvalue', 'json']);

/** True for a field whose values can be given one by one. */
export const isPlain = ({ type }: Pick<SObjectField, 'type'>): boolean => !COMPOUND.has(type);

/** Lookups whose parent the writer also finds by a name (2.2). */
const FOUND_BY_NAME = new Set(['OwnerId', 'RecordTypeId']);

/** One entry of describe's `fields`. Writable is what describe says so, whatever it is part of (T16). */
export function toField(row: Row): SObjectField {
	const name = String(row.name);
	const type = String(row.type);
	const createable = row.createable === true;
	const facts = {
		name,
		label: typeof row.label === 'string' && row.label !== '' ? row.label : name,
		type,
		createable,
		updateable: row.updateable === true,
		filterable: row.filterable === true,
		idLookup: row.idLookup === true,
		externalId: row.externalId === true,
		unique: row.unique === true,
		caseSensitive: row.caseSensitive === true,
		required:
			createable && row.nillable === false && row.defaultedOnCreate !== true && type !== 'boolean',
		length: amount(row.length),
		digits: amount(row.digits),
		precision: amount(row.precision),
		scale: amount(row.scale),
		referenceTo: Array.isArray(row.referenceTo) ? row.referenceTo.map(String) : [],
		...(typeof row.relationshipName === 'string' && { relationshipName: row.relationshipName }),
		restricted: row.restrictedPicklist === true,
	};
	return { ...facts, info: toInfo(facts, row) };
}

type Facts = Omit<SObjectField, 'info'>;

function toInfo(facts: Facts, row: Row): FieldInfo {
	const type = TYPES[facts.type] ?? 'other';
	const options = optionsOf(row);
	const isChoice = type === 'choice' || type === 'multiChoice';
	return {
		name: facts.name,
		label: facts.label,
		type,
		required: facts.required,
		creatable: facts.createable,
		updatable: facts.updateable,
		...(type === 'string' && facts.length > 0 && { maxLength: facts.length }),
		...numberBounds(facts, type),
		...(isChoice && options.length > 0 && { options }),
		...(isChoice && !facts.restricted && { openOptions: true }),
		...(facts.referenceTo.length > 0 && { targets: facts.referenceTo }),
		...((type === 'lookup' || type === 'id') && { shortIds: true }),
		...(FOUND_BY_NAME.has(facts.name) && { byName: true }),
		...(isSearchable(facts) && { searchable: true }),
	};
}

/** Whether records can be looked up by single values of a field: "any field" as a key (2, match-field list). */
function isSearchable({ filterable, type }: Facts): boolean {
	return filterable && type !== 'multipicklist' && type !== 'base64' && !COMPOUND.has(type);
}

/** Whole numbers say their digits, others how many there are and how many stand after the point (2). */
function numberBounds(facts: Facts, type: FieldType): Partial<FieldInfo> {
	if (type === 'integer' && facts.digits > 0) {
		const maximum = 10 ** facts.digits - 1;
		return { minimum: -maximum, maximum };
	}
	if (type !== 'decimal' || facts.precision === 0) return {};
	// Written out: reckoned with, the largest value of a field would come out smaller.
	const whole = '9'.repeat(Math.max(0, facts.precision - facts.scale));
	const maximum = Number(`0${whole}.${'9'.repeat(facts.scale)}`);
	return { precision: facts.scale, minimum: -maximum, maximum };
}

/** Values that are active; an inactive one is refused like a foreign one. */
function optionsOf({ picklistValues }: Row): FieldOption[] {
	if (!Array.isArray(picklistValues)) return [];
	return picklistValues
		.filter(isObject)
		.filter(({ active }) => active !== false)
		.map(({ value, label }) => ({ value: String(value), label: String(label ?? value) }));
}

const amount = (value: unknown): number => (typeof value === 'number' ? value : 0);
