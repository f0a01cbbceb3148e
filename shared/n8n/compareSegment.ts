import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { DiffSettings } from '../core/census';
import { diff, type Comparison } from '../core/diff';
import { SyncError } from '../core/errors';
import { fingerprinter } from '../core/fingerprint';
import { guard, type GuardSettings } from '../core/guard';
import { foldKey } from '../core/key';
import type { Member } from '../core/member';
import { count } from '../core/words';
import { bindSync } from '../state/binding';
import type { LiveRun } from '../state/liveRun';
import { executionOf, openRun, runOfExecution } from '../state/registry';
import type { Identity, Owner, RunRow, Store } from '../state/store';
import { endWithExecution } from './executionEnd';
import { offeredItems, invalidItems, type Place } from './segmentItems';
import { refuseUnknownKey, segmentRows, type SegmentRows } from './segmentRows';
import { acceptLostKeys, lift, stopUnlessApproved } from './segmentStops';
import { stateStore, type StoreSettings } from './stateStore';
import { destinationOf, refuseParts } from './wiring';

export interface SegmentSettings extends Omit<DiffSettings, 'now'> {
	readonly syncName: string;
	/** Fields that count when records are compared. */
	isCompared(field: string): boolean;
	readonly guard: GuardSettings;
	/** Code of a stop that a person lifts; empty: none. */
	readonly approve: string;
	/** For a feed: keep offered records until they are accepted (design R12). */
	readonly keepRecords: boolean;
	/** Runs with the same error after which a record is parked. */
	readonly parkAfter: number;
	readonly place: Place;
	readonly store: StoreSettings;
}

/** Segment Diff: compares the input with what the destination accepted. Returns its outputs Changes and Invalid. */
export async function compareSegment(
	context: IExecuteFunctions,
	settings: SegmentSettings,
): Promise<INodeExecutionData[][]> {
	if (!context.onExecutionFinish) {
		throw new SyncError(
			'config',
			'This n8n cannot tell when an execution ends: n8n 2.41 or newer is needed',
		);
	}
	if (settings.input === 'complete') refuseParts(context);
	const store = await stateStore(context, settings.store);
	const segment = await segmentRows(context);
	refuseUnknownKey(segment.rows, settings.keyFields);
	await bind(context, store, settings);
	const execution = context.getExecutionId();
	if (runOfExecution(store, settings.syncName, execution)) {
		throw new SyncError(
			'config',
			`The sync "${settings.syncName}" was compared twice in execution ${execution}`,
			{
				hint: 'Bring all rows to one Segment Diff with a Merge node (mode Append).',
			},
		);
	}
	const run = await open(context, store, settings);
	if (!run) return [[], []];
	const compared = await compare(run, segment, settings);
	const comparison = await acceptLostKeys(context, run, compared, settings.approve);
	await offer(run, comparison, settings);
	explain(context, comparison, settings);
	return [
		await offeredItems(run, comparison.offers, segment, settings),
		invalidItems(comparison.invalid, segment, settings),
	];
}

async function bind(
	context: IExecuteFunctions,
	store: Store,
	settings: SegmentSettings,
): Promise<void> {
	const { syncName, keyFields, keyComparison } = settings;
	const identity: Identity = { keyFields, keyComparison, destination: destinationOf(context) };
	const { id: workflowId = '', name: workflow } = context.getWorkflow();
	const { id: nodeId, name: node } = context.getNode();
	const owner: Owner = {
		workflowId,
		nodeId,
		label: `the node "${node}" of the workflow "${workflow}" (${workflowId})`,
	};
	await bindSync(store, syncName, { owner, identity }, (stop, code) =>
		lift(stop, code, settings.approve),
	);
}

async function open(
	context: IExecuteFunctions,
	store: Store,
	settings: SegmentSettings,
): Promise<LiveRun | undefined> {
	const { syncName, parkAfter, input } = settings;
	const execution = context.getExecutionId();
	const signal = context.getExecutionCancelSignal();
	const onEnd = (row: RunRow) =>
		context.logger.info(endText(syncName, row), { sync: syncName, ...row });
	const keepRecords = input === 'feed' && settings.keepRecords;
	const run = await openRun({
		store,
		sync: syncName,
		execution,
		keepRecords,
		parkAfter,
		now: Date.now,
		onEnd,
		...(signal && { signal }),
	});
	if (run) {
		endWithExecution(context, run);
		return run;
	}
	const sync = await store.find(syncName);
	const holder = sync?.lease ? ` (execution ${executionOf(sync.lease.run)})` : '';
	const message = `Another run of the sync "${syncName}"${holder} is at work; this one ended without comparing`;
	const at = Date.now();
	const row: RunRow = {
		id: `${execution}-refused-${at}`,
		execution,
		startedAt: at,
		endedAt: at,
		state: 'refused',
		message,
		counts: {},
	};
	if (sync) await store.endRun(sync, row);
	onEnd(row);
	context.addExecutionHints({
		message: `${message}. Nothing is lost: the next run compares again.`,
		type: 'info',
		location: 'outputPane',
	});
	return undefined;
}

async function compare(
	run: LiveRun,
	segment: SegmentRows,
	settings: SegmentSettings,
): Promise<Comparison> {
	const { members, failures, pending } = run.state;
	const replayed =
		settings.input === 'feed' ? [...pending.values()].map((record) => ({ record })) : [];
	const comparison = await diff(
		inTurn(segment.rows, replayed),
		{ members, failures, keyless: run.sync.keyless },
		{ ...settings, now: Date.now() },
		fingerprinter((field) => settings.isCompared(field) && !segment.insertOnly.has(field)),
	);
	const stop = guard(comparison, settings.guard);
	if (stop) await stopUnlessApproved(run, stop, settings.approve);
	return comparison;
}

/** One after the other, without a copy of either. */
function* inTurn<T>(...lists: ReadonlyArray<Iterable<T>>): Generator<T> {
	for (const list of lists) yield* list;
}

async function offer(
	run: LiveRun,
	comparison: Comparison,
	{ keyComparison }: SegmentSettings,
): Promise<void> {
	const members = new Map<string, Member | null>();
	const folded = ({ key }: Member) => foldKey(key, keyComparison);
	for (const member of comparison.restated) members.set(folded(member), member);
	for (const member of comparison.superseded) members.set(folded(member), null);
	for (const [name, count] of Object.entries(comparison.counts)) run.log.count(name, count);
	await run.offer(comparison, members);
}

function explain(
	context: IExecuteFunctions,
	comparison: Comparison,
	settings: SegmentSettings,
): void {
	const { read, unchanged, held, waiting, left, keyless, remaining } = comparison.counts;
	const offers = (change: string) =>
		count(comparison.offers.filter(({ offer }) => offer.change === change).length);
	const parts = [
		`${offers('added')} added, ${offers('changed')} changed, ${offers('removed')} removed, ${count(unchanged)} unchanged`,
		...(remaining > 0 ? [`${count(remaining)} more wait for the next runs`] : []),
		...(held > 0 ? [`${count(held)} held`] : []),
		...(waiting > 0 ? [`${count(waiting)} waiting (parked or backing off)`] : []),
		...(keyless > 0 ? [`${count(keyless)} without key`] : []),
		...(left > 0 && settings.leavers === 'leave'
			? [`${count(left)} left the segment and stay at the destination`]
			: []),
	];
	context.addExecutionHints({
		message: `${count(read)} records compared: ${parts.join(', ')}.`,
		type: 'info',
		location: 'outputPane',
	});
}

function endText(sync: string, { state, message, counts, startedAt, endedAt }: RunRow): string {
	const numbers = Object.entries(counts).filter(([, count]) => count > 0);
	const seconds = ((endedAt - startedAt) / 1000).toFixed(1);
	const text = numbers.map(([name, count]) => `${count} ${name}`).join(', ');
	return `Sync "${sync}" ${state} in ${seconds} s: ${text || 'nothing'}${message ? ` (${message})` : ''}`;
}
