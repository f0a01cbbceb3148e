import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import { dynamicsCredentialType, type DynamicsCredentialType } from '../../shared/n8n/dynamics365';
import type { WriteSettings } from '../../shared/n8n/executeWrite';

type Target = WriteSettings['target'];
type DynamicsOptions = NonNullable<Target['dynamics365']>;

interface Options {
	readonly batchSize?: number;
	readonly bypassLogic?: 'none' | DynamicsOptions['bypassLogic'];
	readonly checkVersion?: boolean;
	readonly columns?: readonly string[];
	readonly confirm?: WriteSettings['confirm'];
	readonly detectDuplicates?: boolean;
	readonly inactiveStatus?: number | string;
	readonly keepBookkeepingOut?: boolean;
	readonly onlyIfDifferent?: boolean;
	readonly skipFlows?: boolean;
	readonly updateWith?: WriteSettings['updateWith'];
	readonly upsertMultiple?: boolean;
	readonly writeAs?: string;
}

/** The node's parameters, read once. */
export function readSettings(
	context: IExecuteFunctions,
): Omit<WriteSettings, 'environment'> & { readonly credentialType: DynamicsCredentialType } {
	const options = context.getNodeParameter('options', 0, {}) as Options;
	return {
		credentialType: dynamicsCredentialType(context.getNodeParameter('authentication', 0)),
		target: readTarget(context, options),
		action: context.getNodeParameter('action', 0) as WriteSettings['action'],
		fields: options.columns ?? [],
		confirm: options.confirm ?? 'whenWritten',
		updateWith: options.updateWith ?? 'changed',
		place: options.keepBookkeepingOut ? 'beside' : 'inside',
	};
}

function readTarget(context: IExecuteFunctions, options: Options): Target {
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
	const { batchSize, checkVersion, onlyIfDifferent } = options;
	return {
		objectName,
		keyFields,
		writeMode: context.getNodeParameter('writeMode', 0, 'upsert') as Target['writeMode'],
		removedRecords: context.getNodeParameter('removedRecords', 0) as Target['removedRecords'],
		...(batchSize !== undefined && { batchSize }),
		...(checkVersion && { checkVersion }),
		...(onlyIfDifferent && { onlyIfDifferent }),
		dynamics365: readDynamics(options),
	};
}

function readDynamics(options: Options): DynamicsOptions {
	const { bypassLogic, detectDuplicates, inactiveStatus, skipFlows, upsertMultiple, writeAs } =
		options;
	return {
		...(bypassLogic && bypassLogic !== 'none' && { bypassLogic }),
		...(detectDuplicates && { detectDuplicates }),
		...(skipFlows && { skipFlows }),
		...(upsertMultiple && { upsertMultiple }),
		...(writeAs && { writeAs }),
		...(hasStatus(inactiveStatus) && { inactiveStatus: Number(inactiveStatus) }),
	};
}

const hasStatus = (status: unknown): boolean =>
	status !== undefined && status !== null && String(status).trim() !== '';
