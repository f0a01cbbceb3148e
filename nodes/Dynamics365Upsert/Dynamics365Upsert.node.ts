import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { dynamics365Destination } from '../../shared/n8n/dynamics365';
import { executeWrite } from '../../shared/n8n/executeWrite';
import { isWritable, loadFields, loadKeys, searchObjects } from '../../shared/n8n/objectLists';
import { properties } from './properties';
import { readSettings } from './settings';
import { loadSolutions } from './solutionList';
import { loadStatuses } from './statusList';

const tables = { system: { value: 'dynamics365' }, objectParameter: 'table' };

export class Dynamics365Upsert implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Dynamics 365 Upsert',
		name: 'dynamics365Upsert',
		icon: {
			light: 'file:../../icons/dynamics365.svg',
			dark: 'file:../../icons/dynamics365.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle:
			'={{ ($parameter["action"] === "preview" ? "preview: " : "") + $parameter["writeMode"] + " " + $parameter["table"] + ($parameter["key"] ? " by " + $parameter["key"] : "") }}',
		description: 'Creates and updates Dynamics 365 rows in bulk, with the outcome of every record',
		defaults: { name: 'Dynamics 365 Upsert' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Written', 'Rejected', 'Summary'],
		credentials: [
			{
				name: 'crmSyncDynamics365Api',
				required: true,
				displayOptions: { show: { authentication: ['crmSyncDynamics365Api'] } },
			},
			{
				name: 'microsoftDataverseOAuth2Api',
				required: true,
				displayOptions: { show: { authentication: ['microsoftDataverseOAuth2Api'] } },
			},
		],
		properties,
	};

	methods = {
		listSearch: { searchTables: searchObjects(tables) },
		loadOptions: {
			loadColumns: loadFields(tables, isWritable),
			loadKeys: loadKeys(tables),
			loadSolutions,
			loadStatuses: loadStatuses(tables),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeWrite(this, async () => {
			const { credentialType, how, ...settings } = readSettings(this);
			const destination = await dynamics365Destination(this, credentialType, how);
			const { connector, environment } = destination;
			return { connector, settings: { ...settings, environment } };
		});
	}
}
