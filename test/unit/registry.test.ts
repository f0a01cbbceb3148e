import {
	endExecution,
	enterWriter,
	executionOf,
	isLive,
	liveRun,
	runOfExecution,
	stopRun,
	storeAt,
	storeOfSync,
} from '../../shared/state/registry';
import { identity, keyText, member, offerOf, owner } from './builders';
import { bound, created, newFile, offers, openStore } from './runFixture';

describe('live runs (design:R4)', () => {
	it('are found by receipts of their own execution and by no others', async () => {
		const { store, start } = await bound();
		const run = await start();
		expect(liveRun(run.id, '30')).toBe(run);
		expect(liveRun(run.id, '31')).toBeUndefined();
		expect(executionOf(run.id)).toBe('30');
		expect(runOfExecution(store, 'people', '30')).toBe(run);
		expect(runOfExecution(store, 'people', '31')).toBeUndefined();
		await endExecution(run);
		expect(liveRun(run.id, '30')).toBeUndefined();
		expect(runOfExecution(store, 'people', '30')).toBeUndefined();
	});

	it('are found by their sync and store too: one execution may run several', async () => {
		const [people, others] = [await bound(), await bound()];
		const run = await people.start();
		await people.store.bind('firms', owner, identity());
		const firms = await people.start({ sync: 'firms' });
		expect(runOfExecution(people.store, 'firms', '30')).toBe(firms);
		expect(runOfExecution(people.store, 'people', '30')).toBe(run);
		expect(runOfExecution(others.store, 'people', '30')).toBeUndefined();
		expect(storeOfSync('firms')).toBe(people.store);
		expect(isLive(run.id)).toBe(true);
		await endExecution(run);
		expect(isLive(run.id)).toBe(false);
		await endExecution(firms);
	});

	it('share one store per file', async () => {
		const [file, another] = [newFile(), newFile()];
		const store = storeAt(file);
		expect(storeAt(file)).toBe(store);
		const second = storeAt(another);
		expect(second).not.toBe(store);
		await store.close();
		await second.close();
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
		expect((await store.find('people'))?.version).toBe(sync.version);
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
		const late = Promise.resolve(run).then(enterWriter);
		await expect(late).rejects.toMatchObject({
			code: 'config',
			message: 'The run of "people" has ended',
		});
	});

	it('outlive a writer that is done before the execution is (design:R13)', async () => {
		const { rows, start } = await bound();
		const run = await start();
		const leave = enterWriter(run);
		await leave();
		expect(rows).toEqual([]);
		expect(liveRun(run.id, '30')).toBe(run);
		await endExecution(run);
		expect(rows).toHaveLength(1);
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
		await run.claim([keyText('ann')], 'Dynamics');
		await run.claim([keyText('ann'), keyText('bob')], 'Dynamics');
		await expect(run.claim([keyText('bob')], 'Salesforce')).rejects.toThrow(
			'already written by the node "Dynamics"',
		);
		await endExecution(run);
	});

	it('know which destination record another key of theirs holds (design:R10)', async () => {
		const { start } = await bound();
		const run = await start();
		await run.offer(offers('ann', 'bob'), new Map());
		expect(run.upserts.unanswered).toBe(2);
		run.report([{ key: keyText('ann'), result: created }]);
		expect(run.upserts.unanswered).toBe(1);
		expect(run.upserts.isHeldByAnother('1', keyText('bob'))).toBe(true);
		expect(run.upserts.isHeldByAnother('1', keyText('ann'))).toBe(false);
		expect(run.upserts.isHeldByAnother('2', keyText('bob'))).toBe(false);
		await endExecution(run);
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
