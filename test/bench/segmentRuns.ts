import { LIMITS } from '../../shared/connectors/dynamics365/limits';
import type { Row } from '../../shared/core/census';
import type { Comparison } from '../../shared/core/diff';
import { fingerprinter } from '../../shared/core/fingerprint';
import { keyOf } from '../../shared/core/key';
import type { LiveRun } from '../../shared/state/liveRun';
import { endExecution } from '../../shared/state/registry';
import type { BenchPlace, Figures } from './bench';
import { contactKey } from './contacts';
import { answersTo, BenchSync, effortOf, expectCount, keyComparison, type Effort } from './segment';
import { count, rowsIn, type SegmentFile } from './segmentFiles';
import type { BenchStores } from './segmentStores';

/** Changes per Run, where the first run is spread over several. */
export const perRun = 50_000;
/** Name of the state that a first run leaves. */
export const accepted = 'accepted';

/** Reading a file, and nothing else. */
export async function readOnly(place: BenchPlace, name: SegmentFile): Promise<Figures> {
	return await eachRow(place, name, () => undefined);
}

/** Reading, canonicalising and hashing a file, and nothing else: what every diff by fingerprints has to do. */
export async function readAndHash(place: BenchPlace): Promise<Figures> {
	const prints = fingerprinter();
	let seen = 0n;
	const figures = await eachRow(place, 'contacts.ndjson', ({ record }) => {
		const key = keyOf(record, [contactKey], keyComparison);
		if (key) seen ^= prints.record(record, key.text);
	});
	if (seen === 0n) throw new Error('The contacts are all the same');
	return figures;
}

async function eachRow(
	place: BenchPlace,
	name: SegmentFile,
	step: (row: Row) => void,
): Promise<Figures> {
	let rows = 0;
	const effort = await effortOf(async () => {
		for await (const batch of rowsIn(place, name)) {
			for (const row of batch) step(row);
			rows += batch.filter(({ problem }) => problem === undefined).length;
		}
	});
	expectCount('rows', rows, count);
	return { ...effort };
}

/** The first run, whose state later runs begin with: everything is new, offered, confirmed in batches, packed. */
export async function firstRun(place: BenchPlace, stores: BenchStores): Promise<Figures> {
	return await newRun(place, { stores, name: accepted, offers: count });
}

/** The first run of a sync that hands out so many changes per run. */
export async function boundedRun(place: BenchPlace, stores: BenchStores): Promise<Figures> {
	return await newRun(place, { stores, name: 'bounded', offers: perRun });
}

interface NewRun {
	readonly stores: BenchStores;
	readonly name: string;
	readonly offers: number;
}

async function newRun(place: BenchPlace, { stores, name, offers }: NewRun): Promise<Figures> {
	const store = await stores.fresh(place, name);
	const { compared, run, efforts } = await offered(new BenchSync(store, contactKey), {
		rows: rowsIn(place, 'contacts.ndjson'),
		...(offers < count && { limit: offers }),
	});
	expectCount('offers', compared.offers.length, offers);
	expectCount('remaining', compared.counts.remaining, count - offers);
	const confirm = await effortOf(async () => {
		for (const answers of answersTo(compared, LIMITS.batchSize)) {
			expectCount('unmatched', await run.confirm(answers), 0);
		}
	});
	const end = await effortOf(async () => await endExecution(run));
	expectCount('members', run.state.members.size, offers);
	// Brings everything into the one file that later runs copy.
	await store.close();
	return { ...sumOf(efforts), ...inSteps({ ...efforts, confirm, end }) };
}

export interface LaterRun {
	readonly stores: BenchStores;
	readonly file: SegmentFile;
	/** How many changes there are. */
	readonly offers: number;
}

/** A later run on a copy of the accepted state. */
export async function laterRun(place: BenchPlace, later: LaterRun): Promise<Figures> {
	const store = await later.stores.copy(place, accepted);
	const rows = rowsIn(place, later.file);
	const { compared, run, efforts } = await offered(new BenchSync(store, contactKey), { rows });
	expectCount('read', compared.counts.read, count);
	expectCount('members', compared.counts.members, count);
	expectCount('offers', compared.offers.length, later.offers);
	expectCount('unchanged', compared.counts.unchanged, count - later.offers);
	await endExecution(run);
	await store.close();
	return { ...sumOf(efforts), ...inSteps(efforts) };
}

/** Opens a run, compares and offers: all that Segment Diff does before its items leave. */
async function offered(
	sync: BenchSync,
	{ rows, limit }: { readonly rows: AsyncIterable<readonly Row[]>; readonly limit?: number },
) {
	let run: LiveRun | undefined;
	let compared: Comparison | undefined;
	const open = await effortOf(async () => (run = await sync.open()));
	if (!run) throw new Error('No run was opened');
	const opened = run;
	const compare = await effortOf(async () => (compared = await sync.compare(opened, rows, limit)));
	if (!compared) throw new Error('Nothing was compared');
	const found = compared;
	const offer = await effortOf(async () => await opened.offer(found, new Map()));
	return { compared: found, run: opened, efforts: { open, compare, offer } };
}

type Efforts = Readonly<Record<string, Effort>>;

function sumOf(efforts: Efforts): Effort {
	const sum = (figure: keyof Effort) =>
		Object.values(efforts).reduce((total, effort) => total + effort[figure], 0);
	return { seconds: sum('seconds'), cpu: sum('cpu'), allCpu: sum('allCpu') };
}

/** Every figure of each step, by name. */
function inSteps(efforts: Efforts): Figures {
	return Object.fromEntries(
		Object.entries(efforts).flatMap(([step, effort]) =>
			Object.entries(effort).map(([figure, value]) => [`${step} ${figure}`, value as number]),
		),
	);
}
