import type { LeaseClock } from '../../shared/state/lease';
import { endExecution, enterWriter } from '../../shared/state/registry';
import { LeaseLostError } from '../../shared/state/store';
import { keyText } from './builders';
import { bound, created, offers } from './runFixture';

/** A clock that stands where the test puts it, and on which nobody may wait. */
const standing = (at = 0) => {
	const clock = {
		at,
		monotonic: () => clock.at,
		sleep: async () => await Promise.reject(new Error('It waited')),
	};
	return clock;
};
const fakeTimers = () =>
	jest.useFakeTimers({
		doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
	});

describe('the lease of a live run (design:R13)', () => {
	afterEach(() => jest.useRealTimers());

	it('beats every 10 s, and goes on after a time in which the file was locked', async () => {
		fakeTimers();
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

	it.each<[string, () => Error, number]>([
		['another run has the lease', () => new LeaseLostError('people'), 1],
		['the file is locked, for a while', () => new Error('locked'), 2],
	])('beats on unless %s', async (_, error, beats) => {
		fakeTimers();
		const { store, start } = await bound();
		const run = await start();
		const beat = jest.spyOn(store, 'beat').mockRejectedValueOnce(error());
		jest.advanceTimersByTime(10_000);
		await new Promise((resolve) => setImmediate(resolve));
		jest.advanceTimersByTime(10_000);
		expect(beat).toHaveBeenCalledTimes(beats);
		await endExecution(run);
		expect(jest.getTimerCount()).toBe(0);
	});

	it('beats no more once the run may be taken over', async () => {
		fakeTimers();
		const clock = standing();
		const { store, start } = await bound();
		const run = await start({ clock });
		const beat = jest.spyOn(store, 'beat');
		clock.at = 3_600_000;
		jest.advanceTimersByTime(10_000);
		expect(beat).not.toHaveBeenCalled();
		await endExecution(run);
	});

	it('is not taken after a cancel', async () => {
		const { store, start } = await bound();
		await expect(start({ signal: AbortSignal.abort() })).rejects.toThrow('refused');
		expect((await store.find('people'))?.lease).toBeUndefined();
	});

	it('is free at once after a run whose state could not be read, and one that could not end', async () => {
		const clock = standing();
		const { store, start } = await bound();
		jest.spyOn(store, 'load').mockRejectedValueOnce(new Error('unreadable'));
		await expect(start({ clock })).rejects.toThrow('unreadable');
		const run = await start({ clock });
		jest.spyOn(store, 'endRun').mockRejectedValueOnce(new Error('The disk is full'));
		await expect(endExecution(run)).rejects.toThrow('The disk is full');
		await endExecution(await start({ clock }));
		expect((await store.find('people'))?.lease).toBeUndefined();
	});

	it('is kept while a writer is at work, however long it takes', async () => {
		const clock = standing();
		const { start } = await bound();
		const run = await start({ clock });
		const leave = enterWriter(run);
		clock.at = 36_000_000;
		await expect(start({ clock, execution: '31' })).rejects.toThrow('refused');
		await leave();
		await endExecution(run);
	});

	it('sync:T51 is refused while a run of this process lives, until that run was idle for an hour', async () => {
		const since = 1_000_000;
		const clock = standing(since);
		const { start } = await bound();
		const run = await start({ clock });
		await expect(start({ clock, execution: '31' })).rejects.toThrow('refused');
		clock.at = since + 3_599_999;
		await expect(start({ clock, execution: '31' })).rejects.toThrow('refused');
		clock.at = since + 3_600_000;
		const next = await start({ clock, execution: '31' });
		await expect(run.offer(offers('ann'), new Map())).rejects.toMatchObject({
			name: 'LeaseLostError',
		});
		await endExecution(run);
		await endExecution(next);
	});

	it('is free after an idle minute once every record has its answer: an execution may wait for days', async () => {
		let now = 0;
		const clock: LeaseClock = { monotonic: () => now, sleep: async () => await Promise.resolve() };
		const { start } = await bound();
		const run = await start({ clock });
		await run.offer(offers('ann'), new Map());
		now = 60_000;
		await expect(start({ clock, execution: '31' })).rejects.toThrow('refused');
		await run.confirm([{ key: keyText('ann'), result: created }]);
		const next = await start({ clock, execution: '31' });
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
