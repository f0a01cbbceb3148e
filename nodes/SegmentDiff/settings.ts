import type { IExecuteFunctions } from 'n8n-workflow';

import type { SegmentSettings } from '../../shared/n8n/compareSegment';
import { SyncError } from '../../shared/core/errors';
import { defaultGuard } from '../../shared/core/guard';
import { fieldNames } from '../../shared/n8n/parameters';
import { readStoreSettings } from '../../shared/n8n/storeProperties';

interface Options {
	readonly changesPerRun?: number;
	readonly expectedRows?: number;
	readonly keepBookkeepingOut?: boolean;
	readonly keepRecords?: boolean;
	readonly keyComparison?: SegmentSettings['keyComparison'];
	readonly maxLeavers?: number;
	readonly maxLeaversPercent?: number;
	readonly parkAfter?: number;
	readonly schema?: string;
	readonly tablePrefix?: string;
}

/** n8n holds all items of a run in memory, several times over. */
const defaultLimit = 50_000;

/** The node's parameters, read once. */
export function readSettings(context: IExecuteFunctions): SegmentSettings {
	const read = (name: string) => context.getNodeParameter(name, 0);
	const options = read('options') as Options;
	const compared = new Set(fieldNames(context, 'options.compareFields', 'Compare Fields'));
	const ignored = new Set(fieldNames(context, 'options.ignoreFields', 'Ignore in Comparison'));
	const keyFields = fieldNames(context, 'keyFields', 'Key Fields');
	const syncName = String(read('syncName')).trim();
	if (syncName === '')
		throw new SyncError('config', 'Sync Name is empty', {
			hint: 'Give this sync a name of its own.',
		});
	if (keyFields.length === 0)
		throw new SyncError('config', 'Key Fields is empty', {
			hint: 'Name the fields that identify a record.',
		});
	return {
		syncName,
		keyFields,
		input: read('inputIs') as SegmentSettings['input'],
		keepRecords: options.keepRecords !== false,
		leavers: read('leavers') as SegmentSettings['leavers'],
		approve: String(read('approve')),
		keyComparison: options.keyComparison ?? 'fold',
		isCompared: (field) => (compared.size === 0 || compared.has(field)) && !ignored.has(field),
		guard: {
			maxLeavers: options.maxLeavers ?? defaultGuard.maxLeavers,
			maxLeaversPercent: options.maxLeaversPercent ?? defaultGuard.maxLeaversPercent,
			...(options.expectedRows ? { expectedRows: options.expectedRows } : {}),
		},
		...(options.changesPerRun !== 0 && { limit: options.changesPerRun ?? defaultLimit }),
		parkAfter: options.parkAfter ?? 3,
		place: options.keepBookkeepingOut ? 'beside' : 'inside',
		store: readStoreSettings(context.getNodeParameter('stateStore', 0, 'embedded'), options),
	};
}
