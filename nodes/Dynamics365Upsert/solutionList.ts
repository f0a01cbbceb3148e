import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { dynamics365Connector, dynamicsCredentialType } from '../../shared/n8n/dynamics365';
import { nodeError } from '../../shared/n8n/errors';

/** Options of the solution parameter: every unmanaged solution, with the prefix its publisher gives. */
export async function loadSolutions(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	try {
		const type = dynamicsCredentialType(this.getCurrentNodeParameter('authentication'));
		const solutions = await (await dynamics365Connector(this, type)).solutions();
		return solutions.map(({ name, label, prefix }) => ({
			name: `${label} (prefix ${prefix}_)`,
			value: name,
		}));
	} catch (error) {
		throw nodeError(this.getNode(), error);
	}
}
