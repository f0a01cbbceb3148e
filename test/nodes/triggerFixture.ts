import type { INodeParameters } from 'n8n-workflow';

import { Dynamics365ChangesTrigger } from '../../nodes/Dynamics365ChangesTrigger/Dynamics365ChangesTrigger.node';
import { credentialData } from '../sandbox/dynamicsCredential';
import { changesNode, useChanges } from './changesFixture';
import type { EngineNode } from './engine';
import { poll } from './poll';
import { thisStore } from './syncStateFixture';

/** Dynamics 365 Changes with its trigger before it. */
export function useTrigger() {
	const changes = useChanges();
	const { name, org } = changes;
	const trigger = (parameters: INodeParameters = {}): EngineNode => ({
		name: 'Trigger',
		type: new Dynamics365ChangesTrigger(),
		parameters: { authentication: 'crmSyncDynamics365Api', stateStore: 'embedded', ...parameters },
		credentials: { crmSyncDynamics365Api: { ...credentialData(org), accessToken: '' } },
	});
	/** What one poll would start the workflow with, if it does. */
	const look = async (parameters: INodeParameters = {}, mode?: 'manual') =>
		await poll([trigger(), changesNode(org, name(), parameters)], mode);
	return {
		...changes,
		trigger,
		look,
		reason: async (parameters?: INodeParameters) => (await look(parameters))?.[0].reason,
		sync: async () => (await thisStore().find(name()))!,
	};
}
