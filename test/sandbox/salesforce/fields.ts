import { makeId } from './ids';
import type {
	Field,
	FieldType,
	ObjectType,
	PicklistValue,
	RecordType,
	RowValues,
	Value,
} from './model';

type Extra = Partial<Omit<Field, 'name' | 'label' | 'type'>>;

/** Any field, with what most fields have in common. */
export function field(type: FieldType, name: string, label: string, extra: Extra = {}): Field {
	return {
		name,
		label,
		type,
		createable: true,
		updateable: true,
		nillable: true,
		defaultedOnCreate: false,
		custom: name.endsWith('__c'),
		length: 0,
		precision: 0,
		scale: 0,
		digits: 0,
		externalId: false,
		unique: false,
		caseSensitive: false,
		idLookup: false,
		filterable: true,
		referenceTo: [],
		restrictedPicklist: false,
		picklistValues: [],
		htmlFormatted: false,
		...extra,
	};
}

/** Nobody writes it. */
export const READ_ONLY = { createable: false, updateable: false } as const;

/** Must be in every new row. */
export const REQUIRED = { nillable: false } as const;

export const text = (name: string, label: string, length: number, extra: Extra = {}): Field =>
	field('string', name, label, { length, ...extra });

/** A key for matching; a unique one matches one row at most, and ignores case unless told otherwise. */
export const externalId = (name: string, label: string, extra: Extra = { unique: true }): Field =>
	text(name, label, 80, { externalId: true, idLookup: true, ...extra });

/** Text of several lines, not to be filtered by when it is long. */
export const longText = (name: string, label: string, length = 32_000): Field =>
	field('textarea', name, label, { length, filterable: length <= 255 });

export const checkbox = (name: string, label: string, extra: Extra = {}): Field =>
	field('boolean', name, label, {
		nillable: false,
		defaultedOnCreate: true,
		initial: false,
		...extra,
	});

export const whole = (name: string, label: string): Field =>
	field('int', name, label, { digits: 8 });

/** A number with its digits in all and behind the point. */
export const decimal = (
	type: 'double' | 'currency' | 'percent',
	name: string,
	label: string,
	[precision, scale]: readonly [number, number] = [18, 2],
): Field => field(type, name, label, { precision, scale });

/** A number that is worked out and never written. */
export const formula = (
	name: string,
	label: string,
	formulaText: string,
	compute: (values: Readonly<RowValues>) => Value,
): Field => ({ ...decimal('currency', name, label), ...READ_ONLY, formula: formulaText, compute });

/** A value that other fields make up: read as one, written by its parts (2.1). */
export const isCompound = ({ type }: Pick<Field, 'type'>): boolean =>
	type === 'address' || type === 'location';

/** Latitude or longitude, part of an address or a geolocation. */
export const coordinate = (
	name: string,
	label: string,
	compoundFieldName: string,
	extra: Extra = {},
): Field =>
	field('double', name, label, {
		precision: 18,
		scale: 15,
		limit: /Latitude/.test(name) ? 90 : 180,
		compoundFieldName,
		...extra,
	});

/** A custom place: `Place__c`, of `Place__Latitude__s` and `Place__Longitude__s`. */
export function geolocation(name: string, label: string): Field[] {
	const part = (axis: 'Latitude' | 'Longitude') =>
		coordinate(name.replace(/__c$/, `__${axis}__s`), `${label} (${axis})`, name, { custom: true });
	return [part('Latitude'), part('Longitude'), field('location', name, label, READ_ONLY)];
}

/** A lookup that a row cannot be without: it goes with its parent. Owners are never deleted. */
export const isCascading = ({ type, nillable, name }: Field): boolean =>
	type === 'reference' && !nillable && name !== 'OwnerId';

function valuesOf(list: readonly string[], initial: unknown): PicklistValue[] {
	return list.map((entry) => {
		const inactive = entry.startsWith('-');
		const [value = '', label = value] = entry.replace(/^-/, '').split('=');
		return { value, label, active: !inactive, defaultValue: value === initial };
	});
}

/** Values as `value`, `value=label`, or `-value` for an inactive one. */
export const picklist = (
	name: string,
	label: string,
	values: readonly string[],
	extra: Extra = {},
): Field =>
	field('picklist', name, label, {
		length: 255,
		picklistValues: valuesOf(values, extra.initial),
		...extra,
	});

/** A picklist whose values go with those of another field: `{Berlin: ['EU']}`. */
export const dependentPicklist = (
	name: string,
	label: string,
	controllerName: string,
	values: Readonly<Record<string, readonly string[]>>,
): Field => {
	const own = picklist(name, label, Object.keys(values));
	return {
		...own,
		controllerName,
		picklistValues: own.picklistValues.map((each) => ({ ...each, validFor: values[each.value] })),
	};
};

export const multipicklist = (name: string, label: string, values: readonly string[]): Field =>
	field('multipicklist', name, label, {
		length: 4099,
		picklistValues: valuesOf(values, undefined),
		restrictedPicklist: true,
	});

export const lookup = (
	name: string,
	label: string,
	referenceTo: readonly string[],
	extra: Extra = {},
): Field =>
	field('reference', name, label, {
		length: 18,
		referenceTo,
		relationshipName: name.endsWith('__c') ? name.replace(/__c$/, '__r') : name.replace(/Id$/, ''),
		...extra,
	});

/** The fields every object has. */
const systemFields = (owners: readonly string[]): Field[] => [
	field('id', 'Id', 'Record ID', {
		...READ_ONLY,
		length: 18,
		nillable: false,
		defaultedOnCreate: true,
		idLookup: true,
	}),
	checkbox('IsDeleted', 'Deleted', READ_ONLY),
	...(owners.length === 0
		? []
		: [lookup('OwnerId', 'Owner ID', owners, { nillable: false, defaultedOnCreate: true })]),
	...(['CreatedDate', 'LastModifiedDate', 'SystemModstamp'] as const).map((name) =>
		field('datetime', name, name.replace(/(?!^)([A-Z])/g, ' $1'), {
			...READ_ONLY,
			nillable: false,
			defaultedOnCreate: true,
		}),
	),
	...(['CreatedById', 'LastModifiedById'] as const).map((name) =>
		lookup(name, `${name.replace(/Id$/, '').replace(/(?!^)([A-Z])/g, ' $1')} ID`, ['User'], {
			...READ_ONLY,
			nillable: false,
			defaultedOnCreate: true,
		}),
	),
];

/** The nth record type of the organisation. */
export const recordType = (number: number, name: string, developerName = name): RecordType => ({
	id: makeId('012', number),
	name,
	developerName,
	master: false,
});

const MASTER: RecordType = {
	id: '012000000000000AAA',
	name: 'Master',
	developerName: 'Master',
	master: true,
};

type ObjectParts = Partial<Omit<ObjectType, 'fields'>> &
	Pick<ObjectType, 'name' | 'label' | 'labelPlural' | 'keyPrefix'> & {
		readonly owners?: readonly string[];
		readonly own: readonly Field[];
	};

/** An object with its own fields beside those every object has. */
export function defineObject({ owners = ['User'], own, ...parts }: ObjectParts): ObjectType {
	const recordTypes = [...(parts.recordTypes ?? []), MASTER];
	const typed =
		recordTypes.length === 1 ? [] : [lookup('RecordTypeId', 'Record Type ID', ['RecordType'])];
	const [id, ...system] = systemFields(owners);
	const all = [...(id === undefined ? [] : [id]), ...own, ...typed, ...system];
	return {
		custom: parts.name.endsWith('__c'),
		createable: true,
		updateable: true,
		deletable: true,
		queryable: true,
		replicateable: true,
		deprecatedAndHidden: false,
		customSetting: false,
		setup: false,
		bulk: true,
		assignable: false,
		...parts,
		recordTypes,
		fields: new Map(all.map((each) => [each.name.toLowerCase(), each])),
	};
}
