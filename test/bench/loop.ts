import path from 'node:path';
import type { INodeType } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { SegmentDiff } from '../../nodes/SegmentDiff/SegmentDiff.node';
import { LIMITS } from '../../shared/connectors/dynamics365/limits';
import { endExecution, storeAt } from '../../shared/state/registry';
import type { Store } from '../../shared/state/store';
import type { Rows } from '../../shared/core/diff';
import { passOn, runWorkflow } from '../nodes/engine';
import { confirmNode, diffNode, runLine } from '../nodes/syncFixture';
import { line, type Bench, type BenchPlace, type Figure, type Figures } from './bench';
import { cityKey, cityRecords, rowsOf } from './cities';
import { contactKey, contacts } from './contacts';
import { mapping } from './mapping';
import { answersTo, BenchSync, expectCount } from './segment';
import { changedEvery, count, rowsIn, writeSegments } from './segmentFiles';
import { accepted, firstRun } from './segmentRuns';
import { sqlite } from './segmentStores';
import { watchLoop, type Blocked } from './ticker';

const steps = ['open', 'compare', 'offer', 'confirm', 'end'] as const;
const nodeItems = 100_000;

/** Two runs over all cities, step by step: everything new and confirmed, then everything changed and half confirmed. */
async function protocolSteps({ folder }: BenchPlace): Promise<Figures> {
	const store = storeAt(path.join(folder, `loop-${Date.now()}.sqlite`));
	const watched = new WatchedSync(store, cityKey);
	await watched.run({ rows: rowsOf(cityRecords()), offers: cityRecords().length, share: 1 });
	await watched.run({ rows: rowsOf(cityRecords(1)), offers: cityRecords().length, share: 2 });
	return watched.figures;
}

/** A file of a million contacts against as many members: nothing changed, then 4 % changed and confirmed. */
async function fileSteps(place: BenchPlace): Promise<Figures> {
	const watched = new WatchedSync(await sqlite.copy(place, accepted), contactKey);
	await watched.run({ rows: rowsIn(place, 'contacts.ndjson'), offers: 0, share: 1 });
	const offers = count / changedEvery;
	await watched.run({ rows: rowsIn(place, 'changed.ndjson'), offers, share: 1 });
	return watched.figures;
}

interface WatchedRun {
	readonly rows: Rows;
	readonly offers: number;
	/** One of so many batches is confirmed. */
	readonly share: number;
}

/** Runs of a sync whose steps are watched one by one; the figures are the longest block of each. */
class WatchedSync {
	readonly figures: Record<string, number> = {};
	private readonly sync: BenchSync;

	constructor(store: Store, keyField: string) {
		this.sync = new BenchSync(store, keyField);
	}

	async run({ rows, offers, share }: WatchedRun): Promise<void> {
		const { sync } = this;
		const run = await this.watch('open', async () => await sync.open());
		const comparison = await this.watch('compare', async () => await sync.compare(run, rows));
		expectCount('offers', comparison.offers.length, offers);
		await this.watch('offer', async () => await run.offer(comparison, new Map()));
		await this.watch('confirm', async () => {
			let batch = 0;
			for (const answers of answersTo(comparison, LIMITS.batchSize)) {
				if (batch++ % share === 0) await run.confirm(answers);
			}
		});
		await this.watch('end', async () => await endExecution(run));
	}

	private async watch<T>(step: string, work: () => Promise<T>): Promise<T> {
		const { figures } = this;
		let result: T | undefined;
		const { wallMs, cpuMs } = await watchLoop(async () => (result = await work()));
		figures[step] = Math.max(figures[step] ?? 0, wallMs);
		figures[`${step} cpu`] = Math.max(figures[`${step} cpu`] ?? 0, cpuMs);
		return result as T;
	}
}

/** A node that is watched while it executes; the engine around it is not. */
function watched(node: INodeType, seen: (blocked: Blocked) => void): INodeType {
	return {
		description: node.description,
		async execute(...args) {
			let output: Awaited<ReturnType<NonNullable<INodeType['execute']>>> = null;
			seen(
				await watchLoop(async () => {
					output = (await node.execute?.apply(this, args)) ?? null;
				}),
			);
			return output;
		},
	};
}

async function diffOfItems(): Promise<Figures> {
	const found: Blocked[] = [];
	const diff = () => ({
		...diffNode('loop', { parameters: { keyFields: contactKey } }),
		type: watched(new SegmentDiff(), (blocked) => found.push(blocked)),
	});
	await runLine([diff(), { name: 'Delivers', type: passOn() }, confirmNode()], contacts(nodeItems));
	const last = await runLine([diff()], contacts(nodeItems, { changedEvery: 25 }));
	if (last.error) throw last.error;
	return longest(found);
}

async function mapItems(): Promise<Figures> {
	const found: Blocked[] = [];
	const type = watched(new FieldMapper(), (blocked) => found.push(blocked));
	const nodes = [{ name: 'Mapper', type, parameters: mapping.ours }];
	const { error } = await runWorkflow({ seed: contacts(nodeItems), nodes });
	if (error) throw error;
	return longest(found);
}

function longest(found: readonly Blocked[]): Figures {
	return {
		wall: Math.max(...found.map(({ wallMs }) => wallMs)),
		cpu: Math.max(...found.map(({ cpuMs }) => cpuMs)),
	};
}

const comparison = (wall: Figure) =>
	({
		unit: 'ms CPU',
		target: { kind: 'atMost', number: 50 },
		note: `longest block by the clock, other processes included: ${wall.value.toFixed(0)} ms`,
	}) as const;

/** The longest time n8n's event loop stands still while we work. */
export const bench: Bench = {
	measures: {
		protocol: { rounds: 3, run: protocolSteps },
		files: {
			rounds: 1,
			run: async (place) => await writeSegments(place, ['contacts.ndjson', 'changed.ndjson']),
		},
		accepted: { rounds: 1, run: async (place) => await firstRun(place, sqlite) },
		file: { rounds: 3, run: fileSteps },
		diff: { rounds: 3, run: diffOfItems },
		mapper: { rounds: 3, run: mapItems },
	},
	lines: (read) => [
		...(
			[
				['protocol', '138k cities'],
				['file', '1M × 20 from a file'],
			] as const
		).flatMap(([measure, title]) =>
			steps.map((step) =>
				line(
					`event loop, ${title}, ${step}`,
					read(measure, `${step} cpu`),
					comparison(read(measure, step)),
				),
			),
		),
		line(
			'event loop, Segment Diff node, 100k items',
			read('diff', 'cpu'),
			comparison(read('diff', 'wall')),
		),
		line(
			'event loop, Field Mapper node, 100k × 10',
			read('mapper', 'cpu'),
			comparison(read('mapper', 'wall')),
		),
	],
};
