import type { IExecuteFunctions } from 'n8n-workflow';

import type { SegmentSettings } from '../../shared/n8n/compareSegment';
import { SyncError } from '../../shared/core/errors';
import { parseShard } from '../../shared/core/shard';
import { fieldNames, numberReader, readLeaverLimits } from '../../shared/n8n/parameters';
import { readStoreSettings } from '../../shared/n8n/storeProperties';
import { readSourceSettings, type SourceOptions } from './sourceSettings';

interface Options extends SourceOptions {
	readonly adopt?: boolean;
	readonly approve?: string;
	readonly changesPerRun?: unknown;
	readonly expectedRows?: unknown;
	readonly graceHours?: unknown;
	readonly graceRuns?: unknown;
	readonly keepBookkeepingOut?: boolean;
	readonly keepRecords?: boolean;
	readonly keyComparison?: SegmentSettings['keyComparison'];
	readonly maxLeavers?: unknown;
	readonly maxLeaversPercent?: unknown;
	readonly parkAfter?: unknown;
	readonly schema?: string;
	readonly shard?: string;
	readonly tablePrefix?: string;
}

/** n8n holds all items of a run in memory, several times over. */
const defaultLimit = 50_000;
const hourMs = 3_600_000;

/** The node's parameters, read once. */
export function readSettings(context: IExecuteFunctions): SegmentSettings {
	const read = (name: string) => context.getNodeParameter(name, 0);
	const options = read('options') as Options;
	const number = numberReader(options);
	const input = read('inputIs') as SegmentSettings['input'];
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
		input,
		source: readSourceSettings(context, options),
		keepRecords: options.keepRecords !== false,
		leavers: read('leavers') as SegmentSettings['leavers'],
		approve: options.approve ?? '',
		keyComparison: options.keyComparison ?? 'fold',
		compareFields: fieldNames(context, 'options.compareFields', 'Compare Fields'),
		ignoreFields: fieldNames(context, 'options.ignoreFields', 'Ignore in Comparison'),
		adopt: options.adopt === true,
		guard: {
			...readLeaverLimits(options),
			expectedRows: number('expectedRows', 'Expected Row Count', 0),
		},
		...limitOf(input, options),
		...graceOf(options),
		...shardOf(options),
		parkAfter: number('parkAfter', 'Park After Runs', 3),
		place: options.keepBookkeepingOut ? 'beside' : 'inside',
		store: readStoreSettings(context.getNodeParameter('stateStore', 0, 'embedded'), options),
	};
}

/** A feed does not send again what a run leaves over, so a limit would lose it. */
function limitOf(
	input: SegmentSettings['input'],
	options: Options,
): Pick<SegmentSettings, 'limit'> {
	const changesPerRun = numberReader(options)('changesPerRun', 'Changes per Run', defaultLimit);
	return input === 'complete' && changesPerRun > 0 ? { limit: changesPerRun } : {};
}

function shardOf({ shard: text = '' }: Options): Pick<SegmentSettings, 'shard'> {
	const shard = parseShard(text);
	if (shard) return { shard };
	if (text.trim() === '') return {};
	throw new SyncError('config', `Shard is "${text}"`, {
		hint: 'Enter which part of how many this sync looks after, such as 1/4; leave it empty for the whole segment.',
	});
}

function graceOf(options: Options): Pick<SegmentSettings, 'grace'> {
	const number = numberReader(options);
	const graceHours = number('graceHours', 'Grace Period (Hours)', 0);
	const graceRuns = number('graceRuns', 'Grace Period (Runs)', 0);
	if (graceHours <= 0 && graceRuns <= 0) return {};
	return { grace: { runs: graceRuns, ms: graceHours * hourMs } };
}
