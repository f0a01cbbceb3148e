import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { processName } from '../../shared/state/process';
import { startWorkflow, testNode } from './engine';
import { airport, airports, diffNode, nextExecution, runLine, writerNode } from './syncFixture';
import { nextStep, parking, thisStore, tooLong, useLookedAfter } from './syncStateFixture';

const { account, answer, ask, name, org, stateNode, sync, version } = useLookedAfter();

afterEach(() => jest.restoreAllMocks());

describe('Sync State shows', () => {
	it('design:7 every sync with its owner, last run and backlog', async () => {
		await sync([airport('AAA'), tooLong('BBB')]);
		const others = await runLine([diffNode(`${name()}-b`)], airports(2));
		expect(others.error).toBeUndefined();
		const listed = await answer('listSyncs');
		expect(listed.find((entry) => entry.sync === name())).toMatchObject({
			workflowId: 'testWorkflow',
			owner: expect.stringContaining('the node "Diff" of the workflow "Test workflow"') as string,
			destination: 'dynamics365Upsert: account by accountnumber',
			environment: expect.stringContaining('http') as string,
			keyFields: ['accountnumber'],
			members: 1,
			backlog: 1,
			unconfirmed: 0,
			failed: 0,
			parked: 1,
			atWork: null,
			state: 'completed',
			message: '1 rejected',
		});
		expect(listed.find((entry) => entry.sync === `${name()}-b`)).toMatchObject({
			members: 2,
			backlog: 2,
			unconfirmed: 2,
			state: 'incomplete',
		});
	});

	it('design:R16 runs with their numbers, and what a person did among them', async () => {
		await sync([airport('AAA'), tooLong('BBB')]);
		await ask('releaseRecords');
		const runs = await answer('listRuns');
		expect(runs).toMatchObject([
			{ action: 'releaseRecords', released: 1, state: 'completed' },
			{ action: 'sync', read: 2, added: 2, created: 1, rejected: 1, deleted: 0, sync: name() },
		]);
		expect(Date.parse(String(runs[1]!.endedAt))).toBeGreaterThan(Date.now() - 60_000);
		expect(Object.keys(runs[1]!).slice(0, 5)).toEqual([
			...['startedAt', 'state', 'message', 'action', 'read'],
		]);
		expect(await answer('listRuns', { limit: 1 })).toHaveLength(1);
		const [listed] = (await answer('listSyncs')).filter((entry) => entry.sync === name());
		expect(listed).toMatchObject({ lastExecution: runs[1]!.execution, message: '1 rejected' });
	});

	it('design:R16 a refused change as what it was, not as a run of the sync', async () => {
		await sync([airport('AAA')]);
		await ask('forgetRecord', { key: 'ZZZ' });
		expect(await answer('listRuns')).toMatchObject([
			{
				action: 'forgetRecord',
				state: 'stopped',
				message: expect.stringContaining('nothing was changed') as string,
			},
			{ action: 'sync' },
		]);
		const [listed] = (await answer('listSyncs')).filter((entry) => entry.sync === name());
		expect(listed).toMatchObject({ state: 'completed' });
	});

	it('design:8 failed records by key fields, with the last error and none of their values', async () => {
		await sync([airport('AAA'), tooLong('BBB')]);
		const [failed, ...more] = await answer('listFailedRecords');
		expect(more).toEqual([]);
		expect(failed).toMatchObject({
			key: { accountnumber: 'BBB' },
			state: 'parked',
			kind: 'rejected',
			change: 'added',
			attempts: 1,
		});
		expect(String(failed!.message)).toMatch(/name/i);
		expect(JSON.stringify(failed)).not.toContain('xxxx');
		const [run] = await answer('listRuns');
		expect(failed).toMatchObject({ firstRun: run!.run, lastExecution: run!.execution });
	});

	it('design:R7 failed records: when each goes out again, and how to have it go at once', async () => {
		// The hint speaks in the zone of the workflow, which is New York unless somebody sets another.
		jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-22T11:31:00Z'));
		await sync([tooLong('AAA'), tooLong('BBB')]);
		const run = await ask('listFailedRecords');
		const [failed] = run.records('State');
		expect(Object.keys(failed).slice(0, 4)).toEqual(['key', 'state', 'message', 'dueAt']);
		expect(run.hints('State').map(({ message }) => message)).toEqual([
			'2 records. 2 parked until 23 Nov, 06:31, or until the row changes; Release Records makes them due in the next run.',
		]);
		await ask('releaseRecords');
		const released = await ask('listFailedRecords');
		expect(released.hints('State')[0].message).toBe('2 records. 2 due in the next run.');
	});

	it('sync:T60 says which syncs there are when the name is not one of them', async () => {
		await sync([airport('AAA')]);
		const syncName = { __rl: true, mode: 'name', value: 'misspelt' };
		for (const action of ['listRuns', 'listFailedRecords', 'releaseRecords', 'pruneRuns']) {
			const run = await ask(action, { syncName });
			expect(run.error?.message).toContain('knows no sync "misspelt"');
			expect(nextStep(run)).toContain(`"${name()}"`);
		}
	});
});

describe('Sync State beside a run', () => {
	it('design:R13 changes nothing while a run is at work, and names its execution; lists go on', async () => {
		await sync([tooLong('AAA')]);
		let release = () => {};
		const gate = new Promise<void>((resolve) => (release = resolve));
		let enter = () => {};
		const entered = new Promise<void>((resolve) => (enter = resolve));
		const hold = testNode('hold', async function () {
			enter();
			await gate;
			return [this.getInputData()];
		});
		const executionId = nextExecution();
		const slow = startWorkflow({
			nodes: [diffNode(name(), parking), { name: 'Hold', type: hold }, writerNode(org)],
			seed: [tooLong('AAA'), airport('BBB')],
			executionId,
			credentialTypes: [new CrmSyncDynamics365Api()],
		});
		await entered;
		const before = await version();
		for (const [action, parameters] of [
			['releaseRecords', {}],
			['resendEverything', {}],
			['forgetRecord', { key: 'AAA' }],
			['forgetSync', { confirmName: name() }],
			['pruneRuns', { olderThanDays: 0 }],
		] as const) {
			const run = await ask(action, parameters);
			expect(run.error?.message).toContain(`is at work in execution ${executionId}`);
		}
		expect(await version()).toBe(before);
		const listed = (await answer('listSyncs')).find((entry) => entry.sync === name());
		expect(listed).toMatchObject({ atWork: executionId, unconfirmed: 1, parked: 1 });
		release();
		await (await slow.done).handlersEnded();
		expect(account('BBB')).toHaveLength(1);
		expect(await answer('releaseRecords')).toMatchObject([{ released: 1 }]);
	});

	it('design:R13 a lease of a process that has ended does not block', async () => {
		await sync([airport('AAA')]);
		const [place] = JSON.parse(processName()) as [string];
		const ended = JSON.stringify([place, 2 ** 22 + 1, '', 'another instance']);
		await thisStore().takeLease((await thisStore().find(name()))!, 'dead', ended);
		expect(await answer('resendEverything')).toMatchObject([{ resent: 1 }]);
		expect((await thisStore().find(name()))!.lease).toBeUndefined();
	});

	it('design:9 under continue on fail answers for the other syncs', async () => {
		await sync([airport('AAA')]);
		const syncName = { __rl: true, mode: 'name', value: '={{ $json.sync }}' };
		const run = await runLine(
			[stateNode('listRuns', { syncName }, { onError: 'continueRegularOutput' })],
			[{ sync: 'misspelt' }, { sync: name() }],
		);
		expect(run.error).toBeUndefined();
		expect(run.records('State')).toMatchObject([
			{ error: expect.stringContaining('knows no sync "misspelt"') as string },
			{ sync: name(), action: 'sync' },
		]);
		expect(run.items('State').map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }],
			[{ item: 1 }],
		]);
	});
});
