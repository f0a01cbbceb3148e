import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { fingerprinter } from '../../shared/core/fingerprint';
import { keyOf } from '../../shared/core/key';
import { LIMITS } from '../../shared/connectors/dynamics365/limits';
import type { Comparison } from '../../shared/core/diff';
import type { LiveRun } from '../../shared/state/liveRun';
import { endExecution } from '../../shared/state/registry';
import { line, rate, type Bench, type BenchPlace, type Figures, type Target } from './bench';
import { contact, contactKey, generatedRows, original, type Version } from './contacts';
import { answersTo, BenchSync, effortOf, expectCount, type Effort } from './segment';

const count = 1_000_000;
/** 4 % of the contacts. */
const changed: Version = { changedEvery: 25 };

const fileIn = ({ folder }: BenchPlace, name: string) => path.join(folder, `${name}.sqlite`);

function removeFile(file: string): void {
	for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
}

/** Reading, canonicalising and hashing a million contacts, and nothing else. */
async function readAndHash(): Promise<Figures> {
	const prints = fingerprinter();
	let seen = 0n;
	contact(0);
	const effort: Effort = await effortOf(() => {
		for (let number = 0; number < count; number++) {
			const record = contact(number);
			const key = keyOf(record, [contactKey], 'fold');
			if (key) seen ^= prints.record(record, key.text);
		}
	});
	if (seen === 0n) throw new Error('The contacts are all the same');
	return { ...effort };
}

/** The first run: everything is new, stored as offered, confirmed batch by batch, packed. */
async function firstRun(place: BenchPlace): Promise<Figures> {
	const file = fileIn(place, 'accepted');
	removeFile(file);
	const sync = new BenchSync(file, contactKey);
	const rows = generatedRows(count, original);
	contact(0);
	const run = await sync.open();
	let comparison: Comparison | undefined;
	const compare = await effortOf(async () => {
		comparison = await sync.compare(run, rows);
	});
	if (!comparison) throw new Error('Nothing was compared');
	const offered = comparison;
	expectCount('offers', offered.offers.length, count);
	const offer = await effortOf(async () => await run.offer(offered, new Map()));
	const confirm = await effortOf(async () => {
		for (const answers of answersTo(offered, LIMITS.batchSize)) await run.confirm(answers);
	});
	const end = await effortOf(async () => await endExecution(run));
	// Brings everything into the one file that later runs copy.
	run.store.close();
	return {
		offered: compare.seconds + offer.seconds,
		'offered cpu': compare.cpu + offer.cpu,
		...inSteps({ compare, offer, confirm, end }),
	};
}

/** Seconds and processor seconds of each step, by name. */
function inSteps(steps: Readonly<Record<string, Effort>>): Figures {
	return Object.fromEntries(
		Object.entries(steps).flatMap(([name, { seconds, cpu }]) => [
			[name, seconds],
			[`${name} cpu`, cpu],
		]),
	);
}

/** A later run on a copy of the accepted state. */
async function laterRun(place: BenchPlace, version: Version, offers: number): Promise<Figures> {
	const file = fileIn(place, 'later');
	removeFile(file);
	copyFileSync(fileIn(place, 'accepted'), file);
	const sync = new BenchSync(file, contactKey);
	const rows = generatedRows(count, version);
	contact(0);
	let run: LiveRun | undefined;
	const open = await effortOf(async () => (run = await sync.open()));
	if (!run) throw new Error('No run was opened');
	const opened = run;
	let comparison: Comparison | undefined;
	const compare = await effortOf(async () => (comparison = await sync.compare(opened, rows)));
	if (!comparison) throw new Error('Nothing was compared');
	const compared = comparison;
	expectCount('offers', compared.offers.length, offers);
	const offer = await effortOf(async () => await opened.offer(compared, new Map()));
	await endExecution(opened);
	const total = [open, compare, offer];
	return {
		seconds: total.reduce((sum, { seconds }) => sum + seconds, 0),
		cpu: total.reduce((sum, { cpu }) => sum + cpu, 0),
		...inSteps({ open, compare, offer }),
	};
}

const perSecond = {
	unit: 'records/s of CPU',
	target: { kind: 'atLeast', number: 30_000 },
} as const;
const memory = { unit: 'MB', target: { kind: 'atMost', number: 400 } } as const;

/** Segment Diff's engine on a million generated contacts of 20 fields. */
export const bench: Bench = {
	measures: {
		firstRun: { rounds: 1, run: firstRun },
		readAndHash: { rounds: 3, run: readAndHash },
		unchanged: { rounds: 3, run: async (place) => await laterRun(place, original, 0) },
		changed: { rounds: 2, run: async (place) => await laterRun(place, changed, count / 25) },
	},
	lines(read) {
		const against = read('readAndHash', 'cpu');
		const hashing = 'peer: the same reader, canonicalisation and hashing without a store';
		const wall = (measure: string, figure: string) =>
			`${read(measure, figure).value.toFixed(1)} s by the clock`;
		const steps = (measure: string, ...names: string[]) =>
			names.map((name) => `${name} ${read(measure, `${name} cpu`).value.toFixed(2)} s`).join(', ');
		const later = (measure: string, title: string, target?: Target) => [
			line(`1M × 20, ${title}`, read(measure, 'cpu'), {
				unit: 's CPU',
				against,
				...(target && { target }),
				note: `${hashing}; ${steps(measure, 'open', 'compare', 'offer')}; ${wall(measure, 'seconds')}`,
			}),
			line(`1M × 20, ${title}, peak memory`, read(measure, 'peakMB'), {
				...memory,
				against: read('readAndHash', 'peakMB'),
				note: 'whole process; rows are made when read, as from a file',
			}),
		];
		return [
			...later('unchanged', 'nothing changed', { kind: 'atMostTimes', number: 1.2 }),
			...later('changed', '4 % changed'),
			line('1M × 20, first run', rate(count, read('firstRun', 'offered cpu')), {
				...perSecond,
				note: `${steps('firstRun', 'compare', 'offer')}; ${wall('firstRun', 'offered')}`,
			}),
			line('1M × 20, confirm', rate(count, read('firstRun', 'confirm cpu')), {
				...perSecond,
				note: `batches of ${LIMITS.batchSize}; packing: ${steps('firstRun', 'end')}; ${wall('firstRun', 'confirm')}`,
			}),
			line('1M × 20, first run, peak memory', read('firstRun', 'peakMB'), {
				unit: 'MB',
				note: 'a million offers in memory',
			}),
		];
	},
};
