import type { Shape } from './metadataShapes';
import type { Table } from './model';
import { stableGuid } from './tables/defineTable';

/** The rows of ManyToOneRelationships: one per target of each lookup (contract 2.2 row 5). */
export function relationshipShapes(table: Table): Shape[] {
	return [...table.columns.values()].flatMap((column) => {
		const targets = column.targets ?? [];
		// The owner reports the abstract table, not users and teams.
		const shown =
			column.type === 'Owner'
				? targets
						.slice(0, 1)
						.map((each) => ({ ...each, table: 'owner', collection: `owner_${table.name}` }))
				: targets;
		return shown.map((each) => ({
			SchemaName: each.collection,
			ReferencingEntity: table.name,
			ReferencingAttribute: column.name,
			ReferencingEntityNavigationPropertyName: each.nav,
			ReferencedEntity: each.table,
			ReferencedEntityNavigationPropertyName: each.collection,
			CascadeConfiguration: { Delete: each.onDelete === 'restrict' ? 'Restrict' : 'RemoveLink' },
			MetadataId: stableGuid(`relationship ${table.name}.${each.collection}.${each.table}`),
		}));
	});
}
