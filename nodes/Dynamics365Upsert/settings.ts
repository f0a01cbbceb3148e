import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import { dynamicsCredentialType, type DynamicsCredentialType } from '../../shared/n8n/dynamics365';
import type { WriteSettings } from '../../shared/n8n/executeWrite';

interface Options {
	readonly batchSize?: number;
	readonly columns?: readonly string[];
	readonly confirm?: WriteSettings['confirm'];
	readonly keepBookkeepingOut?: boolean;
	readonly updateWith?: WriteSettings['updateWith'];
}

type Target = WriteSettings['target'];

/** The node's parameters, read once. */
export function readSettings(
	context: IExecuteFunctions,
): Omit<WriteSettings, 'environment'> & { readonly credentialType: DynamicsCredentialType } {
	const options = context.getNodeParameter('options', 0, {}) as Options;
	const objectName = String(
		context.getNodeParameter('table', 0, '', { extractValue: true }),
	).trim();
	const keyFields = String(context.getNodeParameter('key', 0, ''))
		.split(',')
		.map((field) => field.trim())
		.filter(Boolean);
	if (objectName === '')
		throw new SyncError('config', 'No table is chosen', { hint: 'Choose the table to write to.' });
	if (keyFields.length === 0)
		throw new SyncError('config', `No key of the table "${objectName}" is chosen`, {
			hint: 'Choose the ID or an active alternate key.',
		});
	return {
		credentialType: dynamicsCredentialType(context.getNodeParameter('authentication', 0)),
		target: {
			objectName,
			keyFields,
			writeMode: context.getNodeParameter('writeMode', 0, 'upsert') as Target['writeMode'],
			removedRecords: context.getNodeParameter('removedRecords', 0) as Target['removedRecords'],
			...(options.batchSize !== undefined && { batchSize: options.batchSize }),
		},
		action: context.getNodeParameter('action', 0) as WriteSettings['action'],
		fields: options.columns ?? [],
		confirm: options.confirm ?? 'whenWritten',
		updateWith: options.updateWith ?? 'changed',
		place: options.keepBookkeepingOut ? 'beside' : 'inside',
	};
}
