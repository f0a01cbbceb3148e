import { testNode } from './engine';
import { airport, diffNode, runLine, writerNode } from './syncFixture';
import { nextStep, parkingFeed, thisStore, tooLong, useLookedAfter } from './syncStateFixture';

const { account, answer, ask, name, offered, org, sync, version } = useLookedAfter();

describe('Sync State changes', () => {
	it('sync:T57 a parked record that is released comes back in the next run, and the ledger starts anew', async () => {
		const rows = [airport('AAA'), tooLong('BBB')];
		await sync(rows);
		expect(await offered(rows)).toEqual([]);
		expect(await answer('releaseRecords')).toEqual([
			{ sync: name(), action: 'releaseRecords', released: 1, keysNotFound: [] },
		]);
		expect(await answer('listFailedRecords')).toMatchObject([{ state: 'due', attempts: 0 }]);
		expect(await offered(rows)).toEqual([['BBB', 'added']]);
		expect(await answer('listFailedRecords')).toMatchObject([{ state: 'parked', attempts: 1 }]);
		await ask('releaseRecords');
		expect((await ask('releaseRecords')).hints('State')[0]!.message).toContain('No record');
	});

	it('sync:T57 releases single keys, one for each item, in any form, and names those it does not find', async () => {
		const rows = ['AAA', 'BBB', 'CCC', 'DDD'].map(tooLong);
		await sync(rows);
		const parameters = { records: 'byKey', key: '={{ $json.key }}' };
		const seed = [{ key: ' bbb ' }, { key: { accountnumber: 'CCC' } }, { key: '["DDD"]' }];
		const run = await ask('releaseRecords', parameters, [...seed, { key: 'ZZZ' }]);
		expect(run.records('State')).toMatchObject([
			{ released: 3, keysNotFound: [{ accountnumber: 'ZZZ' }] },
		]);
		expect(run.items('State')[0]!.pairedItem).toHaveLength(4);
		expect(await offered(rows)).toEqual(['BBB', 'CCC', 'DDD'].map((code) => [code, 'added']));
		const none = await ask('releaseRecords', { records: 'byKey', key: 'ZZZ' });
		expect(none.error?.message).toContain('no failed record under the key accountnumber "ZZZ"');
		const blank = await ask('releaseRecords', { records: 'byKey', key: ' ' });
		expect(blank.error?.message).toContain('is no key');
		expect(nextStep(blank)).toContain('accountnumber');
	});

	it('design:R3 sends everything once more and doubles nothing', async () => {
		const rows = [airport('AAA'), airport('BBB')];
		await sync([...rows, tooLong('CCC')]);
		const ids = ['AAA', 'BBB'].map((code) => account(code)[0]!.accountid);
		const before = await version();
		expect(await answer('resendEverything')).toMatchObject([{ resent: 2 }]);
		expect(await version()).toBeGreaterThan(before);
		const run = await sync([...rows, tooLong('CCC')]);
		expect(run.records('Diff')).toMatchObject([
			{ accountnumber: 'CCC', _sync: { change: 'added' } },
			{ accountnumber: 'AAA', _sync: { change: 'changed', redelivered: true } },
			{ accountnumber: 'BBB', _sync: { change: 'changed', redelivered: true } },
		]);
		expect(['AAA', 'BBB'].flatMap(account).map(({ accountid }) => accountid)).toEqual(ids);
		expect(await offered(rows)).toEqual([]);
	});

	it('design:R3 still removes after a resend what left the segment', async () => {
		await sync([airport('AAA'), airport('BBB')]);
		await ask('resendEverything');
		expect(await offered([airport('AAA')])).toEqual([
			['AAA', 'changed'],
			['BBB', 'removed'],
		]);
		expect(account('BBB')).toEqual([]);
	});

	it('design:R12 keeps what a feed has kept through a resend', async () => {
		await sync([airport('AAA'), tooLong('BBB')], parkingFeed);
		await ask('resendEverything');
		expect(await offered([airport('CCC')], parkingFeed)).toEqual([
			['CCC', 'added'],
			['BBB', 'added'],
		]);
	});

	it('sync:T60 forgets a record, which is new in the next run and stays the same row', async () => {
		const rows = [airport('AAA'), airport('BBB')];
		await sync(rows);
		const [before] = account('AAA');
		expect(await answer('forgetRecord', { key: 'aaa' })).toMatchObject([{ forgotten: 1 }]);
		expect(account('AAA')).toEqual([before]);
		expect(await offered(rows)).toEqual([['AAA', 'added']]);
		expect(account('AAA')).toMatchObject([{ accountid: before!.accountid }]);
		await ask('forgetRecord', { key: 'AAA' });
		expect(await offered([airport('BBB')])).toEqual([]);
		expect(account('AAA')).toHaveLength(1);
		const unknown = await ask('forgetRecord', { key: 'ZZZ' });
		expect(unknown.error?.message).toContain('knows no record under the key accountnumber "ZZZ"');
	});

	it('sync:T60 forgets failure, kept record and offer of a key with it', async () => {
		await sync([airport('AAA'), tooLong('BBB')], parkingFeed);
		const drop = { name: 'Drop', type: testNode('drop', async () => [[]]) };
		await runLine([diffNode(name(), parkingFeed), drop, writerNode(org)], [airport('CCC')]);
		const key = '={{ $json.key }}';
		const forgotten = await answer('forgetRecord', { key }, [{ key: 'BBB' }, { key: 'CCC' }]);
		expect(forgotten).toMatchObject([{ forgotten: 2, keysNotFound: [] }]);
		expect(await answer('listFailedRecords')).toEqual([]);
		expect(await offered([airport('DDD')], parkingFeed)).toEqual([['DDD', 'added']]);
		const run = await sync([airport('CCC')], parkingFeed);
		expect(run.records('Diff')).toMatchObject([
			{ _sync: { change: 'added', receipt: expect.anything() as unknown } },
		]);
		expect(run.records('Diff')[0]!._sync).not.toHaveProperty('redelivered');
	});

	it('design:7 forgets a sync only when its name is typed twice', async () => {
		await sync([airport('AAA')]);
		for (const confirmName of ['={{ "" }}', `${name()}x`]) {
			const refused = await ask('forgetSync', { confirmName });
			expect(refused.error?.message).toContain('was not forgotten');
		}
		expect(await thisStore().find(name())).toBeDefined();
		expect(await answer('forgetSync', { confirmName: name() })).toMatchObject([{ forgotten: 1 }]);
		expect(await thisStore().find(name())).toBeUndefined();
		expect(account('AAA')).toHaveLength(1);
		expect(await offered([airport('AAA')])).toEqual([['AAA', 'added']]);
		expect(account('AAA')).toHaveLength(1);
	});

	it('sync:T61 prunes old runs and keeps those that explain a parked record', async () => {
		await sync([airport('AAA')]);
		await sync([airport('AAA'), tooLong('BBB')]);
		await sync([airport('AAA'), tooLong('BBB')]);
		const [failed] = await answer('listFailedRecords');
		expect(await answer('pruneRuns')).toMatchObject([{ pruned: 0 }]);
		expect(await answer('pruneRuns', { olderThanDays: 0 })).toMatchObject([{ pruned: 3 }]);
		const left = (await answer('listRuns')).map(({ run, action }) => [action, run]);
		expect(left).toEqual([
			['pruneRuns', expect.any(String)],
			['sync', failed!.lastRun],
		]);
		const negative = await ask('pruneRuns', { olderThanDays: -1 });
		expect(negative.error?.message).toContain('Older Than (Days) is -1');
	});
});
