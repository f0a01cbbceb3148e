import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { loadKeys, searchObjects } from '../../shared/n8n/objectLists';
import { destinationLists, loadDestinationFields } from './fieldLists';
import { mapItems } from './mapItems';
import { properties } from './properties';
import { suggestItems } from './suggestItems';

export class FieldMapper implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Field Mapper',
		name: 'fieldMapper',
		icon: {
			light: 'file:../../icons/fieldMapper.svg',
			dark: 'file:../../icons/fieldMapper.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["action"] === "suggest" ? "suggestions" : ($parameter["mappings"]["values"] ?? []).length + " fields") + ($parameter["destinationObject"] ? " → " + $parameter["destinationObject"] : $parameter["keyFields"] ? " by " + $parameter["keyFields"] : "") }}',
		description: 'Turns each item into a record with the fields of the destination',
		defaults: { name: 'Field Mapper' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		// Suggestions are no records: they get an output of their own, which nothing is wired to by habit.
		outputs: `={{ ["Mapped", "Rejected", ...($parameter["action"] === "suggest" ? ["Suggestions"] : [])].map((displayName) => ({ type: "${NodeConnectionTypes.Main}", displayName })) }}`,
		outputNames: ['Mapped', 'Rejected'],
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
			{
				name: 'crmSyncSalesforceOAuth2Api',
				required: true,
				displayOptions: { show: { salesforceAuthentication: ['crmSyncSalesforceOAuth2Api'] } },
			},
			{
				name: 'salesforceOAuth2Api',
				required: true,
				displayOptions: { show: { salesforceAuthentication: ['salesforceOAuth2Api'] } },
			},
			{
				name: 'salesforceJwtApi',
				required: true,
				displayOptions: { show: { salesforceAuthentication: ['salesforceJwtApi'] } },
			},
		],
		properties,
	};

	methods = {
		listSearch: { searchDestinationObjects: searchObjects(destinationLists) },
		loadOptions: { loadDestinationFields, loadDestinationKeys: loadKeys(destinationLists) },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return this.getNodeParameter('action', 0, 'map') === 'suggest'
			? await suggestItems(this)
			: await mapItems(this);
	}
}
