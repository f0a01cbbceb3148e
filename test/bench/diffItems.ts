import { createHash } from 'node:crypto';

import type { SyncRecord } from '../../shared/core/record';
import { passOn, runWorkflow, testNode, toItems } from '../nodes/engine';
import { confirmNode, diffNode, runLine } from '../nodes/syncFixture';
import { line, type Bench, type Figures } from './bench';
import { contactKey, contacts } from './contacts';
import { timed } from './engineTime';
import { n8nNode } from './peers';
import { effortOf, expectCount, type Effort } from './segment';

const large = 50_000;
/** Compare Datasets is quadratic: it takes about a minute for the large lists. */
const small = 10_000;
const changedEvery = 100;

/** The Segment Diff node on items, against what its first run was confirmed to have delivered. */
async function segmentDiff(count: number): Promise<Figures> {
	const node = diffNode('items', { parameters: { keyFields: contactKey } });
	const timing = timed(node.type);
	const diff = () => ({ ...node, type: timing.type });
	const first = await runLine(
		[diff(), { name: 'Delivers', type: passOn() }, confirmNode()],
		contacts(count),
	);
	expectCount('first run', first.items('Diff').length, count);
	const second = await runLine([diff()], contacts(count, { changedEvery }));
	expectCount('changes', second.items('Diff').length, count / changedEvery);
	return { ...timing.last(second) };
}

/** What a person would write in a Code node: a Map of SHA-1s. Warmed up once, as the node is by its first run. */
async function mapOfHashes(count: number): Promise<Figures> {
	const [before, after] = [contacts(count), contacts(count, { changedEvery })];
	changesByHash(before, before);
	let changes = 0;
	const effort: Effort = await effortOf(() => {
		changes = changesByHash(before, after);
	});
	expectCount('changes', changes, count / changedEvery);
	return { ...effort };
}

function changesByHash(before: readonly SyncRecord[], after: readonly SyncRecord[]): number {
	const sha1 = (record: SyncRecord) =>
		createHash('sha1').update(JSON.stringify(record)).digest('hex');
	const known = new Map(before.map((record) => [record[contactKey], sha1(record)]));
	return after.filter((record) => known.get(record[contactKey]) !== sha1(record)).length;
}

/** n8n's own node on the same two lists. */
async function compareDatasets(count: number): Promise<Figures> {
	const compare = timed(n8nNode('CompareDatasets/CompareDatasets.node.js'));
	const source = (name: string, records: SyncRecord[]) => ({
		name,
		type: testNode(name, async () => [toItems(records)]),
	});
	const run = await runWorkflow({
		seed: [{}],
		nodes: [
			source('Before', contacts(count)),
			source('After', contacts(count, { changedEvery })),
			{
				name: 'Compare',
				type: compare.type,
				parameters: {
					mergeByFields: { values: [{ field1: contactKey, field2: contactKey }] },
					options: {},
				},
			},
			{ name: 'After all', type: passOn() },
		],
		wires: [
			{ from: 'Seed', to: 'Before' },
			{ from: 'Seed', to: 'After' },
			{ from: 'Before', to: 'Compare', input: 0 },
			{ from: 'After', to: 'Compare', input: 1 },
		],
	});
	const effort = compare.last(run);
	expectCount('differences', run.items('Compare', 2).length, count / changedEvery);
	return { ...effort };
}

/** The Segment Diff node on items in n8n's engine. */
export const bench: Bench = {
	measures: {
		large: { rounds: 5, run: async () => await segmentDiff(large) },
		largeMap: { rounds: 5, run: async () => await mapOfHashes(large) },
		small: { rounds: 3, run: async () => await segmentDiff(small) },
		compareDatasets: { rounds: 3, run: async () => await compareDatasets(small) },
	},
	lines: (read) => [
		line('50k items against 50k', read('large', 'cpu'), {
			unit: 's CPU',
			against: read('largeMap', 'cpu'),
			target: { kind: 'atMostTimes', number: 3 },
			note: 'peer: a Map of SHA-1s; 20 fields, 1 % changed',
		}),
		line('10k items against 10k', read('small', 'cpu'), {
			unit: 's CPU',
			against: read('compareDatasets', 'cpu'),
			note: 'peer: Compare Datasets, which is quadratic: 50k take it about a minute',
		}),
		line('50k items against 50k, peak memory', read('large', 'peakMB'), {
			unit: 'MB',
			against: read('largeMap', 'peakMB'),
			note: 'ours with n8n-core and two runs in the process',
		}),
	],
};
