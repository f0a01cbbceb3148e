import { visibleField, visibleObject } from './fieldSecurity';
import { isCompound } from './fields';
import type { Field, ObjectType } from './model';
import type { Session } from './org';
import { RowRefusal } from './refusal';
import { namedField } from './rowValues';
import type { Switches } from './switches';

/** A column of an upload that matched a field or a lookup. */
export interface Column {
	/** Puts a cell into the values of its row. */
	put(cell: string, values: Record<string, unknown>): void;
	/** How result files show the cell when they do not repeat it byte by byte (U7). */
	stored(cell: string): string;
}

/** The `errorMessage` of a job whose header or content fails it (4.4). */
export const invalidBatch = (message: string): string => `InvalidBatch : ${message}`;

const fieldNotFound = (name: string) => invalidBatch(`Field name not found : ${name}`);

/** The text that clears a field (4.5). */
const CLEAR = '#N/A';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const isNumeric = ({ type }: Field) =>
	type === 'int' || type === 'double' || type === 'currency' || type === 'percent';

const wrongType = (field: Field, cell: string) =>
	new RowRefusal(
		'INVALID_TYPE_ON_FIELD_IN_RECORD',
		`${field.label}: value not of required type: ${cell}`,
		[field.name],
	);

/** What a cell says in the words of JSON: text is never trimmed, and only numbers and booleans change. */
function cellValue(field: Field, cell: string): unknown {
	if (isNumeric(field)) {
		if (NUMBER.test(cell)) return Number(cell);
		throw wrongType(field, cell);
	}
	if (field.type !== 'boolean') return cell;
	if (/^(true|false)$/i.test(cell)) return /^t/i.test(cell);
	throw wrongType(field, cell);
}

const fieldColumn = (field: Field): Column => ({
	put: (cell, values) => {
		if (cell === '') return;
		values[field.name] = cell === CLEAR ? null : cellValue(field, cell);
	},
	stored: (cell) => {
		if (field.type === 'boolean') return cell.toLowerCase();
		if (isNumeric(field) && NUMBER.test(cell)) return String(Number(cell));
		return cell.trim();
	},
});

/** Which cells clear a lookup and which leave it alone, under a relation header (U6). */
const relationCells: Record<
	Switches['relationNull'],
	(cell: string) => 'clear' | 'unchanged' | 'key'
> = {
	'#N/A': (cell) => (cell === CLEAR ? 'clear' : cell === '' ? 'unchanged' : 'key'),
	empty: (cell) => (cell === '' ? 'clear' : 'key'),
	neither: () => 'key',
};

interface Relation {
	readonly lookup: Field;
	/** The parent's key field, as the row engine reads it. */
	readonly key: string;
	/** Set behind a polymorphic lookup. */
	readonly type?: string;
}

const relationColumn = (session: Session, { lookup, key, type }: Relation): Column => ({
	put: (cell, values) => {
		const meaning = relationCells[session.org.switches.relationNull](cell);
		if (meaning === 'unchanged') return;
		const attributes = type === undefined ? {} : { attributes: { type } };
		if (meaning === 'clear') values[lookup.name] = null;
		else values[lookup.relationshipName ?? ''] = { ...attributes, [key]: cell };
	},
	stored: (cell) => cell.trim(),
});

/** `Account.Ext__c`, or `Lead:Who.Email` behind a lookup with more than one parent object (4.6). */
function readRelation(session: Session, object: ObjectType, header: string): Relation | undefined {
	const [, prefix, name, keyName = ''] = /^(?:(\w+):)?(\w+)\.(\w+)$/.exec(header) ?? [];
	const named = name === undefined ? undefined : namedField(session, object, name);
	if (named?.relation !== true) return undefined;
	const { referenceTo } = named.field;
	const isPolymorphic = referenceTo.length > 1;
	if (isPolymorphic !== (prefix !== undefined)) return undefined;
	const type = isPolymorphic
		? referenceTo.find((each) => each.toLowerCase() === prefix?.toLowerCase())
		: referenceTo[0];
	const target = visibleObject(session.org, type ?? '');
	const key = target === undefined ? undefined : visibleField(session.org, target, keyName);
	if (key === undefined || !(key.externalId || key.idLookup)) return undefined;
	return { lookup: named.field, key: key.name, ...(isPolymorphic ? { type } : {}) };
}

/** The target of a header cell: the API name of the field it writes, and how. */
interface Target {
	readonly writes: string;
	readonly column: Column;
}

function readHeaderCell(session: Session, object: ObjectType, header: string): Target | undefined {
	const named = namedField(session, object, header);
	if (named?.relation === false) {
		const { field } = named;
		// Binary content cannot be sent as CSV, and compound fields are written by their parts (2.1).
		const isWritable = field.type !== 'base64' && !isCompound(field);
		return isWritable ? { writes: field.name, column: fieldColumn(field) } : undefined;
	}
	const relation = readRelation(session, object, header);
	return relation === undefined
		? undefined
		: { writes: relation.lookup.name, column: relationColumn(session, relation) };
}

/** The header of an upload, matched with the fields of the object. */
export interface Columns {
	/** One per header cell; undefined where nothing matched. */
	readonly all: ReadonlyArray<Column | undefined>;
	/** Why the job fails, if it does. */
	readonly refusal?: string;
}

/** Matches a header by API name, ignoring case; `required` columns must be there. */
export function readColumns(
	session: Session,
	object: ObjectType,
	header: readonly string[],
	required: readonly string[],
): Columns {
	const targets = header.map((name) => readHeaderCell(session, object, name));
	const all = targets.map((target) => target?.column);
	const written = targets.map((target) => target?.writes);
	const unknown = header.find((_, at) => written[at] === undefined);
	const missing = required.find(
		(name) => !written.some((each) => each?.toLowerCase() === name.toLowerCase()),
	);
	const name = unknown ?? missing;
	if (name !== undefined) return { all, refusal: fieldNotFound(name) };
	// A field named twice, or by its id and by its relation, has no one value (T18).
	const twice = written.find((each, at) => written.indexOf(each) !== at);
	if (twice === undefined) return { all };
	return { all, refusal: invalidBatch(`More than one column for field : ${twice}`) };
}

/** The values of a row as the row engine takes them; throws RowRefusal for a cell that cannot be read. */
export function rowValues(columns: Columns, cells: readonly string[]): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	columns.all.forEach((column, at) => column?.put(cells[at] ?? '', values));
	return values;
}
