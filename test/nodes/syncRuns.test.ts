import path from 'node:path';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { storeAt } from '../../shared/state/registry';
import type { RunRow } from '../../shared/state/store';
import { startDataverse } from '../sandbox/dataverse';
import { useDataverse } from '../sandbox/useDataverse';
import { startWorkflow, testNode, userFolder } from './engine';
import { airport, airports, diffNode, nextExecution, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;

beforeEach(() => {
	name = `run-${(count += 1)}`;
});

const line = () => [diffNode(name), writerNode(org)];

async function rowsOfRuns(): Promise<RunRow[]> {
	const store = storeAt(path.join(userFolder, '.n8n', 'crm-sync', 'state.sqlite'));
	const sync = await store.find(name);
	return sync ? await store.runs(sync, 20) : [];
}

describe('runs and who they belong to, through the nodes', () => {
	it('design:R13 design:R16 a second run at the same time ends green, with a hint and a row of its own', async () => {
		let release = () => {};
		const gate = new Promise<void>((resolve) => (release = resolve));
		let enter = () => {};
		const entered = new Promise<void>((resolve) => (enter = resolve));
		const hold = {
			name: 'Hold',
			type: testNode('hold', async function () {
				enter();
				await gate;
				return [this.getInputData()];
			}),
		};
		const setup = {
			nodes: [diffNode(name), hold, writerNode(org)],
			seed: airports(2),
			executionId: nextExecution(),
			credentialTypes: [new CrmSyncDynamics365Api()],
		};
		const slow = startWorkflow(setup);
		await entered;
		const second = await runLine([diffNode(name), hold, writerNode(org)], airports(2));
		expect(second.error).toBeUndefined();
		expect(second.items('Diff')).toEqual([]);
		expect(second.hints('Diff')[0]!.message).toContain('Another run');
		release();
		const first = await slow.done;
		await first.handlersEnded();
		expect(first.records('Writer', 2)[0]).toMatchObject({ created: 2 });
		expect((await rowsOfRuns()).map(({ state }) => state).sort()).toEqual(['completed', 'refused']);
	});

	it('design:R14 a copy of the workflow is refused, names the owner, and takes over with the code', async () => {
		await runLine(line(), [airport('AAA')], { workflowId: 'one', workflowName: 'First' });
		const copied = await runLine(line(), [airport('AAA')], { workflowId: 'two' });
		expect(copied.error?.message).toContain('the node "Diff" of the workflow "First" (one)');
		const [, code = ''] =
			/code ([0-9A-F]{8})/.exec((copied.error as { description?: string }).description ?? '') ?? [];
		const approved = diffNode(name, { parameters: { options: { approve: code } } });
		expect(
			(await runLine([approved, writerNode(org)], [airport('AAA')], { workflowId: 'two' })).error,
		).toBeUndefined();
		const back = await runLine(line(), [airport('AAA')], { workflowId: 'one' });
		expect(back.error?.message).toContain('(two)');
	});

	it('design:R14 refuses another key, another destination and another environment, each with the cure', async () => {
		await runLine(line(), [airport('AAA')]);
		const requests = org.log.length;
		const otherKey = await runLine(
			[diffNode(name, { parameters: { keyFields: 'name' } }), writerNode(org)],
			[airport('AAA')],
		);
		expect(otherKey.error?.message).toContain('was built with the key accountnumber, not name');
		const contact = writerNode(org, {
			parameters: { table: { __rl: true, mode: 'name', value: 'contact' } },
		});
		const otherTable = await runLine([diffNode(name), contact], [airport('AAA')]);
		expect(otherTable.error?.message).toContain('dynamics365Upsert: account by accountnumber');
		expect((otherTable.error as { description?: string }).description).toContain('new Sync Name');
		expect(org.log).toHaveLength(requests);

		const other = await startDataverse();
		const elsewhere = await runLine(
			[diffNode(name), writerNode(other)],
			[airport('AAA'), airport('BBB')],
		);
		expect(elsewhere.error?.message).toContain(other.url);
		expect(other.rows('account').some(({ accountnumber }) => accountnumber === 'BBB')).toBe(false);
		await other.close();
	});

	it('design:R16 leaves one row for every run, also when nothing changed', async () => {
		await runLine(line(), airports(3));
		await runLine(line(), airports(3));
		const [second, first] = await rowsOfRuns();
		expect(first).toMatchObject({ state: 'completed', counts: { read: 3, added: 3, created: 3 } });
		expect(first!.counts.requests).toBeGreaterThan(1);
		expect(second).toMatchObject({ state: 'completed', counts: { read: 3, unchanged: 3 } });
	});
});
