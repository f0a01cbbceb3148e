import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { executeWrite } from '../../shared/n8n/executeWrite';
import { loadMatchFields } from '../../shared/n8n/matchFields';
import { isWritable, loadFields, searchObjects } from '../../shared/n8n/objectLists';
import { salesforceDestination } from '../../shared/n8n/salesforce';
import { bulkJobItems } from '../../shared/n8n/salesforceJobs';
import { salesforceReport } from '../../shared/n8n/salesforceReport';
import { properties } from './properties';
import { readAction, readConnection, readSettings } from './settings';

const objects = { system: { value: 'salesforce' }, objectParameter: 'object' };

export class SalesforceWrite implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Salesforce Write',
		name: 'salesforceWrite',
		icon: {
			light: 'file:../../icons/salesforce.svg',
			dark: 'file:../../icons/salesforce.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle:
			'={{ { bulkResult: "get bulk job result", abortJob: "abort bulk job" }[$parameter["action"]] ?? (($parameter["action"] === "preview" ? "preview: " : "") + $parameter["writeMode"] + " " + $parameter["object"] + ($parameter["matchField"] ? " by " + $parameter["matchField"] : "")) }}',
		description:
			'Inserts, updates, upserts and deletes Salesforce records in bulk, with the outcome of every record',
		defaults: { name: 'Salesforce Write' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Written', 'Rejected', 'Summary'],
		credentials: [
			{
				name: 'crmSyncSalesforceOAuth2Api',
				required: true,
				displayOptions: { show: { authentication: ['crmSyncSalesforceOAuth2Api'] } },
			},
			{
				name: 'salesforceOAuth2Api',
				required: true,
				displayOptions: { show: { authentication: ['salesforceOAuth2Api'] } },
			},
			{
				name: 'salesforceJwtApi',
				required: true,
				displayOptions: { show: { authentication: ['salesforceJwtApi'] } },
			},
		],
		properties,
	};

	methods = {
		listSearch: { searchObjects: searchObjects(objects) },
		loadOptions: {
			loadFields: loadFields(objects, isWritable),
			loadMatchFields: loadMatchFields(objects),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const action = readAction(this);
		const connect = async () => {
			const { credentialType, ...settings } = readConnection(this);
			return await salesforceDestination(this, credentialType, settings);
		};
		if (action === 'bulkResult' || action === 'abortJob')
			return await bulkJobItems(this, action, async () => (await connect()).connector);
		return await executeWrite(this, async () => {
			const settings = readSettings(this);
			const { connector, environment } = await connect();
			const report = () => salesforceReport(connector.summary());
			return { connector, settings: { ...settings, environment }, report };
		});
	}
}
