import { LIMITS } from '../../shared/connectors/dynamics365/limits';
import { line, rate, type Bench, type Line, type Measure, type ReadFigure } from './bench';
import { serveDatabase } from './database';
import { changedEvery, count, writeSegments } from './segmentFiles';
import { boundedRun, firstRun, laterRun, perRun, readAndHash, readOnly } from './segmentRuns';
import { postgres, sqlite, type BenchStores } from './segmentStores';

const stores = { sqlite, postgres } as const satisfies Readonly<Record<string, BenchStores>>;
type StoreName = keyof typeof stores;
const titles: Readonly<Record<StoreName, string>> = { sqlite: 'SQLite', postgres: 'Postgres' };

type Measures = Readonly<Record<string, Measure>>;

const only = (rounds: number, run: Measure['run']): Measure => ({ rounds, run });

/** The first runs of a store; the whole one leaves the state that later runs begin with. */
const firstOf = (name: StoreName): Measures => ({
	[`${name} first`]: only(1, async (place) => await firstRun(place, stores[name])),
	[`${name} bounded`]: only(1, async (place) => await boundedRun(place, stores[name])),
});

const unchangedOf = (name: StoreName): Measures => ({
	[`${name} unchanged`]: only(
		3,
		async (place) =>
			await laterRun(place, { stores: stores[name], file: 'contacts.ndjson', offers: 0 }),
	),
	[`${name} shuffled`]: only(
		1,
		async (place) =>
			await laterRun(place, { stores: stores[name], file: 'shuffled.ndjson', offers: 0 }),
	),
});

const changedOf = (name: StoreName): Measures => ({
	[`${name} changed`]: only(
		1,
		async (place) =>
			await laterRun(place, {
				stores: stores[name],
				file: 'changed.ndjson',
				offers: count / changedEvery,
			}),
	),
});

const memory = { unit: 'MB', target: { kind: 'atMost', number: 400 } } as const;
const fast = { kind: 'atLeast', number: 30_000 } as const;
const hashing = 'peer: the same reader, canonicalisation and hashing without a store';

/** What a figure is made of, for whoever asks why it is not smaller. */
const unchangedWhy = {
	cpu: 'rows come in the order of last time, so none is looked up by its key',
	memory: '42 bytes a member, the rest is what the reader leaves to be collected',
};
const shuffledWhy = {
	cpu: 'a second hash per row, by which its key is looked up',
	memory: unchangedWhy.memory,
};
const changedWhy = {
	cpu: 'the fields of all changes are compared one by one',
	memory: '40,000 records with their members and offers at once; Changes per Run bounds them',
};

/** The lines of one store, beside the same work without one. */
function linesOf(name: StoreName, read: ReadFigure): Line[] {
	const title = (what: string) => `1M × 20 from a file, ${titles[name]}, ${what}`;
	const server = name === 'postgres' ? '; the server apart, without fsync' : '';
	const steps = (measure: string, ...wanted: string[]) =>
		wanted
			.map((step) => `${step} ${seconds(read, `${name} ${measure}`, `${step} cpu`)}`)
			.join(', ');
	const clock = (measure: string, step = '') =>
		`${seconds(read, `${name} ${measure}`, `${step}seconds`)} by the clock, ${seconds(read, `${name} ${measure}`, `${step}allCpu`)} of CPU with the threads beside`;
	const later = (
		measure: string,
		what: string,
		why: { readonly cpu: string; readonly memory: string },
		isJudged = false,
	) => [
		line(title(what), read(`${name} ${measure}`, 'cpu'), {
			unit: 's CPU',
			against: read('base', 'cpu'),
			...(isJudged && { target: { kind: 'atMostTimes', number: 1.2 } }),
			note: `${hashing}; ${why.cpu}; ${steps(measure, 'open', 'compare', 'offer')}; ${clock(measure)}${server}`,
		}),
		line(title(`${what}, peak memory`), read(`${name} ${measure}`, 'peakMB'), {
			...memory,
			against: read('base', 'peakMB'),
			note: `whole process; ${why.memory}`,
		}),
	];
	const first = (measure: string, what: string, records: number) => [
		line(title(`${what}: compared and offered`), rate(count, read(`${name} ${measure}`, 'cpu')), {
			unit: 'records/s of CPU',
			target: fast,
			note: `${steps(measure, 'open', 'compare', 'offer')}; ${clock(measure)}${server}`,
		}),
		line(title(`${what}: confirmed`), rate(records, read(`${name} ${measure}`, 'confirm cpu')), {
			unit: 'records/s of CPU',
			target: fast,
			note: `batches of ${LIMITS.batchSize}; ${clock(measure, 'confirm ')}; packed at the end in ${steps(measure, 'end')} of CPU${server}`,
		}),
	];
	return [
		...later('unchanged', 'nothing changed', unchangedWhy, true),
		...later('shuffled', 'nothing changed, rows in another order', shuffledWhy),
		...later('changed', '4 % changed', changedWhy),
		...first('first', 'first run', count),
		line(title('first run, peak memory'), read(`${name} first`, 'peakMB'), {
			unit: 'MB',
			note: 'a million offers in memory; Changes per Run bounds it',
		}),
		...first('bounded', `first run of ${perRun.toLocaleString('en-US')}`, perRun),
		line(title('first run of 50,000, peak memory'), read(`${name} bounded`, 'peakMB'), {
			...memory,
			note: 'its records, spare ones for duplicates, and the fields of each at once; a smaller Changes per Run takes less',
		}),
	];
}

const seconds = (read: ReadFigure, measure: string, figure: string) =>
	`${read(measure, figure).value.toFixed(2)} s`;

const readers = [
	{ measure: 'ndjson', title: 'NDJSON', file: 'contacts.ndjson' },
	{ measure: 'csv', title: 'CSV, types inferred', file: 'contacts.csv' },
	{ measure: 'gzip', title: 'NDJSON packed with gzip', file: 'contacts.ndjson.gz' },
] as const;

/** Segment Diff without n8n: a million generated contacts of 20 fields in a file, against either store. */
export const bench: Bench = {
	beside: serveDatabase,
	measures: {
		files: only(1, async (place) => await writeSegments(place)),
		...firstOf('sqlite'),
		...firstOf('postgres'),
		...unchangedOf('sqlite'),
		base: only(3, readAndHash),
		...unchangedOf('postgres'),
		...changedOf('sqlite'),
		...changedOf('postgres'),
		ndjson: only(1, async (place) => await readOnly(place, 'contacts.ndjson')),
		csv: only(1, async (place) => await readOnly(place, 'contacts.csv')),
		gzip: only(1, async (place) => await readOnly(place, 'contacts.ndjson.gz')),
	},
	lines: (read) => [
		...linesOf('sqlite', read),
		...linesOf('postgres', read),
		...readers.map(({ measure, title, file }) =>
			line(`1M × 20 from a file, reading ${title}, nothing else`, read(measure, 'cpu'), {
				unit: 's CPU',
				note: `${read('files', `${file} MB`).value.toFixed(0)} MB; ${seconds(read, measure, 'seconds')} by the clock, ${seconds(read, measure, 'allCpu')} of CPU with the threads beside; peak ${read(measure, 'peakMB').value.toFixed(0)} MB`,
			}),
		),
	],
};
