import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import { stateCredentials, stateStoreChoice } from '../../shared/n8n/storeProperties';
import { dynamicsAuthentication } from '../../shared/n8n/systemProperties';
import { options } from './optionProperties';

export const credentials: INodeCredentialDescription[] = [
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
	...stateCredentials,
];

const syncName: INodeProperties = {
	displayName: 'Sync Name',
	name: 'syncName',
	type: 'string',
	noDataExpression: true,
	default: '',
	required: true,
	placeholder: 'e.g. contacts-to-campaign',
	description:
		'Name of this sync and of what it remembers. It belongs to this node; renaming it starts from nothing and sends every record again.',
};

const table: INodeProperties = {
	displayName: 'Table',
	name: 'table',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The table whose changes are read',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a table...',
			typeOptions: { searchListMethod: 'searchTables', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. contact',
			hint: 'The logical name, in lower case',
		},
	],
};

const columns: INodeProperties = {
	displayName: 'Column Names or IDs',
	name: 'columns',
	type: 'multiOptions',
	typeOptions: {
		loadOptionsMethod: 'loadColumns',
		loadOptionsDependsOn: ['table.value', 'authentication'],
	},
	default: [],
	description:
		'The columns of a record. Its ID always comes with them. Without a choice: all columns except those that move with every write. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** The editor shows neither the description nor a hint of a filter, and calls its first box "value1". */
const firstBox: INodeProperties = {
	displayName: 'First box of a condition: the logical name of a column, such as <b>statecode</b>.',
	name: 'firstBox',
	type: 'notice',
	default: '',
};

const conditions: INodeProperties = {
	displayName: 'Conditions',
	name: 'conditions',
	type: 'filter',
	placeholder: 'Add Condition',
	default: {},
	description:
		'Only records that meet them. The first box holds the logical name of a column, typed in or written as for a field of an item; the technical value is compared. The column need not be passed on.',
	typeOptions: {
		filter: { caseSensitive: false, typeValidation: 'loose', version: 3 },
	},
};

export const properties: INodeProperties[] = [
	dynamicsAuthentication,
	// The editor puts the credentials before the last parameter that they depend on: a list needs them first.
	stateStoreChoice,
	syncName,
	table,
	columns,
	conditions,
	firstBox,
	options,
];
