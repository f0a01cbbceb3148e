import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Census, DiffSettings } from '../core/census';
import { compareCensus, takeCensus, type Comparison } from '../core/diff';
import { omit } from '../core/envelope';
import { SyncError } from '../core/errors';
import { fingerprinter } from '../core/fingerprint';
import { guard, type GuardSettings } from '../core/guard';
import { foldKey } from '../core/key';
import type { Member } from '../core/member';
import { findingsOf, rebaselined, withoutTask } from '../state/findings';
import type { LiveRun } from '../state/liveRun';
import { stopRun } from '../state/registry';
import type { Notes, Store } from '../state/store';
import { withForgotten } from '../core/forgotten';
import { errorText } from './errors';
import { explain, explainConfiguration, explainRebaseline, explainReplay } from './segmentHints';
import { offeredItems, invalidItems, type Place } from './segmentItems';
import { noteHolds } from './segmentHolds';
import { notesOf, sourceOf } from './segmentNotes';
import { keptForRetry, outputsOfRetry } from './segmentRetry';
import { segmentRows, type ReadOutcome, type SegmentRows } from './segmentRows';
import { bindSegment, openSegment } from './segmentRun';
import type { SourceSettings } from './segmentSource';
import { acceptLostKeys, stopUnlessApproved } from './segmentStops';
import { stateStore, type StoreSettings } from './stateStore';
import { refuseFirstOnly, refuseParts } from './wiring';

export interface ComparisonSettings extends Omit<DiffSettings, 'now'> {
	readonly syncName: string;
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

/** What Segment Diff compares, and with what. */
export interface SegmentSettings extends ComparisonSettings {
	readonly source: SourceSettings;
}

/** Where the records of a comparison come from. */
export interface ComparisonSource {
	/** For people: the notes of the sync name it. */
	readonly name: string;
	/** How a person brings all records to one comparison, where a node is asked twice in one execution. */
	readonly cureOfTwice: string;
	/** Rows that no run takes are lost: they do not come a second time. */
	readonly comesOnce?: boolean;
	/** The rows, once a run is open. */
	rows(run: LiveRun): Promise<SegmentRows>;
}

/** Segment Diff: compares the input with what the destination accepted. Returns its outputs Changes and Invalid. */
export async function compareSegment(
	context: IExecuteFunctions,
	settings: SegmentSettings,
): Promise<INodeExecutionData[][]> {
	if (settings.input === 'complete') {
		refuseParts(context);
		// A query is run once, whatever comes in.
		if (settings.source.kind !== 'postgres') refuseFirstOnly(context);
	}
	const store = await stateStore(context, settings.store);
	const segment = await segmentRows(context, settings);
	return await compareRows(context, store, settings, {
		name: sourceOf(context, settings.source),
		cureOfTwice: 'Bring all rows to one Segment Diff with a Merge node (mode Append).',
		comesOnce: settings.input === 'feed',
		rows: async () => segment,
	});
}

/** Compares rows with what the destination accepted, and offers what differs. Returns the outputs Changes and Invalid. */
export async function compareRows(
	context: IExecuteFunctions,
	store: Store,
	settings: ComparisonSettings,
	source: ComparisonSource,
): Promise<INodeExecutionData[][]> {
	if (!context.onExecutionFinish) {
		throw new SyncError(
			'config',
			'This n8n cannot tell when an execution ends: n8n 2.41 or newer is needed',
		);
	}
	await bindSegment(context, store, settings);
	const again = outputsOfRetry(context, store, settings.syncName, source);
	if (again) return again;
	const run = await openSegment(context, store, settings, source);
	if (!run) return [[], []];
	return await handOut(context, run, settings, source).catch(async (error: unknown) => {
		// A source that broke off has shown a part of the segment only, and what could not be stored was not offered:
		// nothing was handed out, and another try may open a run of its own.
		await stopRun(run, errorText(error));
		return await Promise.reject(error);
	});
}

async function handOut(
	context: IExecuteFunctions,
	run: LiveRun,
	settings: ComparisonSettings,
	source: ComparisonSource,
): Promise<INodeExecutionData[][]> {
	const { segment, ...compared } = await readAndCompare(run, settings, source);
	const comparison = await acceptLostKeys(context, run, compared.comparison, settings.approve);
	const invalid = invalidItems(comparison.invalid, segment, settings);
	const { outcome } = compared;
	const notes = notesOf(context, run.sync, settings, {
		source: source.name,
		...(outcome?.cursor !== undefined && { cursor: outcome.cursor }),
	});
	if (run.sync.notes.task?.kind === 'rebaseline') {
		await rebaseline(context, run, { comparison, notes }, settings);
		return keptForRetry(context, run, [[], invalid]);
	}
	const rows = source.comesOnce ? compared.holds : undefined;
	const noted = await noteHolds(context, run, { comparison, rows }, segment);
	await offer(context, run, { comparison: noted, notes, ...(outcome && { outcome }) }, settings);
	const items = await offeredItems(run, comparison.offers, segment, settings);
	return keptForRetry(context, run, [items, invalid]);
}

/** What a run found, and what it will have noted. */
interface Found {
	readonly comparison: Comparison;
	readonly notes: Notes;
	readonly outcome?: ReadOutcome;
	readonly holds?: Census['holds'];
}

async function readAndCompare(
	run: LiveRun,
	settings: ComparisonSettings,
	source: ComparisonSource,
): Promise<Omit<Found, 'notes'> & { readonly segment: SegmentRows }> {
	const segment = await source.rows(run);
	return { segment, ...(await compare(run, segment, settings)) };
}

async function compare(
	run: LiveRun,
	segment: SegmentRows,
	settings: ComparisonSettings,
): Promise<Omit<Found, 'notes'>> {
	const { members, failures, pending, absences } = run.state;
	const { comparisons, task } = run.sync.notes;
	// For a rebaseline no failure and no grace period is waited for: what is there counts as accepted.
	const diffSettings =
		task?.kind === 'rebaseline'
			? { ...omit(settings, 'grace'), now: Number.MAX_SAFE_INTEGER }
			: { ...settings, now: Date.now() };
	const { keyless } = run.sync;
	const state = { members, failures, keyless, pending, absences, comparisons };
	const fingerprints = fingerprinter(comparedFields(segment, settings));
	const census = await takeCensus(segment.rows, state, diffSettings, fingerprints);
	const outcome = segment.outcome?.();
	const input = outcome?.input ?? settings.input;
	const found = await compareCensus(census, state, { ...diffSettings, input }, fingerprints);
	const comparison = outcome ? adjusted(found, outcome) : found;
	const stop = guard(comparison, settings.guard, settings.input);
	if (stop) await stopUnlessApproved(run, stop, settings.approve);
	return { comparison, holds: census.holds, ...(outcome && { outcome }) };
}

function comparedFields(
	segment: SegmentRows,
	settings: ComparisonSettings,
): (field: string) => boolean {
	const compared = new Set(settings.compareFields);
	const ignored = new Set(settings.ignoreFields);
	return (field) =>
		(compared.size === 0 || compared.has(field)) &&
		!ignored.has(field) &&
		!segment.insertOnly.has(field);
}

/** What the source knows better than the rows: records it only looked for, and those that are to be forgotten. */
function adjusted(comparison: Comparison, outcome: ReadOutcome): Comparison {
	const { counts } = comparison;
	const read = counts.read + outcome.lookedFor;
	const remaining = counts.remaining + (outcome.goesOn ? 1 : 0);
	return withForgotten({ ...comparison, counts: { ...counts, read, remaining } }, (folded) =>
		outcome.isForgotten(folded),
	);
}

async function offer(
	context: IExecuteFunctions,
	run: LiveRun,
	{ comparison, notes, outcome }: Found,
	settings: ComparisonSettings,
): Promise<void> {
	const { notes: before } = run.sync;
	for (const [name, count] of Object.entries(comparison.counts)) run.log.count(name, count);
	await run.offer(comparison, movesOf(comparison, settings), notes);
	if (outcome) outcome.explain(comparison);
	else explain(context, comparison, settings);
	explainConfiguration(context, before, { now: notes, comparison });
	explainReplay(context, before, comparison);
}

async function rebaseline(
	context: IExecuteFunctions,
	run: LiveRun,
	{ comparison, notes }: Found,
	settings: ComparisonSettings,
): Promise<void> {
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
	{ keyComparison }: ComparisonSettings,
): Map<string, Member | null> {
	const folded = ({ key }: Member) => foldKey(key, keyComparison);
	const members = new Map<string, Member | null>();
	for (const member of restated) members.set(folded(member), member);
	for (const member of superseded) members.set(folded(member), null);
	return members;
}
