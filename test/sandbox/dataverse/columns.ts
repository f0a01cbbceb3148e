import type { Column, ColumnType, Option, Target } from './model';

type Extras = Partial<Omit<Column, 'name' | 'type' | 'label'>>;

function column(name: string, type: ColumnType, label: string, extras: Extras): Column {
	return {
		name,
		type,
		label,
		schemaName: schemaCase(name),
		required: 'None',
		creatable: true,
		updatable: true,
		...extras,
	};
}

// Only lookups need exact casing (navigation names); elsewhere an initial capital is close enough.
const schemaCase = (name: string) =>
	name
		.split('_')
		.map((part, index) => (index === 0 && name.includes('_') ? part : capital(part)))
		.join('_');
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** A column the platform fills: requests that send it are not refused, their value is dropped. */
export const readOnly: Extras = { creatable: false, updatable: false };

export const text = (name: string, label: string, maxLength: number, extras: Extras = {}) =>
	column(name, 'String', label, { maxLength, format: 'Text', ...extras });

export const memo = (name: string, label: string, maxLength: number) =>
	column(name, 'Memo', label, { maxLength, format: 'TextArea' });

export const integer = (name: string, label: string, range: readonly [number, number]) =>
	column(name, 'Integer', label, { min: range[0], max: range[1] });

export const bigInt = (name: string, label: string, extras: Extras = {}) =>
	column(name, 'BigInt', label, extras);

interface Numeric {
	readonly min: number;
	readonly max: number;
	readonly precision: number;
}

export const decimal = (name: string, label: string, facets: Numeric) =>
	column(name, 'Decimal', label, { ...facets });

export const double = (name: string, label: string, facets: Numeric) =>
	column(name, 'Double', label, { ...facets });

export const money = (name: string, label: string, max = 922_337_203_685_477) =>
	column(name, 'Money', label, { min: 0, max, precision: 2 });

export const yesNo = (name: string, label: string, words: readonly [yes: string, no: string]) =>
	column(name, 'Boolean', label, { yes: words[0], no: words[1], initial: false });

const numbered = (labels: readonly string[], first = 1): Option[] =>
	labels.map((label, index) => ({ value: first + index, label }));

export const choice = (name: string, label: string, labels: readonly string[], first = 1) =>
	column(name, 'Picklist', label, { options: numbered(labels, first) });

export const multiChoice = (name: string, label: string, labels: readonly string[], first = 1) =>
	column(name, 'MultiSelectPicklist', label, { options: numbered(labels, first) });

export const dateTime = (
	name: string,
	label: string,
	behavior: Column['behavior'] = 'UserLocal',
	extras: Extras = {},
) =>
	column(name, 'DateTime', label, {
		behavior,
		format: behavior === 'DateOnly' ? 'DateOnly' : 'DateAndTime',
		...extras,
	});

/** A link to one table; custom lookups have schema-name casing in their navigation name (2.3). */
export const lookup = (name: string, label: string, target: Target, extras: Extras = {}) =>
	column(name, 'Lookup', label, { targets: [target], ...extras });

export const customer = (name: string, label: string, targets: readonly Target[]) =>
	column(name, 'Customer', label, { targets });

export const owner = (table: string): Column =>
	column('ownerid', 'Owner', 'Owner', {
		required: 'SystemRequired',
		targets: [
			target('systemuser', 'ownerid', `user_${table}`),
			target('team', 'ownerid', `team_${table}`),
		],
	});

/** Recipients of an activity: no property of the row, written through the activity's parties (contract 2.3). */
export const partyList = (name: string, label: string) => column(name, 'PartyList', label, {});

export const target = (
	table: string,
	nav: string,
	collection: string,
	onDelete: Target['onDelete'] = 'removeLink',
): Target => ({ table, nav, collection, onDelete });

export const primaryKey = (name: string, label: string) =>
	column(name, 'Uniqueidentifier', label, { required: 'SystemRequired', updatable: false });

/** Active and inactive with one status each. */
export function stateColumns(): Column[] {
	const states = [
		{ value: 0, label: 'Active' },
		{ value: 1, label: 'Inactive' },
	];
	const statuses = [
		{ value: 1, label: 'Active', state: 0 },
		{ value: 2, label: 'Inactive', state: 1 },
	];
	return [
		column('statecode', 'State', 'Status', { required: 'SystemRequired', options: states }),
		column('statuscode', 'Status', 'Status Reason', { options: statuses }),
	];
}

/** The columns the platform gives every table. */
export function platformColumns(table: string): Column[] {
	const user = (name: string, label: string) =>
		lookup(name, label, target('systemuser', name, `lk_${table}_${name}`), readOnly);
	return [
		dateTime('createdon', 'Created On', 'UserLocal', readOnly),
		dateTime('modifiedon', 'Modified On', 'UserLocal', readOnly),
		user('createdby', 'Created By'),
		user('modifiedby', 'Modified By'),
		bigInt('versionnumber', 'Version Number', readOnly),
	];
}
