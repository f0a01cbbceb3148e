import type { INodeProperties } from 'n8n-workflow';

import { confirm, keepBookkeepingOut, sendWarnings, updateWith } from '../../shared/n8n/properties';
import {
	allOrNone,
	api,
	apiVersion,
	batchSize,
	instanceUrl,
	jobMegabytes,
	jobRows,
	maxCalls,
	maxWaitMinutes,
	stopAtUsage,
} from './apiProperties';
import {
	duplicateKeys,
	findDoubtfulBy,
	leaveParentsOut,
	notFound,
	redirectConverted,
	retryUnsafeInserts,
	severalFound,
	sortByParent,
} from './matchProperties';
import {
	cutText,
	dropUnwritable,
	emptyText,
	loosePicklists,
	timeZone,
	typePolicy,
} from './valueProperties';

const allowDuplicates: INodeProperties = {
	displayName: 'Allow Duplicates',
	name: 'allowDuplicates',
	type: 'boolean',
	default: false,
	description:
		'Whether to save a record that a duplicate rule only warns of. A rule that blocks still rejects it. Takes the Collections API.',
};

const assignmentRuleId: INodeProperties = {
	displayName: 'Assignment Rule ID',
	name: 'assignmentRuleId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 01Q5g000000AbCdEAK',
	description:
		'The rule that assigns accounts, cases and leads to their owners. Empty: the active one.',
};

const fields: INodeProperties = {
	displayName: 'Field Names or IDs',
	name: 'fields',
	type: 'multiOptions',
	typeOptions: {
		loadOptionsMethod: 'loadFields',
		loadOptionsDependsOn: ['object.value', 'authentication', 'options.instanceUrl'],
	},
	default: [],
	description:
		'Write these fields only; empty: every field of the record. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

const onlyIfDifferent: INodeProperties = {
	displayName: 'Only If Different',
	name: 'onlyIfDifferent',
	type: 'boolean',
	default: false,
	displayOptions: { show: { '/writeMode': ['upsert', 'update'] } },
	description:
		'Whether to read each record first and send only the fields that differ. One that has everything is unchanged, and nothing is sent for it.',
};

const skipAssignmentRules: INodeProperties = {
	displayName: 'Skip Assignment Rules',
	name: 'skipAssignmentRules',
	type: 'boolean',
	default: false,
	description:
		'Whether owners of accounts, cases and leads stay as they are. If off, Salesforce may reassign them.',
};

/** What a write and a preview can be told beside the fields above them. */
export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		allOrNone,
		allowDuplicates,
		api,
		apiVersion,
		assignmentRuleId,
		confirm,
		cutText,
		fields,
		findDoubtfulBy,
		redirectConverted,
		instanceUrl,
		jobMegabytes,
		jobRows,
		keepBookkeepingOut,
		leaveParentsOut,
		dropUnwritable,
		loosePicklists,
		maxCalls,
		maxWaitMinutes,
		onlyIfDifferent,
		batchSize,
		retryUnsafeInserts,
		duplicateKeys,
		sendWarnings,
		skipAssignmentRules,
		sortByParent,
		stopAtUsage,
		timeZone,
		updateWith,
		typePolicy,
		notFound,
		severalFound,
		emptyText,
	],
};

/** What the actions about a bulk job can be told. */
export const jobOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [apiVersion, instanceUrl],
};
