/** When Dynamics 365 Changes Trigger starts the workflow, and that a look moves nothing. */
import { setImmediate } from 'node:timers/promises';

import { SyncState } from '../../nodes/SyncState/SyncState.node';
import { processName } from '../../shared/state/process';
import { changesNode } from './changesFixture';
import { poll } from './poll';
import { runLine } from './syncFixture';
import { thisStore } from './syncStateFixture';
import { useTrigger } from './triggerFixture';

const changes = useTrigger();
const { abandon, add, name, offered, org, remove, rename, requests } = changes;
const { run, look, reason, sync, trigger } = changes;
const day = 86_400_000;

afterEach(() => jest.restoreAllMocks());

describe('starts the workflow', () => {
	it('for the first run, and asks nothing for that', async () => {
		const from = org.log.length;
		expect(await look()).toEqual([
			{
				changesWaiting: true,
				syncName: name(),
				object: 'account',
				reason: 'The sync has not read the table yet.',
			},
		]);
		expect(requests(from)).toEqual([]);
	});

	it('when a record changed or was deleted, and not when nothing did: one request each', async () => {
		const [a = '', b = ''] = add('a b');
		await run();
		const from = org.log.length;
		expect(await look()).toBeUndefined();
		expect(requests(from)).toEqual([expect.stringContaining('deltatoken')]);
		await rename(a, 'a2');
		const [found] = (await look())!;
		expect(found).toMatchObject({ changesWaiting: true, changes: 1, reason: '1 record to read.' });
		const [{ startedAt }] = await thisStore().runs(await sync(), 1);
		expect(found.since).toBe(new Date(startedAt).toISOString());
		await run();
		expect(await look()).toBeUndefined();
		await remove(b);
		expect((await look())?.[0]).toMatchObject({ changes: 1 });
	});

	it('while a first reading goes on over several runs', async () => {
		add('a b c');
		const two = { options: { recordsPerRun: 2 } };
		expect(await offered(two)).toHaveLength(2);
		expect(await reason(two)).toBe('1 record to read.');
		expect(await offered(two)).toHaveLength(1);
		expect(await look(two)).toBeUndefined();
	});

	it('design:R3 for records that were handed out and not delivered', async () => {
		add('a b');
		expect(await abandon()).toHaveLength(2);
		expect(await reason()).toBe('2 records handed out before and not delivered.');
		await run();
		expect(await look()).toBeUndefined();
	});

	it('design:R7 for refused records when they are due again, and not before', async () => {
		add('a');
		await run({}, { refuses: () => 'No such city' });
		const dueAt = [...(await thisStore().load(await sync())).failures.values()][0].dueAt ?? 0;
		expect(await reason()).toBe('1 record handed out before and not delivered.');
		const parking = { options: { parkAfter: 1 } };
		await run(parking, { refuses: () => 'No such city' });
		expect(await look(parking)).toBeUndefined();
		jest.spyOn(Date, 'now').mockReturnValue(Math.max(dueAt, Date.now()) + day - 60_000);
		expect(await look(parking)).toBeUndefined();
	});

	it('when the settings of the node behind it changed, and when the link expired', async () => {
		add('a');
		await run();
		const words = 'The table is to be compared anew: its settings changed, or the link expired.';
		expect(await reason({ columns: ['name', 'accountnumber'] })).toBe(words);
		expect(await look()).toBeUndefined();
		org.clock.advance(8 * day);
		expect(await reason()).toBe(words);
	});

	it('once a day where nothing changes, so that the link does not expire', async () => {
		add('a');
		await run();
		const now = Date.now();
		jest.spyOn(Date, 'now').mockReturnValue(now + day + 60_000);
		expect(await reason()).toContain('Nothing has changed for a day');
		await run();
		expect(await look()).toBeUndefined();
	});

	it('for a replay and a rebaseline that a person asked for', async () => {
		add('a');
		await run();
		const ask = async (action: string) => {
			const syncName = { __rl: true, mode: 'name', value: name() };
			const parameters = { action, syncName, stateStore: 'embedded' };
			const asked = await runLine([{ name: 'State', type: new SyncState(), parameters }], [{}]);
			expect(asked.error).toBeUndefined();
		};
		await ask('replay');
		expect(await reason()).toBe('The sync has not read the table yet.');
		expect(await offered()).toEqual(['changed a']);
		expect(await look()).toBeUndefined();
		await ask('rebaseline');
		expect(await reason()).toBe('A rebaseline of the sync is pending.');
	});

	it('sync:T13 at every poll for a table without change tracking, and says why', async () => {
		org.insert('crmsync_visit', {});
		const untracked = { table: { __rl: true, mode: 'name', value: 'crmsync_visit' }, columns: [] };
		expect((await run(untracked)).error).toBeUndefined();
		expect(await reason(untracked)).toContain('has no change tracking');
	});

	it('sync:T63 by modification time: for what is new, and a while after it for what is stored late', async () => {
		const modified = { options: { findBy: 'modified' } };
		// A record as young as the reading itself moves the cursor once more.
		org.clock.advance(-2_000);
		add('a');
		await run(modified);
		expect(await reason(modified)).toBe('1 record to read.');
		const { now } = Date;
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 11 * 60_000);
		expect(await look(modified)).toBeUndefined();
		org.clock.advance(12 * 60_000);
		add('b');
		expect(await reason(modified)).toBe('2 records to read.');
	});

	it('sync:T63 by modification time with Apply Deletes: at every poll, for nothing tells them', async () => {
		const deleting = { options: { findBy: 'modified', applyDeletes: true } };
		// Not as young as the reading itself, as above.
		org.clock.advance(-2_000);
		add('a');
		await run(deleting);
		const { now } = Date;
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 11 * 60_000);
		expect(await reason(deleting)).toContain('does not tell what was deleted');
	});
});

describe('an execution it started', () => {
	const start = async () => await poll([trigger(), changesNode(org, name())], 'trigger', hold);
	let ends: Array<() => void> = [];
	const hold = (end: () => void) => void ends.push(end);
	beforeEach(() => (ends = []));
	afterEach(() => ends.forEach((end) => end()));

	it('n8n:S-08 waits for a worker: nothing more is put into the queue, and it is by hand in any case', async () => {
		add('a');
		expect(await start()).toHaveLength(1);
		expect(await start()).toBeUndefined();
		expect(await look({}, 'manual')).toHaveLength(1);
		ends[0]!();
		await setImmediate();
		expect(await start()).toHaveLength(1);
		expect(ends).toHaveLength(2);
	});

	it('n8n:S-08 of which nothing was heard for an hour: the queue may have lost it', async () => {
		add('a');
		await start();
		const now = performance.now();
		const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 3_590_000);
		expect(await start()).toBeUndefined();
		clock.mockReturnValue(now + 3_610_000);
		expect(await start()).toHaveLength(1);
		// The end of the first one says nothing of the second.
		ends[0]!();
		await setImmediate();
		expect(await start()).toBeUndefined();
	});
});

describe('a look', () => {
	it('n8n:S-09 moves nothing: what it told is there for the run', async () => {
		const [a = ''] = add('a');
		await run();
		await rename(a, 'a2');
		const before = await sync();
		const runs = await thisStore().runs(before, 10);
		for (let times = 0; times < 3; times += 1) expect(await look()).toHaveLength(1);
		expect(await sync()).toEqual(before);
		expect(await thisStore().runs(before, 10)).toEqual(runs);
		expect(await offered()).toEqual(['changed a2']);
	});

	it('by hand starts the workflow in any case, and tells what it found', async () => {
		add('a');
		await run();
		expect(await look({}, 'manual')).toMatchObject([
			{ changesWaiting: false, reason: 'Nothing has changed.' },
		]);
	});
});

describe('a run at work', () => {
	const hold = async (process: string) => {
		add('a');
		await run();
		add('b');
		await thisStore().takeLease(await sync(), '7-run', process);
	};

	it('design:R13 is not disturbed; one whose process ended is', async () => {
		await hold(JSON.stringify(['elsewhere', 1, '', 'x']));
		expect(await look()).toBeUndefined();
		expect((await look({}, 'manual'))?.[0].reason).toBe('A run of the sync is at work.');
		const now = performance.now();
		const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 61_000);
		expect(await look()).toHaveLength(1);
		await thisStore().beat(await sync(), '7-run');
		expect(await look()).toBeUndefined();
		clock.mockReturnValue(now + 130_000);
		expect(await look()).toHaveLength(1);
	});

	it('design:R13 of this process that no longer lives does not block', async () => {
		await hold(processName());
		expect(await look()).toHaveLength(1);
	});
});
