import type { INodeProperties } from 'n8n-workflow';

/** Options that say how Salesforce is talked to, and how much of its quota a run may use. */
export const allOrNone: INodeProperties = {
	displayName: 'All or None',
	name: 'allOrNone',
	type: 'boolean',
	default: false,
	description:
		'Whether one refused record holds back the others of its call, up to 200; they come back in the next run. Takes the Collections API.',
};

export const api: INodeProperties = {
	displayName: 'API',
	name: 'api',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Automatic',
			value: 'auto',
			description: 'Collections up to 2,000 records, and where the options need them; else Bulk',
		},
		{
			name: 'Bulk API 2.0',
			value: 'bulk',
			description: 'Jobs that Salesforce works off in its own time: few calls for many records',
		},
		{
			name: 'Collections',
			value: 'collections',
			description: '200 records in each call, answered at once',
		},
	],
	default: 'auto',
	description: 'How records are sent. What is written is the same.',
};

export const apiVersion: INodeProperties = {
	displayName: 'API Version',
	name: 'apiVersion',
	type: 'string',
	default: '',
	placeholder: 'e.g. 66.0',
	description: 'From 61.0 on. Empty: 66.0, which this version was tested with.',
};

export const instanceUrl: INodeProperties = {
	displayName: 'Instance URL',
	name: 'instanceUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://yourorg.my.salesforce.com',
	description: 'The My Domain address, where the credential does not tell it',
};

export const jobMegabytes: INodeProperties = {
	displayName: 'Job Size (MB)',
	name: 'jobMegabytes',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 95 },
	default: 45,
	description: 'So much data goes into one bulk job at most',
};

export const jobRows: INodeProperties = {
	displayName: 'Job Size (Records)',
	name: 'jobRows',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50000,
	description: 'So many records go into one bulk job at most. Memory follows the size of a job.',
};

export const maxCalls: INodeProperties = {
	displayName: 'Max API Calls',
	name: 'maxCalls',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'Calls this node may send in one run; then it stops, and the rest follows in the next run. 0: no limit.',
};

export const maxWaitMinutes: INodeProperties = {
	displayName: 'Max Wait (Minutes)',
	name: 'maxWaitMinutes',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 30,
	description:
		'So long a run waits for a bulk job. The job goes on without it: its records are then without a known outcome, and Get Bulk Job Result tells it.',
};

export const batchSize: INodeProperties = {
	displayName: 'Records per Call',
	name: 'batchSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 200 },
	default: 200,
	description: 'Of the Collections API. Fewer help where triggers and flows are slow.',
};

export const stopAtUsage: INodeProperties = {
	displayName: 'Stop at API Usage (%)',
	name: 'stopAtUsage',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100 },
	default: 90,
	description:
		"The run stops before its next call when the organisation has used so much of its day's API calls, so that other integrations keep working",
};
