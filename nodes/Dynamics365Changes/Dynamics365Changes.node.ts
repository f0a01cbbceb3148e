import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { readChangesSettings } from '../../shared/n8n/changesSettings';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { loadFields, searchObjects } from '../../shared/n8n/objectLists';
import { readChanges } from '../../shared/n8n/readChanges';
import { credentials, properties } from './properties';

const tables = { system: { value: 'dynamics365' }, objectParameter: 'table' };
const labelled = new Set(['choice', 'multiChoice', 'boolean', 'lookup']);

export class Dynamics365Changes implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Dynamics 365 Changes',
		name: 'dynamics365Changes',
		icon: {
			light: 'file:../../icons/dynamics365.svg',
			dark: 'file:../../icons/dynamics365.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle: '={{ "what changed in " + ($parameter["table"] || "a table") }}',
		description:
			'Reads what changed in a Dynamics 365 table since the last run and passes it on until it was delivered',
		defaults: { name: 'Dynamics 365 Changes' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Changes', 'Invalid'],
		credentials,
		properties,
	};

	methods = {
		listSearch: { searchTables: searchObjects(tables) },
		loadOptions: {
			loadColumns: loadFields(tables, ({ type }) => type !== 'other'),
			loadLabelled: loadFields(tables, ({ type }) => labelled.has(type)),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return await readChanges(this, readChangesSettings(this));
		} catch (error) {
			// A throw would send the input on as if it were changes (n8n:T-01).
			if (this.continueOnFail())
				return [[], [{ json: { reason: errorText(error) }, pairedItem: [] }]];
			throw nodeError(this.getNode(), error);
		}
	}
}
