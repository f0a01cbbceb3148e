import type { DiffSettings } from '../../shared/core/census';
import { diff, type Comparison, type Rows } from '../../shared/core/diff';
import { fingerprinter } from '../../shared/core/fingerprint';
import { bindSync } from '../../shared/state/binding';
import type { LiveRun } from '../../shared/state/liveRun';
import type { Answer } from '../../shared/state/openOffer';
import { openRun } from '../../shared/state/registry';
import type { Store } from '../../shared/state/store';

const syncName = 'bench';
export const keyComparison = 'fold';

/** What Segment Diff asks for, around one store. */
export class BenchSync {
	private executions = 0;

	constructor(
		private readonly store: Store,
		private readonly keyField: string,
	) {}

	async open(): Promise<LiveRun> {
		const { store } = this;
		const owner = { workflowId: 'bench', nodeId: 'bench', label: 'a bench' };
		const identity = { keyFields: [this.keyField], keyComparison, destination: '' } as const;
		await bindSync(store, syncName, { owner, identity }, ({ message }) => {
			throw new Error(message);
		});
		const run = await openRun({
			store,
			sync: syncName,
			execution: String(++this.executions),
			keepRecords: false,
			parkAfter: 3,
			now: Date.now,
			onEnd: () => undefined,
		});
		if (!run) throw new Error('The run of the bench was refused');
		return run;
	}

	/** `limit`: Changes per Run; undefined: all. */
	async compare(run: LiveRun, rows: Rows, limit?: number): Promise<Comparison> {
		const { members, failures } = run.state;
		const settings: DiffSettings = {
			keyFields: [this.keyField],
			keyComparison,
			input: 'complete',
			leavers: 'leave',
			now: Date.now(),
			...(limit !== undefined && { limit }),
		};
		const state = { members, failures, keyless: run.sync.keyless };
		return await diff(rows, state, settings, fingerprinter());
	}
}

/** Every offer written, batch by batch, as the writer tells: with the id the destination gave. */
export function* answersTo(comparison: Comparison, batchSize: number): Generator<Answer[]> {
	const { offers } = comparison;
	for (let start = 0; start < offers.length; start += batchSize) {
		yield offers.slice(start, start + batchSize).map(({ offer }, index) => {
			const id = `5f4d5a3c-0000-4000-8000-${String(start + index).padStart(12, '0')}`;
			return { key: offer.key, result: { status: 'created', id } };
		});
	}
}

/** Fails the bench when it measured something else than it says. */
export function expectCount(what: string, found: number, expected: number): void {
	if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}`);
}

/** What a step takes. */
export interface Effort {
	readonly seconds: number;
	/** Processor seconds of this thread: what the step takes on a machine that does nothing else. */
	readonly cpu: number;
	/** Processor seconds of the whole process: garbage collection and unpacking run beside this thread. */
	readonly allCpu: number;
}

export async function effortOf(step: () => Promise<unknown> | void): Promise<Effort> {
	const start = performance.now();
	const before = { thread: process.threadCpuUsage(), all: process.cpuUsage() };
	await step();
	const thread = process.threadCpuUsage(before.thread);
	const all = process.cpuUsage(before.all);
	return {
		seconds: (performance.now() - start) / 1000,
		cpu: (thread.user + thread.system) / 1e6,
		allCpu: (all.user + all.system) / 1e6,
	};
}
