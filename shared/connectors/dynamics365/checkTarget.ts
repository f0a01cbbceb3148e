import { SyncError } from '../../core/errors';
import type { WriteRecord, WriteTarget } from '../connector';
import type { Table } from './table';

/** All field names. One that does not exist would fail every record: refused before anything is written. */
export function checkTarget(
	table: Table,
	target: WriteTarget,
	records: readonly WriteRecord[],
): ReadonlySet<string> {
	const names = new Set(target.keyFields);
	for (const { values, update } of records) {
		for (const name in values) names.add(name);
		for (const name in update) names.add(name);
	}
	const missing = [...names].filter((name) => !isKnown(table, name));
	if (missing.length > 0) {
		const quotedNames = missing.map((name) => `"${name}"`).join(', ');
		throw new SyncError(
			'config',
			`The Dynamics 365 table "${table.name}" has no column ${quotedNames}`,
			{ hint: 'Correct the mapping; column names are logical names, which are lower case.' },
		);
	}
	checkKey(table, target.keyFields);
	if (target.checkVersion) checkVersions(table);
	return names;
}

/** Without versions Dataverse would refuse each guarded row (dataverse 4.1). */
function checkVersions({ name, versioned }: Table): void {
	if (versioned) return;
	throw new SyncError(
		'config',
		`The Dynamics 365 table "${name}" keeps no versions of its rows (optimistic concurrency is off)`,
		{ hint: 'Switch the option Check Version off for this table.' },
	);
}

/** A lookup is written through its navigation property, whose name is case-sensitive (T-07). */
function isKnown(table: Table, name: string): boolean {
	if (table.columns.has(name)) return true;
	const property = /^(.+)@odata\.bind$/.exec(name)?.[1] ?? name;
	return table.links.some((link) => link.navigation === property);
}

/** Without a unique key a rerun could create a record twice. */
function checkKey(table: Table, keyFields: readonly string[]): void {
	const wanted = [...keyFields].sort().join();
	const key = table.keys.find((one) => [...one.fields].sort().join() === wanted);
	if (key?.usable) return;
	const usable = table.keys.filter((one) => one.usable).map((one) => one.fields.join(' + '));
	throw new SyncError(
		'config',
		key
			? `The key ${key.name} of the Dynamics 365 table "${table.name}" is not active yet`
			: `${keyFields.join(' + ') || 'Nothing'} is not a key of the Dynamics 365 table "${table.name}"`,
		{
			hint: key
				? 'Dynamics 365 is still building its index, or failed to: see the table’s keys in Power Apps.'
				: `Usable keys: ${usable.join('; ')}. Others are created as alternate keys in Power Apps.`,
		},
	);
}
