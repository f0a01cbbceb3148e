import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { Failure } from '../core/failures';
import { count, counted } from '../core/words';
import { hasEnded } from '../state/process';
import { executionOf } from '../state/registry';
import type { RunRow, Store, Sync } from '../state/store';
import { errorText, nodeError } from './errors';
import { stateStore } from './stateStore';
import { readStoreSettings } from './storeProperties';

/** What an action shows: one record per item, and a sentence for the person who ran it. */
export interface Shown {
	readonly records: readonly IDataObject[];
	readonly hint: string;
}

/** What a change of the state is counted as in its run's row; by this its row is told from a sync's. */
export const changeCounts = {
	releaseRecords: 'released',
	resendEverything: 'resent',
	forgetRecord: 'forgotten',
	forgetSync: 'syncsForgotten',
	pruneRuns: 'pruned',
	replay: 'replayed',
	rebaseline: 'rebaselines',
} as const;

/** The numbers every run of a sync has (design R16). */
const runCounts = [
	'read',
	'added',
	'changed',
	'removed',
	'held',
	'created',
	'updated',
	'deleted',
	'unchanged',
	'skipped',
	'rejected',
	'unknown',
	'requests',
];

/** Rows looked through for the last run of a sync, past what people did here. */
const recentRuns = 100;

/** Every sync with its last run and what there is to do. */
export async function listSyncs(store: Store): Promise<Shown> {
	const records: IDataObject[] = [];
	for (const sync of await store.syncs()) records.push(await shownSync(store, sync));
	const behind = records.filter(({ backlog }) => Number(backlog) > 0).length;
	const next =
		behind > 0
			? ` ${count(behind)} with a backlog: the next run goes on with it, and List Failed Records shows what was refused.`
			: '';
	const hint =
		records.length === 0
			? 'This state store knows no sync yet. The first run of a Segment Diff node creates one; check that State Store is the one that node uses.'
			: `${counted(records.length, 'sync')}.${next}`;
	return { records, hint };
}

async function shownSync(store: Store, sync: Sync): Promise<IDataObject> {
	const { members, unconfirmed, failures } = await store.backlog(sync);
	const lastRun = (await store.runs(sync, recentRuns)).find((row) => actionOf(row) === 'sync');
	const all = [...failures.values()];
	const parked = all.filter(isParked).length;
	const waiting = all.filter(({ kind }) => kind === 'notFound').length;
	const failed = all.length - parked - waiting;
	const { lease, notes } = sync;
	const { task } = notes;
	return {
		sync: sync.name,
		owner: sync.owner.label,
		workflowId: sync.owner.workflowId,
		source: sync.notes.source,
		destination: sync.identity.destination,
		environment: sync.environment,
		keyFields: [...sync.identity.keyFields],
		members,
		backlog: unconfirmed + failed + parked,
		unconfirmed,
		failed,
		parked,
		notFound: waiting,
		pending: task?.kind ?? null,
		pendingSince: task ? dateOf(task.since) : null,
		atWork: lease && !hasEnded(lease.process) ? executionOf(lease.run) : null,
		state: lastRun?.state ?? null,
		message: lastRun?.message ?? '',
		lastExecution: lastRun?.execution ?? null,
		lastStartedAt: lastRun ? dateOf(lastRun.startedAt) : null,
		lastEndedAt: lastRun ? dateOf(lastRun.endedAt) : null,
	};
}

/** The newest runs of a sync, with what they did in numbers. */
export async function listRuns(store: Store, sync: Sync, limit: number): Promise<Shown> {
	const rows = await store.runs(sync, limit + 1);
	return limited(rows, limit, {
		show: (row) => shownRun(sync, row),
		none: `No run of the sync "${sync.name}" has ended yet.`,
		some: 'run',
	});
}

function shownRun(sync: Sync, row: RunRow): IDataObject {
	const action = actionOf(row);
	const zeros = action === 'sync' ? runCounts.map((name) => [name, 0]) : [];
	return {
		startedAt: dateOf(row.startedAt),
		state: row.state,
		message: row.message,
		action,
		...Object.fromEntries(zeros),
		...row.counts,
		seconds: (row.endedAt - row.startedAt) / 1000,
		endedAt: dateOf(row.endedAt),
		execution: row.execution,
		sync: sync.name,
		run: row.id,
	};
}

/** List search of the Sync Name: every sync in the store that the node has chosen. */
export async function searchSyncs(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	try {
		const options = (this.getCurrentNodeParameter('options') ?? {}) as IDataObject;
		const choice = this.getCurrentNodeParameter('stateStore');
		const store = await stateStore(this, readStoreSettings(choice, options));
		const wanted = filter.trim().toLowerCase();
		const names = (await store.syncs()).map(({ name }) => name);
		return {
			results: names
				.filter((name) => name.toLowerCase().includes(wanted))
				.map((name) => ({ name, value: name })),
		};
	} catch (error) {
		// The editor shows the message and nothing else, so it carries the next step as well.
		throw nodeError(this.getNode(), new SyncError('config', errorText(error)));
	}
}

/** The first rows of a list, and whether there are more. */
export function limited<T>(
	rows: readonly T[],
	limit: number,
	{ show, none, some, next = '' }: Listing<T>,
): Shown {
	const records = rows.slice(0, limit).map(show);
	const isCut = rows.length > limit;
	const shown = `${counted(records.length, some)}${isCut ? '; there are more, raise Limit to see them' : ''}.`;
	return { records, hint: records.length === 0 ? none : `${shown} ${next}`.trim() };
}

/** How a list is told: a row of it, its words when it is empty, what its rows are, and the next step. */
interface Listing<T> {
	readonly show: (row: T) => IDataObject;
	readonly none: string;
	readonly some: string;
	readonly next?: string;
}

/** Given up on until something changes (design R7). */
export function isParked({ parked }: Failure): boolean {
	return parked;
}

/** What a run was: of the sync, or a change that a person made here. */
function actionOf({ counts }: RunRow): string {
	const found = Object.entries(changeCounts).find(([, name]) => name in counts);
	return found?.[0] ?? 'sync';
}

/** A moment as items carry it. */
export function dateOf(milliseconds: number): string {
	return new Date(milliseconds).toISOString();
}
