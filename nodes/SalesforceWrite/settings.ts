import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import type { WriteSettings } from '../../shared/n8n/executeWrite';
import {
	salesforceAddress,
	salesforceCredentialType,
	type SalesforceCredentialType,
	type SalesforceNodeSettings,
	type SalesforceWriteOptions,
} from '../../shared/n8n/salesforce';

type Target = WriteSettings['target'];

/** Options that the connector takes as they are; a text or a list left empty is as if it was not there. */
const asTheyAre = [
	'allOrNone',
	'allowDuplicates',
	'api',
	'cutText',
	'dropUnwritable',
	'duplicateKeys',
	'emptyText',
	'findDoubtfulBy',
	'jobRows',
	'leaveParentsOut',
	'loosePicklists',
	'notFound',
	'redirectConverted',
	'retryUnsafeInserts',
	'severalFound',
	'sortByParent',
	'stopAtUsage',
	'typePolicy',
] as const satisfies ReadonlyArray<keyof SalesforceWriteOptions>;

interface Options extends Pick<SalesforceWriteOptions, (typeof asTheyAre)[number]> {
	readonly apiVersion?: string;
	readonly assignmentRuleId?: string;
	readonly batchSize?: number;
	readonly confirm?: WriteSettings['confirm'];
	readonly fields?: readonly string[];
	readonly instanceUrl?: string;
	readonly jobMegabytes?: number;
	readonly keepBookkeepingOut?: boolean;
	readonly maxCalls?: number;
	readonly maxWaitMinutes?: number;
	readonly onlyIfDifferent?: boolean;
	readonly sendWarnings?: WriteSettings['sendWarnings'];
	readonly skipAssignmentRules?: boolean;
	readonly timeZone?: string;
	readonly updateWith?: WriteSettings['updateWith'];
}

const minute = 60_000;
const megabyte = 1_000_000;

/** What the node does: one of the two actions on records, or one about a bulk job. */
export type Action = WriteSettings['action'] | 'bulkResult' | 'abortJob';

/** The chosen action. */
export const readAction = (context: IExecuteFunctions): Action =>
	context.getNodeParameter('action', 0) as Action;

/** How the node reaches Salesforce, with what a write may and may not do there. */
export function readConnection(
	context: IExecuteFunctions,
): SalesforceNodeSettings & { readonly credentialType: SalesforceCredentialType } {
	const options = readOptions(context);
	return {
		credentialType: salesforceCredentialType(context.getNodeParameter('authentication', 0)),
		...salesforceAddress(options),
		write: readHow(options, context),
	};
}

/** The parameters of a write or a preview, read once. */
export function readSettings(context: IExecuteFunctions): Omit<WriteSettings, 'environment'> {
	const options = readOptions(context);
	return {
		target: readTarget(context, options),
		action: readAction(context) as WriteSettings['action'],
		fields: options.fields ?? [],
		confirm: options.confirm ?? 'whenWritten',
		updateWith: options.updateWith ?? 'changed',
		place: options.keepBookkeepingOut ? 'beside' : 'inside',
		sendWarnings: options.sendWarnings ?? 'problems',
	};
}

const readOptions = (context: IExecuteFunctions): Options =>
	context.getNodeParameter('options', 0, {}) as Options;

function readTarget(context: IExecuteFunctions, options: Options): Target {
	const objectName = String(
		context.getNodeParameter('object', 0, '', { extractValue: true }),
	).trim();
	if (objectName === '') {
		throw new SyncError('config', 'No object is chosen', {
			hint: 'Choose the Salesforce object to write to.',
		});
	}
	const writeMode = context.getNodeParameter('writeMode', 0, 'upsert') as Target['writeMode'];
	const { batchSize, onlyIfDifferent } = options;
	const keyFields = writeMode === 'insert' ? [] : [readMatchField(context, objectName)];
	return {
		objectName,
		keyFields,
		writeMode,
		// Ids are given by Salesforce: a record without one is new (salesforce:4.1).
		...(writeMode === 'upsert' && /^id$/i.test(keyFields[0] ?? '') && { createsKeyless: true }),
		removedRecords: context.getNodeParameter('removedRecords', 0) as Target['removedRecords'],
		...(batchSize !== undefined && { batchSize }),
		...(onlyIfDifferent && { onlyIfDifferent }),
	};
}

function readMatchField(context: IExecuteFunctions, objectName: string): string {
	const field = String(context.getNodeParameter('matchField', 0, '')).trim();
	if (field !== '') return field;
	throw new SyncError('config', `No match field of the object "${objectName}" is chosen`, {
		hint: 'Choose the field that tells which record is meant: an external ID, the ID, or another field.',
	});
}

function readHow(options: Options, context: IExecuteFunctions): SalesforceWriteOptions {
	const { assignmentRuleId = '', skipAssignmentRules, timeZone } = options;
	const { jobMegabytes, maxCalls = 0, maxWaitMinutes } = options;
	const rule = skipAssignmentRules ? 'off' : assignmentRuleId.trim();
	return {
		...Object.fromEntries(
			asTheyAre
				.map((name) => [name, options[name]] as const)
				.filter(([, value]) => value !== undefined && value !== ''),
		),
		...(rule !== '' && { assignmentRule: rule }),
		...(jobMegabytes !== undefined && { jobBytes: jobMegabytes * megabyte }),
		...(maxCalls > 0 && { maxCalls }),
		...(maxWaitMinutes !== undefined && { maxWaitMs: maxWaitMinutes * minute }),
		timeZone: isGiven(timeZone) ? timeZone.trim() : context.getTimezone(),
	};
}

const isGiven = (text: string | undefined): text is string =>
	text !== undefined && text.trim() !== '';
