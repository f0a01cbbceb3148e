/** design:R13: an execution that is cancelled while a node of ours is at work; its code runs on (n8n:T-10). */
import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { storeOfSync } from '../../shared/state/registry';
import type { Store } from '../../shared/state/store';
import { useDataverse } from '../sandbox/useDataverse';
import { startWorkflow, testNode, type EngineNode, type EngineSetup } from './engine';
import { codeDiff, createLedger, insertNode } from './insertFixture';
import { airports, diffNode, nextExecution, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;
beforeEach(() => {
	name = `cancelled-${(count += 1)}`;
	org.reset();
});
afterEach(() => jest.restoreAllMocks());

const line = () => [diffNode(name), writerNode(org)];
const rowOf = async (sync: string) => {
	const store = storeOfSync(sync)!;
	return (await store.runs((await store.find(sync))!, 1))[0]!;
};
const start = (nodes: readonly EngineNode[], seed: EngineSetup['seed'], more = {}) =>
	startWorkflow({
		...{ nodes, seed, executionId: nextExecution() },
		credentialTypes: [new CrmSyncDynamics365Api()],
		...more,
	});
const ended = async (slow: ReturnType<typeof start>) => {
	const run = await slow.done;
	await run.handlersEnded();
	return run;
};

describe('while Segment Diff', () => {
	/** Cancels a second run of the line when it first calls the method, or with that argument. */
	const cancelledAt = async (method: 'load' | 'takeLease' | 'write', at = '') => {
		await runLine(line(), airports(2));
		const store = storeOfSync(name)!;
		const own = store[method].bind(store) as (...asked: unknown[]) => Promise<never>;
		let isDone = false;
		jest.spyOn(store, method as keyof Store).mockImplementation(async (...asked: unknown[]) => {
			const isIt = at === '' || Object.hasOwn(asked[2] as object, at);
			if (isIt && !isDone) slow.cancel();
			isDone ||= isIt;
			return await own(...asked);
		});
		const slow = start(line(), airports(4));
		await ended(slow);
		expect(isDone).toBe(true);
	};
	const offeredNext = async () => {
		const next = await runLine(line(), airports(4));
		return next.records('Diff').map(({ _sync }) => _sync);
	};

	it.each(['takeLease', 'load'] as const)(
		'opens its run (%s), the next run need not wait',
		async (method) => {
			await cancelledAt(method);
			expect(await rowOf(name)).toMatchObject({
				state: 'stopped',
				message: 'The execution was cancelled before anything was compared',
			});
			expect(await offeredNext()).toHaveLength(2);
		},
	);

	it('stores its offers, what nobody was handed is no doubt (design:R3)', async () => {
		await cancelledAt('write', 'offers');
		expect(await rowOf(name)).toMatchObject({
			state: 'incomplete',
			message: '2 not sent come back in the next run',
		});
		const envelopes = await offeredNext();
		expect(envelopes).toHaveLength(2);
		for (const envelope of envelopes) expect(envelope).not.toHaveProperty('redelivered');
	});
});

it('a writer of two syncs gives back the second when the end of the first cannot be stored', async () => {
	const ledger = createLedger();
	const names = [`${name}-1`, `${name}-2`] as const;
	const diffs = names.map((sync) => ({ ...codeDiff(sync), name: sync, settings: { id: sync } }));
	const merge = testNode(
		'merge',
		async function () {
			const link = (input: number) =>
				this.getInputData(input).map((own, item) => ({ ...own, pairedItem: { item, input } }));
			return [[...link(0), ...link(1)]];
		},
		{ inputs: ['main', 'main'] },
	);
	const wires = [
		...diffs.flatMap((diff, input) => [
			{ from: 'Seed', to: diff.name },
			{ from: diff.name, to: 'Merge', input },
		]),
		{ from: 'Merge', to: 'Writer' },
	];
	const fullFor = (sync: string, store: Store) => {
		const endRun = store.endRun.bind(store);
		jest.spyOn(store, 'endRun').mockImplementation(async (which, row) => {
			if (which.name === sync) throw new Error('The disk is full');
			await endRun(which, row);
		});
	};
	ledger.answer = () => {
		ledger.answer = undefined;
		fullFor(names[0], storeOfSync(names[0])!);
		slow.cancel();
		return undefined;
	};
	const nodes = [...diffs, { name: 'Merge', type: merge }, insertNode(ledger)];
	const slow = start(nodes, [{ code: 'A' }], { wires });
	await ended(slow);
	expect(await rowOf(names[1])).toMatchObject({ state: 'completed', counts: { created: 1 } });
	expect((await storeOfSync(names[1])!.find(names[1]))?.lease).toBeUndefined();
});
