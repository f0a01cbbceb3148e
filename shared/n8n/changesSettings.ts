import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import { changeFilter, type ChangeFilter } from './changeFilter';
import { dynamicsCredentialType } from './dynamics365';
import { fieldNames, numberReader, rawParameter, readLeaverLimits } from './parameters';
import type { ChangeSettings } from './readChanges';
import { readStoreSettings } from './storeProperties';

interface Options {
	readonly adopt?: boolean;
	readonly allowTwice?: boolean;
	readonly applyDeletes?: boolean;
	readonly approve?: string;
	readonly deleteFilteredOut?: boolean;
	readonly findBy?: ChangeSettings['source']['by'];
	readonly keepBookkeepingOut?: boolean;
	readonly labels?: readonly string[];
	readonly leaveOutInactive?: boolean;
	readonly maxLeavers?: unknown;
	readonly maxLeaversPercent?: unknown;
	readonly parkAfter?: unknown;
	readonly recordsPerRun?: unknown;
	readonly schema?: string;
	readonly tablePrefix?: string;
}

const defaultRecords = 50_000;

/** The parameters of Dynamics 365 Changes, read once. */
export function readChangesSettings(context: IExecuteFunctions): ChangeSettings {
	const options = context.getNodeParameter('options', 0, {}) as Options;
	const raw = rawParameter(context, 'conditions', {});
	const filter = changeFilter(context, raw);
	const number = numberReader(options);
	const recordsPerRun = Math.max(1, number('recordsPerRun', 'Records per Run', defaultRecords));
	return {
		syncName: readText(context, 'syncName', 'Sync Name', 'Give this sync a name of its own.'),
		credentialType: dynamicsCredentialType(context.getNodeParameter('authentication', 0)),
		source: readSource(context, options, { filter, raw, pageSize: recordsPerRun }),
		filter,
		recordsPerRun,
		applyDeletes: options.applyDeletes === true,
		deleteFilteredOut: options.deleteFilteredOut === true,
		leaveOutInactive: options.leaveOutInactive === true,
		allowTwice: options.allowTwice === true,
		adopt: options.adopt === true,
		approve: options.approve ?? '',
		compareFields: [],
		ignoreFields: fieldNames(context, 'options.ignoreFields', 'Ignore in Comparison'),
		guard: readLeaverLimits(options),
		parkAfter: number('parkAfter', 'Park After Runs', 3),
		place: options.keepBookkeepingOut ? 'beside' : 'inside',
		store: readStoreSettings(context.getNodeParameter('stateStore', 0, 'embedded'), options),
	};
}

function readSource(
	context: IExecuteFunctions,
	{ deleteFilteredOut, findBy = 'auto', labels = [], leaveOutInactive }: Options,
	{
		filter: { fields, conditions },
		raw,
		pageSize,
	}: { readonly filter: ChangeFilter; readonly raw: unknown; readonly pageSize: number },
): ChangeSettings['source'] {
	const chosen = context.getNodeParameter('columns', 0, []) as readonly string[];
	return {
		objectName: readText(context, 'table', 'Table', 'Choose the table whose changes are read.'),
		fields: chosen,
		labels: labels.filter((name) => chosen.length === 0 || chosen.includes(name)),
		alsoRead: fields,
		ifThere: leaveOutInactive ? ['statecode'] : [],
		by: findBy,
		// A record that has ceased to meet them must be seen, where that removes it.
		...(conditions && !deleteFilteredOut && { conditions }),
		version: JSON.stringify([raw, leaveOutInactive === true, deleteFilteredOut === true]),
		pageSize,
	};
}

function readText(context: IExecuteFunctions, name: string, label: string, hint: string): string {
	const value = context.getNodeParameter(name, 0, '', { extractValue: true });
	const text = typeof value === 'string' ? value.trim() : '';
	if (text !== '') return text;
	throw new SyncError('config', `${label} is empty`, { hint });
}
