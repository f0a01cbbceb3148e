import { storeOfSync } from '../../shared/state/registry';
import { useDataverse } from '../sandbox/useDataverse';
import { testNode, type EngineNode } from './engine';
import { airports, diffNode, runLine, writerNode, type NodeChange } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;
beforeEach(() => {
	name = `lease-${(count += 1)}`;
	org.reset();
});
afterEach(() => jest.restoreAllMocks());

const accounts = () => org.rows('account').filter(({ accountnumber }) => Boolean(accountnumber));
const ids = () => accounts().map(({ accountid }) => accountid);
const line = () => [diffNode(name), writerNode(org)];
/** Waits so long that another run takes over, which compares these rows. */
const waiting = (rows: ReturnType<typeof airports>): EngineNode => ({
	name: 'Wait',
	type: testNode('wait', async function () {
		const now = performance.now.bind(performance);
		jest.spyOn(performance, 'now').mockImplementation(() => now() + 2 * 3_600_000);
		await runLine(line(), rows);
		return [this.getInputData()];
	}),
});
const late = async (rows: number, change?: NodeChange) => {
	const nodes = [diffNode(name), waiting(airports(12)), writerNode(org, change)];
	const run = await runLine(nodes, airports(rows));
	jest.restoreAllMocks();
	return run;
};

describe('a run that waited so long that another one took over (design:R13)', () => {
	it('deletes nothing that the later run has taken back', async () => {
		await runLine(line(), airports(12));
		const before = ids();
		const run = await late(6);
		expect(run.error?.message).toContain('has taken over');
		expect(run.error).toMatchObject({
			description: expect.stringContaining('Nothing more was sent'),
		});
		await runLine(line(), airports(12));
		expect(ids()).toEqual(before);
	});

	it('says so on every item under continue on fail, after no request', async () => {
		await runLine(line(), airports(12));
		const run = await late(6, { onError: 'continueRegularOutput' });
		const told = run.records('Writer', 1).map(({ _sync }) => _sync as { result: object });
		expect(told).toHaveLength(6);
		for (const { result } of told) {
			expect(result).toMatchObject({
				status: 'notAttempted',
				error: { message: expect.stringContaining('has taken over') },
			});
		}
		expect(accounts()).toHaveLength(12);
	});

	it('removes nothing when the lease is lost while its other records are written', async () => {
		await runLine(line(), airports(12));
		const rows = [...airports(6), ...airports(1, 300)];
		const store = storeOfSync(name)!;
		const beat = store.beat.bind(store);
		let beats = 0;
		jest.spyOn(store, 'beat').mockImplementation(async (sync, run) => {
			beats += 1;
			if (beats === 2) await store.takeLease((await store.find(name))!, '999-another', 'process');
			await beat(sync, run);
		});
		const run = await runLine(line(), rows);
		expect(run.error?.message).toContain('has taken over');
		expect(accounts()).toHaveLength(13);
	});
});
