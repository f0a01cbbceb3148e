import { SyncError } from '../../core/errors';
import type { WriteRecord, WriteTarget } from '../connector';
import { misfits } from './misfits';
import type { Table } from './table';

/** One way in which the table no longer is what the mapping takes it for, and its cure. */
interface Drift {
	readonly what: string;
	readonly hint: string;
}

/**
 * The names of all columns in use. What would fail every record is refused before anything is written, all of it in one
 * message (sync T19): columns, types, lookups and keys in use that were removed, retyped or deactivated.
 */
export function checkTarget(
	table: Table,
	target: WriteTarget,
	records: readonly WriteRecord[],
): ReadonlySet<string> {
	const { names, drift } = findDrift(table, target, records);
	if (drift.length === 0) return names;
	throw new SyncError(
		'config',
		`The Dynamics 365 table "${table.name}" does not fit this write: ${drift.map(({ what }) => what).join('; ')}`,
		{ hint: [...new Set(drift.map(({ hint }) => hint))].join(' ') },
	);
}

/** The columns in use, and what about the table does not fit them. */
export function findDrift(
	table: Table,
	target: WriteTarget,
	records: readonly WriteRecord[],
): { readonly names: ReadonlySet<string>; readonly drift: readonly Drift[] } {
	const names = new Set(target.keyFields);
	for (const { values, update } of sending(target, records)) {
		for (const name in values) names.add(name);
		for (const name in update) names.add(name);
	}
	const drift = [
		...lostColumns(table, target, names),
		...closedColumns(table, target, names),
		...lostLookups(table, names),
		...misfits(table, sending(target, records)),
		...lostKey(table, target.keyFields),
		...(target.checkVersion ? lostVersions(table) : []),
	];
	return { names, drift };
}

/** Records whose values are sent; a removal and a delete send none. */
const sending = (
	{ writeMode }: WriteTarget,
	records: readonly WriteRecord[],
): readonly WriteRecord[] =>
	writeMode === 'delete' ? [] : records.filter(({ change }) => change !== 'removed');

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function lostColumns(table: Table, target: WriteTarget, names: ReadonlySet<string>): Drift[] {
	const missing = [...names].filter((name) => !isKnown(table, name));
	if (missing.length === 0) return [];
	const { newFields = [] } = target;
	const isNew = missing.some((name) => newFields.some((field) => field.name === name));
	const hint = 'Correct the mapping; column names are logical names, which are lower case.';
	const create = 'To have the columns created, add Columns to the option Create What Is Missing.';
	return [
		{ what: `it has no column ${quoted(missing)}`, hint: isNew ? `${hint} ${create}` : hint },
	];
}

function closedColumns(
	{ columns }: Table,
	{ keyFields }: WriteTarget,
	names: ReadonlySet<string>,
): Drift[] {
	const closed = [...names].filter((name) => {
		const column = columns.get(name);
		return column && !column.creatable && !column.updatable && !keyFields.includes(name);
	});
	return closed.length === 0
		? []
		: [
				{
					what: `nobody may write its column ${quoted(closed)}`,
					hint: 'Take it out of the mapping.',
				},
			];
}

function lostLookups({ columns, links }: Table, names: ReadonlySet<string>): Drift[] {
	const lost = [...names].filter(
		(name) => columns.get(name)?.type === 'lookup' && !links.some(({ column }) => column === name),
	);
	return lost.map((name) => ({
		what: `its lookup column "${name}" points at no table this application user may see`,
		hint: 'Leave the column out, or give the security role the right to read its relationships.',
	}));
}

/** Without versions Dataverse would refuse each guarded row (dataverse 4.1). */
function lostVersions({ versioned }: Table): Drift[] {
	if (versioned) return [];
	return [
		{
			what: 'it keeps no versions of its rows (optimistic concurrency is off)',
			hint: 'Switch the option Check Version off for this table.',
		},
	];
}

/** A lookup is written through its navigation property, whose name is case-sensitive (T-07). */
function isKnown(table: Table, name: string): boolean {
	if (table.columns.has(name)) return true;
	const property = /^(.+)@odata\.bind$/.exec(name)?.[1] ?? name;
	return table.links.some((link) => link.navigation === property);
}

/** Without a unique key a rerun could create a record twice. */
function lostKey(table: Table, keyFields: readonly string[]): Drift[] {
	const wanted = [...keyFields].sort().join();
	const key = table.keys.find((one) => [...one.fields].sort().join() === wanted);
	if (key?.usable) return [];
	if (key) {
		return [
			{
				what: `its key ${key.name} is not active yet`,
				hint: 'Dynamics 365 is still building its index, or failed to: see the table’s keys in Power Apps.',
			},
		];
	}
	const usable = table.keys.filter((one) => one.usable).map((one) => one.fields.join(' + '));
	return [
		{
			what: `${keyFields.join(' + ') || 'nothing'} is not a key of it`,
			hint: `Usable keys: ${usable.join('; ')}. Others are created as alternate keys in Power Apps, or here: add Key to the option Create What Is Missing.`,
		},
	];
}
