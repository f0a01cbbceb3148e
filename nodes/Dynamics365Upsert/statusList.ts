import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { aboutObject, type ListScope } from '../../shared/n8n/objectLists';

/** Options of the status parameter: every status reason of the chosen table. */
export function loadStatuses(scope: ListScope) {
	return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const fields = await aboutObject(this, scope, async (of, name) => await of.fields(name));
		const statuses = fields.find(({ name }) => name === 'statuscode')?.options ?? [];
		return statuses.map(({ label, value }) => ({ name: `${label} (${value})`, value }));
	};
}
