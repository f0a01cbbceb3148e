import type { SyncRecord } from '../../core/record';
import type { Clock } from '../clock';
import type { MissingPart, WriteContext, WriteRecord, WriteTarget } from '../connector';
import type { Api } from './api';
import { checkTarget, findDrift } from './checkTarget';
import { createParts } from './createParts';
import { readFields } from './discover';
import { missingParts, type MissingParts, type NewColumn } from './missingParts';
import type { DynamicsWriteOptions } from './options';
import { chosenSolution, type CreateOptions } from './publisher';
import { findHead, readTable, type Column, type Table } from './table';

/** What a write stands on: the table as it will be, and the records in its terms. */
export interface Ground {
	readonly table: Table;
	readonly target: WriteTarget;
	readonly records: readonly WriteRecord[];
	/** The columns the write uses. */
	readonly fields: ReadonlySet<string>;
	/** Preview only: the table or its key is yet to be created, so no row can be found by it. */
	readonly unbuilt: boolean;
}

interface GroundTools {
	readonly api: Api;
	readonly clock: Clock;
	readonly options: DynamicsWriteOptions;
	readonly preview: boolean;
}

/** Reads the table and checks the target against it. With the option on, what is missing is created. */
export async function layGround(
	tools: GroundTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
	context: WriteContext,
): Promise<Ground> {
	const { api, options } = tools;
	if (options.create)
		return await completeGround(tools, options.create, { target, records, context });
	const known = await readTable(api, target.objectName);
	const fits = findDrift(known, target, records).drift.length === 0;
	const table = fits ? known : await readTable(api, target.objectName, true);
	const fields = checkTarget(table, target, records);
	return { table, target, records, fields, unbuilt: false };
}

interface Work {
	readonly target: WriteTarget;
	readonly records: readonly WriteRecord[];
	readonly context: WriteContext;
}

async function completeGround(
	{ api, clock, preview }: GroundTools,
	create: CreateOptions,
	{ target, records, context }: Work,
): Promise<Ground> {
	const { objectName, keyFields } = target;
	const solution = await chosenSolution(api, create);
	const there = create.table ? await findHead(api, objectName) : true;
	const known = there ? await readTable(api, objectName, true) : undefined;
	const newFields = usedOnly(target, records);
	const types = known && newFields.length > 0 ? await readFields(api, objectName) : [];
	const parts = missingParts({
		...{ objectName, newFields, keyFields, create, fields: types, prefix: solution.prefix },
		...(known && { table: known }),
	});
	const renamed = inTermsOf(parts.renames, target, records);
	const planned = asCreated(objectName, known, parts);
	// Everything is checked against the table as it will be: nothing is created for a write that cannot work.
	const fields = checkTarget(planned, renamed.target, renamed.records);
	const told = describe(parts);
	if (told.length > 0) context.onMissing?.(told);
	if (preview || told.length === 0) {
		const unbuilt = preview && (!known || keyIsNew(parts, renamed.target));
		return { ...renamed, table: planned, fields, unbuilt };
	}
	const { signal } = context;
	await createParts({ api, clock, signal, objectName, solution: solution.name }, parts);
	const table = await readTable(api, objectName, true);
	// Another run may have been first, with other types.
	const again = await readFields(api, objectName);
	missingParts({
		...{ objectName, newFields, keyFields, create, fields: again, prefix: solution.prefix },
		table,
	});
	const checked = checkTarget(table, renamed.target, renamed.records);
	return { ...renamed, table, fields: checked, unbuilt: false };
}

/** Fields no record carries, because the node writes chosen columns only, are not created. */
function usedOnly({ newFields = [], keyFields }: WriteTarget, records: readonly WriteRecord[]) {
	const open = new Map(newFields.map((field) => [field.name, field]));
	const used = newFields.filter(({ name }) => keyFields.includes(name));
	for (const { name } of used) open.delete(name);
	for (const { change, values } of records) {
		if (open.size === 0) break;
		if (change === 'removed') continue;
		for (const [name, field] of open) {
			if (!(name in values)) continue;
			used.push(field);
			open.delete(name);
		}
	}
	return used;
}

/** The records under the names of the columns. */
function inTermsOf(
	renames: ReadonlyMap<string, string>,
	target: WriteTarget,
	records: readonly WriteRecord[],
): Pick<Ground, 'target' | 'records'> {
	if (renames.size === 0) return { target, records };
	const nameOf = (field: string) => renames.get(field) ?? field;
	const renamed = (part: SyncRecord): SyncRecord =>
		Object.fromEntries(Object.entries(part).map(([field, value]) => [nameOf(field), value]));
	return {
		target: { ...target, keyFields: target.keyFields.map(nameOf) },
		records: records.map((record) => ({
			...record,
			key: renamed(record.key),
			values: renamed(record.values),
			update: renamed(record.update),
			...(record.previousKey && { previousKey: renamed(record.previousKey) }),
			...(record.onlyIfEmpty && { onlyIfEmpty: record.onlyIfEmpty.map(nameOf) }),
		})),
	};
}

/** The table with its missing parts. What is not there yet can be written, and not read. */
function asCreated(name: string, known: Table | undefined, parts: MissingParts): Table {
	const added = [...parts.columns, ...(parts.table ? [parts.table.nameColumn] : [])].map(toColumn);
	const base = known ?? blankTable(name);
	const key = parts.key && {
		name: parts.key.name,
		label: parts.key.label,
		fields: parts.key.fields,
		primary: false,
		usable: true,
	};
	return {
		...base,
		columns: new Map([
			...base.columns,
			...added.map((column): [string, Column] => [column.name, column]),
		]),
		// Before one whose index is still being built.
		keys: [...(key ? [key] : []), ...base.keys],
	};
}

const toColumn = ({ name, label, kind }: NewColumn): Column => ({
	...{ name, label, type: kind.type === 'date' ? 'dateTime' : kind.type, required: false },
	...{ creatable: true, updatable: true, writeOnly: true },
});

function blankTable(name: string): Table {
	const primaryId = `${name}id`;
	const column: Column = {
		...{ name: primaryId, label: primaryId, type: 'id', required: false },
		...{ creatable: true, updatable: false },
	};
	return {
		...{ name, entitySet: name, primaryId, elastic: false, versioned: false },
		columns: new Map([[primaryId, column]]),
		keys: [{ name: primaryId, label: primaryId, fields: [primaryId], primary: true, usable: true }],
		links: [],
	};
}

const keyIsNew = ({ columns }: MissingParts, { keyFields }: WriteTarget): boolean =>
	columns.some(({ name }) => keyFields.includes(name));

function describe({ table, columns, key }: MissingParts): MissingPart[] {
	const parts: MissingPart[] = [];
	if (table) parts.push({ kind: 'object', name: table.name, label: table.label, type: 'table' });
	for (const { name, label, kind } of [...(table ? [table.nameColumn] : []), ...columns])
		parts.push({ kind: 'field', name, label, type: kind.words });
	if (key) {
		const type = `alternate key on ${key.fields.join(' + ')}`;
		parts.push({ kind: 'key', name: key.name, label: key.label, type });
	}
	return parts;
}
