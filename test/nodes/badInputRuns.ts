import { processName } from '../../shared/state/process';
import { passOn, testNode, type EngineRun } from './engine';
import { airports, writerNode } from './syncFixture';
import type { BadInput } from './badInputProof';
import { readingOf, type Reading } from './badInputText';
import type { BadLine, World } from './badInputWorld';

const inTens: BadLine = { writer: { parameters: { options: { batchSize: 10 } } } };

async function ended(world: World, run: EngineRun): Promise<EngineRun> {
	await run.handlersEnded();
	world.runs.push(run);
	return run;
}

/** Stops the run once the destination has so many rows, as a person does, or n8n when the time is over. */
async function stopAfter(world: World, rows: number, why: 'cancel' | 'timeout'): Promise<Reading> {
	let deadline = Infinity;
	// Read anew before every node, as n8n does; the time is over when the write is halfway.
	const executionTimeoutTimestamp = { valueOf: () => deadline } as unknown as number;
	const started = world.start({
		...inTens,
		behind: { name: 'After', type: passOn() },
		...(why === 'timeout' && { more: { additionalData: { executionTimeoutTimestamp } } }),
	});
	const forget = world.org.onCommit(() => {
		if (world.commits() !== rows) return;
		deadline = Date.now();
		started.cancel();
	});
	const run = await ended(world, await started.done);
	forget();
	expect(run.status).toBe('canceled');
	expect(world.commits()).toBeGreaterThanOrEqual(rows);
	expect(world.commits()).toBeLessThan(world.source.length);
	const { shown, all } = readingOf(run);
	// A write under way is left to finish: its outcome is known (n8n:T-10).
	expect(all).not.toContain('without a known outcome');
	return { shown: `${shown}; on the node: ${run.hints('Writer')[0]!.message}`, all };
}

/** A process that has ended took the lease over in the meantime. */
const stealing = (world: World): BadLine => ({
	...inTens,
	between: testNode('thief', async function () {
		const sync = await world.store().find(world.sync);
		const [place] = JSON.parse(processName()) as [string];
		const gone = JSON.stringify([place, 2 ** 22 + 1, '', 'another process']);
		expect(await world.store().takeLease(sync!, '999-another', gone)).toBe(true);
		return [this.getInputData()];
	}),
});

/** Runs that meet each other, are stopped, or are wired wrong. */
export const runs: readonly BadInput[] = [
	{
		what: 'two runs at once',
		rule: 'design:R13',
		async act(world) {
			let release = () => {};
			const gate = new Promise<void>((resolve) => (release = resolve));
			let enter = () => {};
			const entered = new Promise<void>((resolve) => (enter = resolve));
			const hold = testNode('hold', async function () {
				enter();
				await gate;
				return [this.getInputData()];
			});
			const slow = world.start({ between: hold });
			await entered;
			const second = await world.run();
			expect(second.error).toBeUndefined();
			release();
			await ended(world, await slow.done);
			return readingOf(second);
		},
		says: {
			where: /sync "bad-/,
			cause: /Another run .* is at work/,
			next: /next run compares again/,
		},
	},
	{
		what: 'stolen lease',
		rule: 'design:R13',
		arrange: stealing,
		says: {
			where: /sync "bad-/,
			cause: /Another run .* has taken over/,
			next: /other run sends what is missing/,
		},
	},
	{
		what: 'cancel in the middle of a write',
		rule: 'design:R5',
		before: [],
		source: airports(100),
		act: async (world) => await stopAfter(world, 15, 'cancel'),
		says: { where: /account: \d+ created/, cause: /cancelled manually/, next: /\d+ not attempted/ },
	},
	{
		what: 'time-out in the middle of a write',
		rule: 'design:R5',
		before: [],
		source: airports(100),
		act: async (world) => await stopAfter(world, 15, 'timeout'),
		says: { where: /account: \d+ created/, cause: /timed out/, next: /\d+ not attempted/ },
	},
	{
		what: 'two writers behind one Segment Diff',
		rule: 'design:R6',
		arrange: ({ org }) => ({ behind: { ...writerNode(org), name: 'Second' } }),
		says: {
			where: /records of "bad-/,
			cause: /already written by the node "Writer"/,
			next: /one Segment Diff, with its own Sync Name/,
		},
	},
	{
		what: 'items of an execution that has ended (pinned data)',
		rule: 'design:R4',
		async act(world) {
			let kept: Array<Record<string, unknown>> = [];
			const keep = testNode('keep', async function () {
				kept = this.getInputData().map(({ json }) => json);
				return [[]];
			});
			expect((await world.run({ between: keep })).error).toBeUndefined();
			const pinned = testNode('pinned', async () => [
				kept.map((json) => ({ json: json as never })),
			]);
			return readingOf(
				await world.run({ rows: [{}], diff: { settings: { disabled: true } }, between: pinned }),
			);
		},
		says: { where: /records of "bad-/, cause: /which has ended/, next: /Start from the trigger/ },
	},
];
