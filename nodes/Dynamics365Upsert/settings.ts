import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import {
	dynamicsCredentialType,
	type DynamicsCredentialType,
	type DynamicsWriteOptions,
} from '../../shared/n8n/dynamics365';
import type { WriteSettings } from '../../shared/n8n/executeWrite';

type Target = WriteSettings['target'];

interface Options {
	readonly batchSize?: number;
	readonly bypassLogic?: 'none' | DynamicsWriteOptions['bypassLogic'];
	readonly checkVersion?: boolean;
	readonly columns?: readonly string[];
	readonly confirm?: WriteSettings['confirm'];
	readonly sendWarnings?: WriteSettings['sendWarnings'];
	readonly createMissing?: ReadonlyArray<'columns' | 'key' | 'table'>;
	readonly detectDuplicates?: boolean;
	readonly inactiveStatus?: number | string;
	readonly keepBookkeepingOut?: boolean;
	readonly leaveParentsOut?: boolean;
	readonly onlyIfDifferent?: boolean;
	readonly publisherPrefix?: string;
	readonly skipFlows?: boolean;
	readonly solution?: string;
	readonly updateWith?: WriteSettings['updateWith'];
	readonly upsertMultiple?: boolean;
	readonly writeAs?: string;
}

/** The node's parameters, read once. */
export function readSettings(context: IExecuteFunctions): Omit<WriteSettings, 'environment'> & {
	readonly credentialType: DynamicsCredentialType;
	readonly how: DynamicsWriteOptions;
} {
	const options = context.getNodeParameter('options', 0, {}) as Options;
	return {
		credentialType: dynamicsCredentialType(context.getNodeParameter('authentication', 0)),
		how: readDynamics(options),
		target: readTarget(context, options),
		action: context.getNodeParameter('action', 0) as WriteSettings['action'],
		fields: options.columns ?? [],
		confirm: options.confirm ?? 'whenWritten',
		sendWarnings: options.sendWarnings ?? 'problems',
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
	};
}

function readDynamics(options: Options): DynamicsWriteOptions {
	const { bypassLogic, detectDuplicates, inactiveStatus, leaveParentsOut } = options;
	const { skipFlows, upsertMultiple, writeAs } = options;
	return {
		...(bypassLogic && bypassLogic !== 'none' && { bypassLogic }),
		...(detectDuplicates && { detectDuplicates }),
		...(leaveParentsOut && { leaveParentsOut }),
		...(skipFlows && { skipFlows }),
		...(upsertMultiple && { upsertMultiple }),
		...(writeAs && { writeAs }),
		...readCreation(options),
		...(hasStatus(inactiveStatus) && { inactiveStatus: Number(inactiveStatus) }),
	};
}

function readCreation({
	createMissing = [],
	solution = '',
	publisherPrefix: prefix = '',
}: Options): Pick<DynamicsWriteOptions, 'create'> {
	if (createMissing.length === 0) return {};
	const create = {
		columns: createMissing.includes('columns'),
		key: createMissing.includes('key'),
		table: createMissing.includes('table'),
		solution,
		prefix,
	};
	return { create };
}

const hasStatus = (status: unknown): boolean =>
	status !== undefined && status !== null && String(status).trim() !== '';
