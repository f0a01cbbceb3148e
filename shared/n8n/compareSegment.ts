import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { DiffSettings } from '../core/census';
import { diff, type Comparison } from '../core/diff';
import { omit } from '../core/envelope';
import { SyncError } from '../core/errors';
import { fingerprinter } from '../core/fingerprint';
import { guard, type GuardSettings } from '../core/guard';
import { foldKey } from '../core/key';
import type { Member } from '../core/member';
import { findingsOf, rebaselined, withoutTask } from '../state/findings';
import type { LiveRun } from '../state/liveRun';
import { runOfExecution, stopRun } from '../state/registry';
import { errorText } from './errors';
import { explain, explainConfiguration, explainRebaseline, explainReplay } from './segmentHints';
import { offeredItems, invalidItems, type Place } from './segmentItems';
import { notesOf } from './segmentNotes';
import { segmentRows, type SegmentRows } from './segmentRows';
import { bindSegment, openSegment } from './segmentRun';
import type { SourceSettings } from './segmentSource';
import { acceptLostKeys, stopUnlessApproved } from './segmentStops';
import { stateStore, type StoreSettings } from './stateStore';
import { refuseParts } from './wiring';

export interface SegmentSettings extends Omit<DiffSettings, 'now'> {
	readonly syncName: string;
	readonly source: SourceSettings;
	/** Fields that count when records are compared; none: all. */
	readonly compareFields: readonly string[];
	readonly ignoreFields: readonly string[];
	readonly guard: GuardSettings;
	/** Code of a stop that a person lifts; empty: none. */
	readonly approve: string;
	/** For a feed: keep offered records until they are accepted (design R12). */
	readonly keepRecords: boolean;
	/** New records may be at the destination already: the writer compares before it writes. */
	readonly adopt: boolean;
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
	const segment = await segmentRows(context, settings);
	await bindSegment(context, store, settings);
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
	const run = await openSegment(context, store, settings);
	if (!run) return [[], []];
	const isRebaseline = run.sync.notes.task?.kind === 'rebaseline';
	const compared = await compare(run, segment, settings).catch(async (error: unknown) => {
		// A source that broke off has shown a part of the segment only: nothing was offered.
		await stopRun(run, errorText(error));
		return await Promise.reject(error);
	});
	const comparison = await acceptLostKeys(context, run, compared, settings.approve);
	const invalid = invalidItems(comparison.invalid, segment, settings);
	if (isRebaseline) {
		await rebaseline(context, run, comparison, settings);
		return [[], invalid];
	}
	await offer(context, run, comparison, settings);
	return [await offeredItems(run, comparison.offers, segment, settings), invalid];
}

async function compare(
	run: LiveRun,
	segment: SegmentRows,
	settings: SegmentSettings,
): Promise<Comparison> {
	const { members, failures, pending, absences } = run.state;
	const { comparisons, task } = run.sync.notes;
	const replayed = settings.input === 'feed' ? [...pending.values()] : [];
	const compared = new Set(settings.compareFields);
	const ignored = new Set(settings.ignoreFields);
	const isCompared = (field: string) =>
		(compared.size === 0 || compared.has(field)) &&
		!ignored.has(field) &&
		!segment.insertOnly.has(field);
	// For a rebaseline no failure and no grace period is waited for: what is there counts as accepted.
	const diffSettings =
		task?.kind === 'rebaseline'
			? { ...omit(settings, 'grace'), now: Number.MAX_SAFE_INTEGER }
			: { ...settings, now: Date.now() };
	const comparison = await diff(
		inTurn(
			segment.rows,
			replayed.map((record) => ({ record })),
		),
		{ members, failures, keyless: run.sync.keyless, absences, comparisons },
		diffSettings,
		fingerprinter(isCompared),
	);
	const stop = guard(comparison, settings.guard);
	if (stop) await stopUnlessApproved(run, stop, settings.approve);
	return comparison;
}

/** One after the other, without a copy of either. */
async function* inTurn<T>(
	batches: AsyncIterable<readonly T[]>,
	last: readonly T[],
): AsyncGenerator<readonly T[]> {
	yield* batches;
	yield last;
}

async function offer(
	context: IExecuteFunctions,
	run: LiveRun,
	comparison: Comparison,
	settings: SegmentSettings,
): Promise<void> {
	const { notes: before } = run.sync;
	const notes = notesOf(context, run.sync, settings);
	for (const [name, count] of Object.entries(comparison.counts)) run.log.count(name, count);
	await run.offer(comparison, movesOf(comparison, settings), notes);
	explain(context, comparison, settings);
	explainConfiguration(context, before, { now: notes, comparison });
	explainReplay(context, before, comparison);
}

async function rebaseline(
	context: IExecuteFunctions,
	run: LiveRun,
	comparison: Comparison,
	settings: SegmentSettings,
): Promise<void> {
	const notes = notesOf(context, run.sync, settings);
	const isDone = comparison.counts.remaining === 0;
	await run.write({
		...rebaselined(comparison, movesOf(comparison, settings), run.state),
		...findingsOf(comparison, run.sync, isDone ? withoutTask(notes) : notes),
	});
	const { read, held, keyless, remaining } = comparison.counts;
	const counts = { read, held, keyless, remaining, rebaselined: comparison.offers.length };
	for (const [name, count] of Object.entries(counts)) run.log.count(name, count);
	explainRebaseline(context, comparison);
}

/** Members to store anew or to forget, whatever is offered. */
function movesOf(
	{ restated, superseded }: Comparison,
	{ keyComparison }: SegmentSettings,
): Map<string, Member | null> {
	const folded = ({ key }: Member) => foldKey(key, keyComparison);
	const members = new Map<string, Member | null>();
	for (const member of restated) members.set(folded(member), member);
	for (const member of superseded) members.set(folded(member), null);
	return members;
}
