import type { DiffSettings, Row } from '../../shared/core/census';
import { diff, type Comparison } from '../../shared/core/diff';
import { fingerprinter } from '../../shared/core/fingerprint';
import { bindSync } from '../../shared/state/binding';
import type { Answer, LiveRun } from '../../shared/state/liveRun';
import { openRun, storeAt } from '../../shared/state/registry';

const syncName = 'bench';
const keyComparison = 'fold';

/** What Segment Diff asks for, around one state file. */
export class BenchSync {
	private executions = 0;

	constructor(
		private readonly file: string,
		private readonly keyField: string,
	) {}

	async open(): Promise<LiveRun> {
		const store = storeAt(this.file);
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

	async compare(run: LiveRun, rows: readonly Row[]): Promise<Comparison> {
		const { members, failures } = run.state;
		const settings: DiffSettings = {
			keyFields: [this.keyField],
			keyComparison,
			input: 'complete',
			leavers: 'leave',
			now: Date.now(),
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
}

export async function effortOf(step: () => Promise<unknown> | void): Promise<Effort> {
	const start = performance.now();
	const before = process.threadCpuUsage();
	await step();
	const { user, system } = process.threadCpuUsage(before);
	return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}
