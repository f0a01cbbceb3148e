import type { NewField } from '../../core/envelope';
import { SyncError } from '../../core/errors';
import type { FieldInfo, FieldType } from '../../core/field';
import { columnKind, textKind, type ColumnKind } from './definitionBodies';
import type { CreateOptions } from './publisher';
import type { Table } from './table';

/** A column to be created. */
export interface NewColumn {
	readonly name: string;
	readonly label: string;
	readonly kind: ColumnKind;
}

/** What a table lacks for a write. */
export interface MissingParts {
	/** The table itself, with the column that names its rows. */
	readonly table?: {
		readonly name: string;
		readonly label: string;
		readonly nameColumn: NewColumn;
	};
	readonly columns: readonly NewColumn[];
	readonly key?: {
		readonly name: string;
		readonly label: string;
		readonly fields: readonly string[];
	};
	/** Field of the records → column of the table, where the two differ. */
	readonly renames: ReadonlyMap<string, string>;
}

/** What is known before the decision. */
export interface Wish {
	readonly objectName: string;
	/** Undefined when the environment has no such table. */
	readonly table?: Table;
	/** Its columns with their exact types. */
	readonly fields: readonly FieldInfo[];
	readonly newFields: readonly NewField[];
	readonly keyFields: readonly string[];
	readonly create: CreateOptions;
	readonly prefix: string;
}

/** The longest schema name (dataverse 2.4, 0x80044367). */
const LONGEST_NAME = 50;

/** Decides what is to be created. A column that exists with another type is refused. */
export function missingParts(wish: Wish): MissingParts {
	const { table, create, keyFields, newFields } = wish;
	const named = newFields.map((field) => ({ field, name: columnName(field, wish) }));
	checkNames(named);
	const columns: NewColumn[] = [];
	const renames = new Map<string, string>();
	for (const { field, name } of named) {
		const there = wish.fields.find((one) => one.name === name);
		if (there) checkType(field, there, wish.objectName);
		else if (create.columns || (!table && create.table)) {
			columns.push({
				name,
				label: field.name,
				kind: kindOf(field, keyFields.includes(field.name)),
			});
		}
		if (name !== field.name && (there ?? columns.some((one) => one.name === name)))
			renames.set(field.name, name);
	}
	const fields = keyFields.map((field) => renames.get(field) ?? field);
	const key = keyToCreate(wish, fields);
	const parts = { columns, renames, ...(key && { key }) };
	return table || !create.table ? parts : { ...parts, ...withTable(wish, columns) };
}

/** The column of that very name, else the publisher's prefix and the name in lower case. */
function columnName({ name }: NewField, { fields, prefix }: Wish): string {
	const lower = name.toLowerCase();
	if (fields.some((field) => field.name === lower)) return lower;
	const plain = lower
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.replaceAll('ß', 'ss')
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^_+|_+$/g, '');
	const full = plain.startsWith(`${prefix}_`) ? plain : `${prefix}_${plain}`;
	if (plain !== '' && full.length <= LONGEST_NAME) return full;
	throw new SyncError(
		'config',
		plain === ''
			? `The field "${name}" has no letter or digit a column could be named by`
			: `The column "${full}" for the field "${name}" would have more than ${LONGEST_NAME} characters`,
		{ hint: 'Rename the field before this node, or map it to a column that exists.' },
	);
}

function checkNames(named: ReadonlyArray<{ readonly field: NewField; readonly name: string }>) {
	const owners = new Map<string, string>();
	for (const { field, name } of named) {
		const other = owners.get(name);
		if (other !== undefined) {
			throw new SyncError(
				'config',
				`The fields "${other}" and "${field.name}" would both become the column "${name}"`,
				{ hint: 'Rename one of them before this node.' },
			);
		}
		owners.set(name, field.name);
	}
}

function kindOf(field: NewField, inKey: boolean): ColumnKind {
	const kind = columnKind(field, inKey);
	if (kind) return kind;
	throw new SyncError(
		'config',
		`No column can be created for the field "${field.name}": it asks for the type "${field.type}"`,
		{ hint: 'Create the column in Power Apps and map the field to it.' },
	);
}

/** Whole numbers fit where decimals do; any other difference would have every value refused or bent. */
function checkType(field: NewField, there: FieldInfo, objectName: string): void {
	const wanted = columnKind(field, false);
	const fits = there.type === field.type || (there.type === 'decimal' && field.type === 'integer');
	if (fits) return;
	throw new SyncError(
		'config',
		`The column "${there.name}" of the Dynamics 365 table "${objectName}" holds ${WORDS[there.type]}, but the field "${field.name}" asks for ${wanted?.words ?? `the type "${field.type}"`}`,
		{
			hint: 'Map the field to another column, or convert its values in Field Mapper. Columns keep their type for ever; a new name gets a new column.',
		},
	);
}

const WORDS: Readonly<Record<FieldType, string>> = {
	string: 'text',
	integer: 'whole numbers',
	decimal: 'numbers',
	boolean: 'yes or no',
	date: 'dates',
	dateTime: 'dates and times',
	choice: 'a choice',
	multiChoice: 'several choices',
	lookup: 'a lookup',
	id: 'an ID',
	other: 'values of another type',
};

function keyToCreate({ table, create, prefix }: Wish, fields: readonly string[]) {
	if (!create.key || fields.length === 0) return undefined;
	const wanted = [...fields].sort().join();
	const isWanted = (columns: readonly string[]) => [...columns].sort().join() === wanted;
	if (table?.keys.some((key) => key.usable && isWanted(key.fields))) return undefined;
	const bare = fields.map((field) => field.replace(`${prefix}_`, '')).join('_');
	const name = `${prefix}_key_${bare}`.slice(0, LONGEST_NAME).replace(/_+$/, '');
	return { name, label: `Key ${fields.join(', ')}`, fields };
}

/** Its rows are named by a column of the records, if there is one called name. */
function withTable(
	{ objectName, prefix }: Wish,
	columns: readonly NewColumn[],
): Pick<MissingParts, 'table' | 'columns'> {
	if (!objectName.startsWith(`${prefix}_`) || !/^[a-z0-9_]+$/.test(objectName)) {
		throw new SyncError(
			'config',
			`Dynamics 365 has no table "${objectName}", and none of that name can be created: it must begin with the publisher's prefix "${prefix}_" and have lower-case letters, digits and underscores only`,
			{ hint: `Correct the name of the table, such as ${prefix}_member.` },
		);
	}
	const words = objectName.slice(prefix.length + 1).split('_');
	const label = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
	const own = columns.find(
		({ name, kind }) => name === `${prefix}_name` && kind.definition === 'String',
	);
	const nameColumn = own ?? {
		name: `${prefix}_${columns.some(({ name }) => name === `${prefix}_name`) ? 'title' : 'name'}`,
		label: 'Name',
		kind: textKind(200),
	};
	return {
		table: { name: objectName, label, nameColumn },
		columns: columns.filter((column) => column !== own),
	};
}
