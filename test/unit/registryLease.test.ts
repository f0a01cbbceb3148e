import type { LeaseClock } from '../../shared/state/lease';
import { endExecution } from '../../shared/state/registry';
import { keyText } from './builders';
import { bound, created, offers } from './runFixture';

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
