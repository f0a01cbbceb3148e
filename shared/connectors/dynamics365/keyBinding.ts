import { SyncError } from '../../core/errors';
import type { SyncRecord } from '../../core/record';
import type { Api } from './api';
import { keyPart } from './keyMatch';
import { readHead, type Table } from './table';

/**
 * How a key is written: as it is, except for lookup columns, which Dataverse takes only as
 * `<navigation>@odata.bind` with the address of the row they point at (dataverse 2.3).
 */
export async function keyBinder(
	api: Api,
	table: Table,
	keyFields: readonly string[],
): Promise<(key: SyncRecord) => SyncRecord> {
	const bindings = new Map<string, { readonly name: string; readonly set: string }>();
	for (const field of keyFields) {
		if (table.columns.get(field)?.type !== 'lookup') continue;
		const [link, another] = table.links.filter((one) => one.column === field);
		if (!link || another) {
			throw new SyncError(
				'config',
				`The key column "${field}" of the Dynamics 365 table "${table.name}" may point at several tables`,
				{ hint: 'Choose a key without it.' },
			);
		}
		const { EntitySetName: set } = await readHead(api, link.target);
		bindings.set(field, { name: `${link.navigation}@odata.bind`, set: String(set) });
	}
	if (bindings.size === 0) return (key) => key;
	return (key) =>
		Object.fromEntries(
			Object.entries(key).map(([field, value]) => {
				const binding = bindings.get(field);
				if (!binding) return [field, value];
				return [binding.name, `/${binding.set}(${keyPart(value, table.columns.get(field))})`];
			}),
		);
}
