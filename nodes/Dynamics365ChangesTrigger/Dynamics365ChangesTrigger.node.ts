import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { dynamicsCredentialType } from '../../shared/n8n/dynamics365';
import { nodeError } from '../../shared/n8n/errors';
import { lookForChanges } from '../../shared/n8n/lookForChanges';
import { pollError, startOnce } from '../../shared/n8n/polling';
import { credentials, properties } from './properties';

export class Dynamics365ChangesTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Dynamics 365 Changes Trigger',
		name: 'dynamics365ChangesTrigger',
		icon: {
			light: 'file:../../icons/dynamics365.svg',
			dark: 'file:../../icons/dynamics365.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: 'looks for changes',
		description:
			'Starts the workflow when Dynamics 365 Changes behind it has something to read or to deliver',
		defaults: { name: 'Dynamics 365 Changes Trigger' },
		usableAsTool: undefined,
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials,
		properties,
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const isTrial = this.getMode() === 'manual';
		try {
			const looks = await lookForChanges(this, {
				credentialType: dynamicsCredentialType(this.getNodeParameter('authentication')),
				store: this.getNodeParameter('stateStore') === 'postgres' ? 'postgres' : 'embedded',
			});
			// By hand it starts in any case: a builder wants to see the nodes behind it run.
			const told = looks.filter(({ changesWaiting }) => isTrial || changesWaiting);
			const items = told.map((look) => ({ json: { ...look } }));
			if (isTrial) return [items];
			if (items.length > 0) startOnce(this, items);
			return null;
		} catch (error) {
			throw (isTrial ? nodeError : pollError)(this.getNode(), error);
		}
	}
}
