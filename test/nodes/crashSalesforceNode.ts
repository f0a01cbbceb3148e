import type { INodeParameters } from 'n8n-workflow';

import { SalesforceWrite } from '../../nodes/SalesforceWrite/SalesforceWrite.node';
import { OURS, stored } from '../connectors/salesforceEngine';
import type { SalesforceSandbox } from '../sandbox/salesforce';
import type { OrgAddress } from './crashWire';
import type { EngineNode } from './engine';

/** Salesforce Write to accounts, with these parameters beside. */
export function salesforceNode(org: OrgAddress, parameters: INodeParameters): EngineNode {
	return {
		name: 'Writer',
		type: new SalesforceWrite(),
		parameters: {
			authentication: OURS,
			action: 'write',
			object: { __rl: true, mode: 'name', value: 'Account' },
			removedRecords: 'delete',
			options: {},
			...parameters,
		},
		// The credential holds nothing of the organisation but its address.
		credentials: { [OURS]: stored(org as SalesforceSandbox, OURS) },
	};
}
