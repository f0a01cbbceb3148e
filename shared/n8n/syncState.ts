import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { LiveRun } from '../state/liveRun';
import { endExecution, executionOf, openRun, stopRun } from '../state/registry';
import type { Store, Sync } from '../state/store';
import { errorText, nodeError } from './errors';
import { stateStore, type StoreSettings } from './stateStore';
import {
	forgetRecord,
	forgetSync,
	pruneRuns,
	rebaseline,
	releaseRecords,
	replay,
	resendEverything,
	type ChangeState,
} from './syncStateChanges';
import { listFailedRecords } from './syncStateFailures';
import { changeCounts, listRuns, listSyncs, type Shown } from './syncStateLists';

const lists = { listFailedRecords, listRuns } as const;
const changes = {
	forgetRecord,
	forgetSync,
	pruneRuns,
	rebaseline,
	releaseRecords,
	replay,
	resendEverything,
} as const satisfies Record<string, ChangeState>;

export type SyncAction = 'listSyncs' | keyof typeof lists | keyof typeof changes;

/** What the input items ask of one sync. */
export interface SyncRequest {
	readonly syncName: string;
	/** Positions of the items that ask it. */
	readonly items: readonly number[];
	/** Values of the parameter Key; undefined: all of the sync. */
	readonly keys?: readonly unknown[];
	/** The Sync Name typed a second time. */
	readonly confirmation: string;
	readonly limit: number;
	readonly olderThanDays: number;
}

export interface SyncStateSettings {
	readonly action: SyncAction;
	readonly store: StoreSettings;
	readonly requests: readonly SyncRequest[];
}

/** Sync State: shows what the store remembers, or changes it. Never touches a destination. */
export async function syncState(
	context: IExecuteFunctions,
	{ action, store: place, requests }: SyncStateSettings,
): Promise<INodeExecutionData[]> {
	const store = await stateStore(context, place);
	if (action === 'listSyncs') {
		return itemsOf(context, await listSyncs(store), [...context.getInputData().keys()].slice(0, 1));
	}
	const items: INodeExecutionData[] = [];
	for (const request of requests) {
		try {
			const shown = await answer(context, store, action, request);
			items.push(...itemsOf(context, shown, request.items));
		} catch (error) {
			if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
			items.push(...linked([{ error: errorText(error) }], request.items));
		}
	}
	return items;
}

async function answer(
	context: IExecuteFunctions,
	store: Store,
	action: Exclude<SyncAction, 'listSyncs'>,
	request: SyncRequest,
): Promise<Shown> {
	const sync = await syncNamed(store, request.syncName);
	if (action in lists) {
		const list = lists[action as keyof typeof lists];
		return await list(store, sync, request.limit, context.getTimezone());
	}
	if (action === 'forgetSync') requireConfirmation(request);
	const change: ChangeState = changes[action as keyof typeof changes];
	const asked = { ...request, now: Date.now() };
	return await inRun(context, store, sync, async (run) => {
		// Before anything can fail: also the row of a change that was refused must not pass for a sync's.
		run.log.count(changeCounts[action as keyof typeof changes], 0);
		return await change(run, asked);
	});
}

async function syncNamed(store: Store, name: string): Promise<Sync> {
	const sync = name === '' ? undefined : await store.find(name);
	if (sync) return sync;
	const names = (await store.syncs()).map((known) => `"${known.name}"`);
	const known = names.length === 0 ? 'It knows no sync at all' : `It knows ${names.join(', ')}`;
	const what = name === '' ? 'Sync Name is empty' : `The state store knows no sync "${name}"`;
	throw new SyncError('config', what, {
		hint: `${known}. Check Sync Name, and that State Store is the one of its Segment Diff node.`,
	});
}

function requireConfirmation({ syncName, confirmation }: SyncRequest): void {
	if (confirmation === syncName) return;
	const typed = confirmation === '' ? 'is empty' : `holds "${confirmation}"`;
	throw new SyncError('config', `The sync "${syncName}" was not forgotten: Confirm Name ${typed}`, {
		hint: 'Type the Sync Name a second time in Confirm Name. Forgetting cannot be undone: the next run sends every record.',
	});
}

/** A run of its own keeps every other one out while the state changes, and leaves a row that tells of it (design R13, R16). */
async function inRun(
	context: IExecuteFunctions,
	store: Store,
	{ name }: Sync,
	work: (run: LiveRun) => Promise<Shown>,
): Promise<Shown> {
	const signal = context.getExecutionCancelSignal();
	const run = await openRun({
		store,
		sync: name,
		execution: context.getExecutionId(),
		keepRecords: false,
		parkAfter: 1,
		now: Date.now,
		onEnd: (row) => context.logger.debug(`Sync "${name}": Sync State ended`, { ...row }),
		...(signal && { signal }),
	});
	if (!run) throw await refusal(store, name);
	const shown = await work(run).catch(async (error: unknown) => {
		await stopRun(run, errorText(error));
		return await Promise.reject(error);
	});
	await endExecution(run);
	context.logger.info(`Sync State: ${shown.hint}`, { sync: name });
	return shown;
}

async function refusal(store: Store, name: string): Promise<SyncError> {
	const lease = (await store.find(name))?.lease;
	const where = lease ? ` in execution ${executionOf(lease.run)}` : '';
	return new SyncError('config', `The sync "${name}" is at work${where}; nothing was changed`, {
		hint: 'Run this again when that execution has ended, or stop it first. Keep Sync State in a workflow of its own, apart from the sync.',
	});
}

function itemsOf(
	context: IExecuteFunctions,
	{ records, hint }: Shown,
	items: readonly number[],
): INodeExecutionData[] {
	context.addExecutionHints({ message: hint, type: 'info', location: 'outputPane' });
	return linked(records, items);
}

function linked(records: readonly IDataObject[], items: readonly number[]): INodeExecutionData[] {
	const pairedItem = items.map((item) => ({ item }));
	return records.map((json) => ({ json, pairedItem }));
}
