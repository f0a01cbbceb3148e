import type { ApiResponse, Org } from './org';
import { ids, json, root } from './org';
import { stableGuid } from './tables/defineTable';

const kinds = ['Create', 'Read', 'Write', 'Delete', 'Append', 'AppendTo', 'Assign', 'Share'];

/** `RetrieveUserPrivileges()` (contract 2.2 row 7; its shape is unconfirmed, U-24). */
export function userPrivileges(org: Org): ApiResponse {
	const missing = new Set([...org.identity.missingPrivileges].map((name) => name.toLowerCase()));
	const names = org.schema.tables.flatMap((table) =>
		kinds.map((kind) => [kind, table.name] as const),
	);
	const held = names.filter(([kind, table]) => !missing.has(`prv${kind}${table}`.toLowerCase()));
	return json(200, {
		'@odata.context': `${root(org)}$metadata#Microsoft.Dynamics.CRM.RetrieveUserPrivilegesResponse`,
		RolePrivileges: held.map(([kind, table]) => ({
			Depth: kind === 'Read' ? org.identity.readDepth : 'Global',
			PrivilegeId: stableGuid(`privilege ${kind} ${table}`),
			BusinessUnitId: ids.businessUnit,
			PrivilegeName: `prv${kind}${table}`,
		})),
	});
}
