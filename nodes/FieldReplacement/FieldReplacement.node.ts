import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { searchValues } from '../../shared/n8n/fieldValues';
import { loadFields, searchObjects } from '../../shared/n8n/objectLists';
import { properties } from './properties';
import { replaceItems } from './replaceItems';
import { destination, source } from './sides';

const scopeOf = (side: typeof source | typeof destination) => ({
	system: { parameter: side.system },
	objectParameter: side.object,
	label: side.label,
});
const sourceScope = scopeOf(source);
const destinationScope = scopeOf(destination);

const destinationFields = loadFields(destinationScope, () => true);

/** The editor marks a value that its list does not have, so the default stands in it. */
async function loadDestinationFields(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const sameName = { name: 'Same Name as Field', value: '' };
	return [sameName, ...(await destinationFields.call(this))];
}

export class FieldReplacement implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Field Replacement',
		name: 'fieldReplacement',
		icon: {
			light: 'file:../../icons/fieldReplacement.svg',
			dark: 'file:../../icons/fieldReplacement.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ((count) => count + (count === 1 ? " rule" : " rules"))(($parameter["rules"]["values"] ?? []).filter((rule) => rule.enabled !== false).length) + ($parameter["options"]["direction"] === "backward" ? ", backward" : "") + ({ technicalValues: ", technical values", labels: ", labels" }[$parameter["picklists"]] ?? "") }}',
		description: 'Replaces values of fields, and turns the choices of a record into labels or back',
		defaults: { name: 'Field Replacement' },
		usableAsTool: undefined,
		parameterPane: 'wide',
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Replaced', 'Unmatched'],
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
		listSearch: {
			searchSourceObjects: searchObjects(sourceScope),
			searchDestinationObjects: searchObjects(destinationScope),
			searchExistingValues: searchValues({ ...sourceScope, fieldParameters: ['&field'] }),
			searchNewValues: searchValues({
				...destinationScope,
				fieldParameters: ['&destinationField', '&field'],
			}),
		},
		loadOptions: {
			loadSourceFields: loadFields(sourceScope, () => true),
			loadDestinationFields,
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await replaceItems(this);
	}
}
