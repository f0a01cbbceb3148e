import { eachInSlices } from './breathe';
import {
	CensusTaker,
	type Candidate,
	type Census,
	type DiffSettings,
	type DiffState,
	type Row,
} from './census';
import { FeedTaker } from './feedCensus';
import type { FieldFingerprints, Fingerprinter } from './fingerprint';
import type { Absence } from './grace';
import type { InvalidRow } from './invalidRows';
import { findLeavers } from './leavers';
import type { FieldComparison, Member, OfferedRecord } from './member';
import type { SyncRecord } from './record';
import { shardTaker } from './shard';
import { markOf } from './unchanged';

export interface DiffCounts {
	readonly read: number;
	readonly unchanged: number;
	readonly held: number;
	/** Rows without a usable key. */
	readonly keyless: number;
	/** Changes that wait: parked, or in a back-off. */
	readonly waiting: number;
	/** Members not in the segment. */
	readonly left: number;
	/** Members missing for less than the grace period. */
	readonly graced: number;
	/** Leavers not offered because more rows than before have no key (design R8). */
	readonly withheld: number;
	/** Changes beyond the limit of a run. */
	readonly remaining: number;
	readonly members: number;
}

export interface Comparison {
	/** Added, then changed, then removed (design R10). */
	readonly offers: readonly OfferedRecord[];
	readonly invalid: readonly InvalidRow[];
	readonly counts: DiffCounts;
	/** Leavers of this run that no earlier run has offered: what the guard looks at. */
	readonly newlyLeaving: number;
	/** Folded keys whose failure or kept record is over: the row reads as accepted again, or left. */
	readonly resolved: readonly string[];
	/** Members to store anew: back, whatever became of them, or leaving beyond the limit, which the guard need not count again. */
	readonly restated: readonly Member[];
	/** Leavers whose destination record another live key holds: forgotten, never removed (design R10). */
	readonly superseded: readonly Member[];
	/** Members found missing for the first time; null: an absence that is over. By folded key. */
	readonly absences: ReadonlyMap<string, Absence | null>;
	/** Of a feed: rows that wait and that no earlier run has kept, or not in this version. By folded key. */
	readonly waitingNews: ReadonlyMap<string, SyncRecord>;
	/** Invalid rows beyond the limit. */
	readonly notShown: number;
}

/** Rows of an input: at hand, or in the batches they are read in. */
export type Rows = Iterable<Row> | AsyncIterable<readonly Row[]>;

/** Compares the rows with what the destination accepted. Changes nothing: offers and transitions are returned. */
export async function diff(
	rows: Rows,
	state: DiffState,
	settings: DiffSettings,
	fingerprints: Fingerprinter,
): Promise<Comparison> {
	const census = await takeCensus(rows, state, settings, fingerprints);
	return await compareCensus(census, state, settings, fingerprints);
}

/** Goes through the rows once. */
export async function takeCensus(
	rows: Rows,
	state: DiffState,
	settings: DiffSettings,
	fingerprints: Fingerprinter,
): Promise<Census> {
	const Taker = settings.input === 'feed' ? FeedTaker : CensusTaker;
	const taker = new Taker(state, settings, fingerprints);
	const batches = Symbol.asyncIterator in rows ? rows : [rows];
	const { shard, keyFields, keyComparison } = settings;
	const isOurs = shard && shardTaker(shard, keyFields, keyComparison);
	for await (const batch of batches) {
		await eachInSlices(batch, (row) => {
			if (!isOurs || isOurs(row.record)) taker.add(row);
		});
	}
	return await taker.finish();
}

/** Looks closely at what a census found. */
export async function compareCensus(
	census: Census,
	state: DiffState,
	settings: DiffSettings,
	fingerprints: Fingerprinter,
): Promise<Comparison> {
	const settled = [...census.settled];
	const upserts: OfferedRecord[] = [];
	let same = 0;
	const known = await state.members.load([...census.candidates.keys()]);
	await eachInSlices(census.candidates, ([folded, candidate]) => {
		const member = known.get(folded);
		if (member?.fingerprint === candidate.fingerprint) {
			same++;
			if (state.failures.has(folded) || state.pending?.has(folded)) settled.push(folded);
		} else {
			upserts.push(offerOf(candidate, member, fingerprints));
		}
	});
	const leaving = await findLeavers(census, state, settings);
	const due = [...inOrder(upserts), ...leaving.offers];
	const offers = due.slice(0, settings.limit);
	const deferred = due.slice(offers.length).flatMap(({ offer: { folded } }) => {
		const member = leaving.members.get(folded);
		return member && !member.leaving ? [{ ...member, leaving: true }] : [];
	});
	return {
		offers,
		invalid: census.invalid,
		counts: {
			read: census.read,
			unchanged: census.same + same,
			held: census.held.size,
			keyless: census.keyless,
			waiting: census.waiting + leaving.waiting,
			left: leaving.members.size,
			graced: leaving.graced,
			withheld: leaving.withheld,
			remaining: census.remaining + due.length - offers.length,
			members: state.members.size,
		},
		newlyLeaving: leaving.newly,
		resolved: [...new Set([...settled, ...leaving.resolved])],
		restated: [...(await membersBack(state)), ...deferred],
		superseded: leaving.superseded,
		absences: leaving.absences,
		waitingNews: census.waitingNews,
		notShown: census.notShown,
	};
}

/** Their next removal is a new one, whatever becomes of the rows they came back with. */
async function membersBack({ members }: DiffState): Promise<Member[]> {
	return (await members.returned()).map((member) => ({ ...member, leaving: false }));
}

function offerOf(
	{ text, folded, row, fingerprint }: Candidate,
	member: Member | undefined,
	fingerprints: Fingerprinter,
): OfferedRecord {
	const fields = fingerprints.fields(row.record);
	const dirty = member !== undefined && member.fingerprint === undefined;
	// A member in doubt since its first offer or its removal may not exist: it goes out as new.
	const added = member === undefined || (dirty && member.doubt !== 'changed');
	const comparison = member?.fingerprint === undefined ? undefined : compared(fields, member);
	return {
		record: row.record,
		...(member && { member }),
		...(row.index !== undefined && { row: row.index }),
		...comparison,
		offer: {
			change: added ? 'added' : 'changed',
			key: text,
			folded,
			fingerprint,
			fields,
			redelivered: dirty,
			...(member?.replay && { replay: true }),
			...(member?.id !== undefined && { id: member.id }),
			...(member && member.key !== text && { previousKey: member.key }),
		},
	};
}

/** Which fields differ and which do not; undefined (all count as changed) when the record differs and no field does. */
function compared(fields: FieldFingerprints, member: Member): FieldComparison | undefined {
	const changedFields: string[] = [];
	const same: Array<[string, number]> = [];
	for (const [name, fingerprint] of fields) {
		if (member.fields.get(name) === fingerprint) same.push([name, markOf(fingerprint)]);
		else changedFields.push(name);
	}
	return changedFields.length > 0
		? { changedFields, unchanged: Object.fromEntries(same) }
		: undefined;
}

function inOrder(upserts: readonly OfferedRecord[]): OfferedRecord[] {
	const of = (change: string) => upserts.filter(({ offer }) => offer.change === change);
	return [...of('added'), ...of('changed')];
}
