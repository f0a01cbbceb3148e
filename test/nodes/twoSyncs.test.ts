/** One writer behind two comparisons, whose records a Merge node brings together. */
import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { storeOfSync } from '../../shared/state/registry';
import { useDataverse } from '../sandbox/useDataverse';
import { startWorkflow, testNode, type EngineNode } from './engine';
import { createLedger, insertNode } from './insertFixture';
import { airport, diffNode, nextExecution, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let names: readonly [string, string];
let count = 0;
beforeEach(() => {
	count += 1;
	names = [`two-${count}-a`, `two-${count}-b`];
	org.reset();
});
afterEach(() => jest.restoreAllMocks());

const merge = testNode(
	'merge',
	async function () {
		const linked = (input: number) =>
			this.getInputData(input).map((own, item) => ({ ...own, pairedItem: { item, input } }));
		return [[...linked(0), ...linked(1)]];
	},
	{ inputs: ['main', 'main'] },
);
/** Each sync gets the row whose name is its own. */
const only = (sync: string): EngineNode => ({
	name: `only ${sync}`,
	type: testNode(`only ${sync}`, async function () {
		return [this.getInputData().filter(({ json }) => json.name === sync)];
	}),
});
const setup = (writer: EngineNode) => ({
	nodes: [
		...names.flatMap((sync) => [
			only(sync),
			{ ...diffNode(sync), name: sync, settings: { id: sync } },
		]),
		{ name: 'Merge', type: merge },
		writer,
	],
	seed: names.map((sync, at) => airport(`A${at}`, { name: sync })),
	wires: [
		...names.flatMap((sync, input) => [
			{ from: 'Seed', to: `only ${sync}` },
			{ from: `only ${sync}`, to: sync },
			{ from: sync, to: 'Merge', input },
		]),
		{ from: 'Merge', to: 'Writer' },
	],
});
const run = async (writer = writerNode(org)) => {
	const { nodes, seed, wires } = setup(writer);
	return await runLine(nodes, seed, { wires });
};
const stored = async (sync: string) => {
	const store = storeOfSync(sync)!;
	const known = (await store.find(sync))!;
	return { ...known, row: (await store.runs(known, 1))[0] };
};

it('design:R5 what one sync cannot store does not keep the other from what was written', async () => {
	await run(writerNode(org, { disabled: true } as object));
	const store = storeOfSync(names[0])!;
	const write = store.write.bind(store);
	jest.spyOn(store, 'write').mockImplementation(async (sync, id, change) => {
		if (sync.name === names[0] && !change.offers && change.members?.size)
			throw new Error('The disk is full');
		await write(sync, id, change);
	});
	const broken = await run();
	expect(broken.error?.message).toBe('The disk is full');
	jest.restoreAllMocks();
	const next = await run();
	expect(next.records(names[0])).toHaveLength(1);
	expect(next.records(names[1])).toEqual([]);
});

it('design:R13 the second sync is free when the end of the first cannot be stored', async () => {
	const ledger = createLedger();
	ledger.answer = () => {
		ledger.answer = undefined;
		const store = storeOfSync(names[0])!;
		const endRun = store.endRun.bind(store);
		jest.spyOn(store, 'endRun').mockImplementation(async (sync, row) => {
			if (sync.name === names[0]) throw new Error('The disk is full');
			await endRun(sync, row);
		});
		slow.cancel();
		return undefined;
	};
	const slow = startWorkflow({
		...{ ...setup(insertNode(ledger)), executionId: nextExecution() },
		credentialTypes: [new CrmSyncDynamics365Api()],
	});
	await (await slow.done).handlersEnded();
	const { row, lease } = await stored(names[1]);
	expect(row).toMatchObject({ state: 'completed', counts: { created: 1 } });
	expect(lease).toBeUndefined();
});
