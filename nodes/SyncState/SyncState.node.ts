import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { errorText, nodeError } from '../../shared/n8n/errors';
import { stateCredentials } from '../../shared/n8n/storeProperties';
import { syncState } from '../../shared/n8n/syncState';
import { searchSyncs } from '../../shared/n8n/syncStateLists';
import { properties } from './properties';
import { readSettings } from './settings';

export class SyncState implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sync State',
		name: 'syncState',
		icon: {
			light: 'file:../../icons/syncState.svg',
			dark: 'file:../../icons/syncState.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ { forgetRecord: "forget record", forgetSync: "forget sync", listFailedRecords: "list failed records", listRuns: "list runs", listSyncs: "list syncs", pruneRuns: "prune runs", rebaseline: "rebaseline", releaseRecords: "release records", replay: "replay", resendEverything: "resend everything" }[$parameter["action"]] + ($parameter["action"] !== "listSyncs" && $parameter["syncName"]?.value ? " of " + $parameter["syncName"].value : "") }}',
		description:
			'Shows syncs, their runs and failed records; releases, resends or forgets them. Never touches a destination.',
		defaults: { name: 'Sync State' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: stateCredentials,
		properties,
	};

	methods = { listSearch: { searchSyncs } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return [await syncState(this, readSettings(this))];
		} catch (error) {
			// A throw would send the input on as if it were the answer (n8n:T-01).
			if (this.continueOnFail()) return [[{ json: { error: errorText(error) }, pairedItem: [] }]];
			throw nodeError(this.getNode(), error);
		}
	}
}
