import path from 'node:path';
import type { INodeType } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { SegmentDiff } from '../../nodes/SegmentDiff/SegmentDiff.node';
import { LIMITS } from '../../shared/connectors/dynamics365/limits';
import { endExecution } from '../../shared/state/registry';
import { runWorkflow } from '../nodes/engine';
import { confirmNode, diffNode, runLine } from '../nodes/syncFixture';
import { line, type Bench, type BenchPlace, type Figure, type Figures } from './bench';
import { cityKey, cityRecords, rowsOf } from './cities';
import { contactKey, contacts } from './contacts';
import { mapping } from './mapping';
import { answersTo, BenchSync } from './segment';
import { watchLoop, type Blocked } from './ticker';

const steps = ['open', 'compare', 'offer', 'confirm', 'end'] as const;
const nodeItems = 100_000;

/** Two runs over all cities, step by step: everything new and confirmed, then everything changed and half confirmed. */
async function protocolSteps({ folder }: BenchPlace): Promise<Figures> {
	const sync = new BenchSync(path.join(folder, `loop-${Date.now()}.sqlite`), cityKey);
	const figures: Record<string, number> = {};
	const watch = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
		let result: T | undefined;
		const { wallMs, cpuMs } = await watchLoop(async () => (result = await work()));
		figures[step] = Math.max(figures[step] ?? 0, wallMs);
		figures[`${step} cpu`] = Math.max(figures[`${step} cpu`] ?? 0, cpuMs);
		return result as T;
	};
	for (const [grown, share] of [
		[0, 1],
		[1, 2],
	] as const) {
		const rows = rowsOf(cityRecords(grown));
		const run = await watch('open', async () => await sync.open());
		const comparison = await watch('compare', async () => await sync.compare(run, rows));
		await watch('offer', async () => await run.offer(comparison, new Map()));
		await watch('confirm', async () => {
			let batch = 0;
			for (const answers of answersTo(comparison, LIMITS.batchSize)) {
				if (batch++ % share === 0) await run.confirm(answers);
			}
		});
		await watch('end', async () => await endExecution(run));
	}
	return figures;
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
	await runLine([diff(), confirmNode()], contacts(nodeItems));
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
		diff: { rounds: 3, run: diffOfItems },
		mapper: { rounds: 3, run: mapItems },
	},
	lines: (read) => [
		...steps.map((step) =>
			line(
				`event loop, 138k cities, ${step}`,
				read('protocol', `${step} cpu`),
				comparison(read('protocol', step)),
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
