import type { Comparison } from '../../shared/core/diff';
import type { LeaseClock } from '../../shared/state/lease';
import type { LiveRun } from '../../shared/state/liveRun';
import {
	endExecution,
	enterWriter,
	executionOf,
	liveRun,
	openRun,
	runOfExecution,
	runsOfExecution,
	stopRun,
	type OpenRequest,
} from '../../shared/state/registry';
import type { RunRow } from '../../shared/state/store';
import { identity, keyText, member, offerOf, owner } from './builders';
import { storeFixture } from './storeFixture';

const { newFile, openStore } = storeFixture();
const created = { status: 'created', id: '1' } as const;

const bound = async (file = newFile()) => {
	const store = openStore(file);
	const sync = await store.bind('people', owner, identity());
	const rows: RunRow[] = [];
	const start = async (changes: Partial<OpenRequest> = {}): Promise<LiveRun> => {
		const run = await openRun({
			store,
			sync: 'people',
			execution: '30',
			keepRecords: false,
			parkAfter: 3,
			now: () => 1_000,
			onEnd: (row) => rows.push(row),
			...changes,
		});
		if (!run) throw new Error('The run was refused');
		return run;
	};
	return { store, sync, rows, start, file };
};

const offers = (...keys: string[]): Comparison => ({
	offers: keys.map((key) => ({ offer: offerOf(key), record: { email: key } })),
	invalid: [],
	counts: { read: 0, unchanged: 0, held: 0, keyless: 0, waiting: 0, left: 0, members: 0 },
	newlyLeaving: 0,
	resolved: [],
	returned: [],
	superseded: [],
});

describe('live runs (design:R4)', () => {
	it('are found by receipts of their own execution and by no others', async () => {
		const { store, start } = await bound();
		const run = await start();
		expect(liveRun(run.id, '30')).toBe(run);
		expect(liveRun(run.id, '31')).toBeUndefined();
		expect(executionOf(run.id)).toBe('30');
		expect(runOfExecution(store, 'people', '30')).toBe(run);
		expect(runOfExecution(store, 'people', '31')).toBeUndefined();
		expect(runsOfExecution('30')).toContain(run);
		await endExecution(run);
		expect(liveRun(run.id, '30')).toBeUndefined();
		expect(runOfExecution(store, 'people', '30')).toBeUndefined();
	});

	it('leave one row each, also without a change, and a stopped one says why (design:R16)', async () => {
		const { store, sync, rows, start } = await bound();
		await endExecution(await start());
		await stopRun(await start({ execution: '31' }), 'The segment is empty');
		expect(rows.map(({ state, message, execution }) => [state, message, execution])).toEqual([
			['completed', '', '30'],
			['stopped', 'The segment is empty', '31'],
		]);
		expect(await store.runs(sync, 9)).toEqual([...rows].reverse());
		expect((await store.find('people'))?.version).toBe(0);
	});

	it('go on until the last writer is done (design:R13)', async () => {
		const { store, rows, start } = await bound();
		const run = await start();
		await run.offer(offers('ann'), new Map());
		const leave = enterWriter(run);
		await endExecution(run);
		expect(rows).toEqual([]);
		await run.confirm([{ key: keyText('ann'), result: created }]);
		await leave();
		expect(rows).toMatchObject([{ state: 'completed', counts: { added: 1, created: 1 } }]);
		expect((await store.find('people'))?.lease).toBeUndefined();
		expect(() => enterWriter(run)).toThrow('has ended');
	});

	it('end once, whoever asks', async () => {
		const { rows, start } = await bound();
		const run = await start();
		await Promise.all([endExecution(run), endExecution(run), stopRun(run, 'late')]);
		expect(rows).toHaveLength(1);
	});

	it('wait for confirms that are under way before they void the rest', async () => {
		const { store, sync, start } = await bound();
		const run = await start();
		await run.offer(offers('ann', 'bob'), new Map());
		const confirmed = run.confirm([{ key: keyText('ann'), result: created }]);
		await endExecution(run);
		expect(await confirmed).toBe(0);
		const { members } = await store.load(sync);
		const loaded = await members.load([keyText('ann'), keyText('bob')]);
		expect(loaded.get(keyText('ann'))?.fingerprint).toBe(7n);
		expect(loaded.get(keyText('bob'))).toMatchObject({ doubt: 'added' });
		expect(loaded.get(keyText('bob'))?.fingerprint).toBeUndefined();
	});

	it('move nothing any more after their end', async () => {
		const { start } = await bound();
		const run = await start();
		await run.offer(offers('ann'), new Map());
		await endExecution(run);
		await expect(run.confirm([{ key: keyText('ann'), result: created }])).rejects.toThrow(
			'taken over',
		);
	});

	it('refuse a second writer for the same receipts (design:R6)', async () => {
		const { start } = await bound();
		const run = await start();
		run.claim([keyText('ann')], 'Dynamics');
		run.claim([keyText('ann'), keyText('bob')], 'Dynamics');
		expect(() => run.claim([keyText('bob')], 'Salesforce')).toThrow(
			'already written by the node "Dynamics"',
		);
		await endExecution(run);
	});

	it('know which destination record another key of theirs holds (design:R10)', async () => {
		const { start } = await bound();
		const run = await start();
		await run.offer(offers('ann', 'bob'), new Map());
		expect(run.unansweredUpserts).toBe(2);
		run.report([{ key: keyText('ann'), result: created }]);
		expect(run.unansweredUpserts).toBe(1);
		expect(run.isHeldByAnother('1', keyText('bob'))).toBe(true);
		expect(run.isHeldByAnother('1', keyText('ann'))).toBe(false);
		expect(run.isHeldByAnother('2', keyText('bob'))).toBe(false);
		await endExecution(run);
	});
});

describe('the lease of a live run (design:R13)', () => {
	afterEach(() => jest.useRealTimers());

	it('beats every 10 s, and goes on after a time in which the file was locked', async () => {
		jest.useFakeTimers({
			doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
		});
		const { store, start } = await bound();
		const run = await start();
		const beat = async () => (await store.find('people'))?.lease?.beat;
		const first = (await beat()) ?? 0;
		jest.advanceTimersByTime(10_000);
		expect(await beat()).toBe(first + 1);
		jest.spyOn(store, 'beat').mockRejectedValueOnce(new Error('locked'));
		jest.advanceTimersByTime(10_000);
		expect(await beat()).toBe(first + 1);
		jest.advanceTimersByTime(10_000);
		expect(await beat()).toBe(first + 2);
		await endExecution(run);
	});

	it('is refused while a run of this process lives, until that run was idle for an hour', async () => {
		let now = 0;
		const clock: LeaseClock = {
			monotonic: () => now,
			sleep: async () => await Promise.reject(new Error('It waited')),
		};
		const { start } = await bound();
		const run = await start({ clock });
		await expect(start({ clock, execution: '31' })).rejects.toThrow('refused');
		now = 3_599_999;
		await expect(start({ clock, execution: '31' })).rejects.toThrow('refused');
		now = 3_600_000;
		const next = await start({ clock, execution: '31' });
		await expect(run.offer(offers('ann'), new Map())).rejects.toMatchObject({
			name: 'LeaseLostError',
		});
		await endExecution(run);
		await endExecution(next);
	});

	it('is lost without harm: the old run moves nothing and says so in its row', async () => {
		const { store, sync, rows, start } = await bound();
		const run = await start();
		await run.offer(offers('ann'), new Map());
		await store.takeLease((await store.find('people'))!, 'another', 'process');
		const answers = [{ key: keyText('ann'), result: created }];
		await expect(run.confirm(answers)).rejects.toMatchObject({ name: 'LeaseLostError' });
		await expect(run.confirm(answers)).rejects.toMatchObject({ name: 'LeaseLostError' });
		await endExecution(run);
		expect(rows).toMatchObject([{ state: 'lost' }]);
		expect((await store.find('people'))?.lease?.run).toBe('another');
		const state = await store.load(sync);
		expect([state.offers.size, state.members.size]).toEqual([1, 0]);
		// The destination may have it now: the next run sends the key again.
		expect(state.doubts).toEqual([keyText('ann')]);
	});
});

describe('what opening a run finds (design:R3, design:R4)', () => {
	it('voids offers of a run that never ended, and keys of stale receipts', async () => {
		const { store, sync, start, file } = await bound();
		await store.takeLease(sync, 'crashed', JSON.stringify(['', 0, '', '']));
		const known = ['bob', 'cid'].map(
			(name) => [keyText(name), member(name, { id: name })] as const,
		);
		await store.write(sync, 'crashed', { members: new Map(known) });
		await store.write(sync, 'crashed', {
			offers: [offerOf('ann'), offerOf('bob', { change: 'removed' })],
		});
		await store.doubt(sync, [keyText('cid'), 'not a key', '["two","parts"]', '{}']);
		await store.endRun(sync, {
			id: 'crashed',
			execution: '1',
			startedAt: 0,
			endedAt: 0,
			state: 'lost',
			message: '',
			counts: {},
		});
		const run = await start();
		const { members, offers: left, doubts } = await openStore(file).load(sync);
		expect([left.size, doubts, members.size]).toEqual([0, [], 3]);
		const loaded = await members.load(['ann', 'bob', 'cid'].map((name) => keyText(name)));
		expect(
			[...loaded.values()].map(({ doubt, leaving, fingerprint, id }) => [
				doubt,
				leaving,
				fingerprint,
				id,
			]),
		).toEqual([
			['added', false, undefined, undefined],
			['removed', true, undefined, 'bob'],
			['changed', false, undefined, 'cid'],
		]);
		await endExecution(run);
	});
});
