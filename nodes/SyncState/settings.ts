import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import { readStoreSettings } from '../../shared/n8n/storeProperties';
import type { SyncAction, SyncRequest, SyncStateSettings } from '../../shared/n8n/syncState';

/** The node's parameters, read for every item: items that name the same sync ask together. */
export function readSettings(context: IExecuteFunctions): SyncStateSettings {
	const action = context.getNodeParameter('action', 0) as SyncAction;
	const options = context.getNodeParameter('options', 0, {}) as {
		readonly schema?: string;
		readonly tablePrefix?: string;
	};
	return {
		action,
		store: readStoreSettings(context.getNodeParameter('stateStore', 0, 'embedded'), options),
		requests: action === 'listSyncs' ? [] : readRequests(context, action),
	};
}

function readRequests(context: IExecuteFunctions, action: SyncAction): SyncRequest[] {
	const bySync = new Map<string, number[]>();
	for (const item of context.getInputData().keys()) {
		const read = context.getNodeParameter('syncName', item, '', { extractValue: true });
		const name = String(read ?? '').trim();
		bySync.set(name, [...(bySync.get(name) ?? []), item]);
	}
	return [...bySync].map(([syncName, items]) => {
		const [first = 0] = items;
		const byKey =
			action === 'forgetRecord' || context.getNodeParameter('records', first, 'all') === 'byKey';
		return {
			syncName,
			items,
			...(byKey && { keys: items.map((item) => context.getNodeParameter('key', item, '')) }),
			confirmation: String(context.getNodeParameter('confirmName', first, '')).trim(),
			limit: wholeNumber(context, 'limit', { item: first, standard: 50, least: 1 }),
			olderThanDays: wholeNumber(context, 'olderThanDays', { item: first, standard: 30, least: 0 }),
		};
	});
}

/** An expression may bring anything, and a wrong number of days would remove what it should not. */
function wholeNumber(
	context: IExecuteFunctions,
	name: string,
	{ item, standard, least }: { item: number; standard: number; least: number },
): number {
	const value = context.getNodeParameter(name, item, standard);
	if (typeof value === 'number' && value >= least && Number.isInteger(value)) return value;
	const label = name === 'limit' ? 'Limit' : 'Older Than (Days)';
	throw new SyncError('config', `${label} is ${JSON.stringify(value)}`, {
		hint: `Enter a number from ${least} up, without decimals.`,
	});
}
