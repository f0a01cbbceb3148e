import type { Comparison } from '../../shared/core/diff';
import type { RecordResult } from '../../shared/core/results';
import { LiveRun } from '../../shared/state/liveRun';
import { SqliteStore } from '../../shared/state/sqliteStore';
import type { StateChange } from '../../shared/state/store';
import { failed, keyText, member, noCounts, nothingFound, offerOf, rejected } from './builders';
import { storeFixture } from './storeFixture';

const { leased } = storeFixture();
const [ann, bob, cid] = [keyText('ann'), keyText('bob'), keyText('cid')];
const created: RecordResult = { status: 'created', id: '1' };
const none: StateChange['members'] = new Map();

/** A run of its own sync, and what it writes. */
const started = async () => {
	const { store, sync } = await leased();
	const settings = { id: 'r1', execution: '1', keepRecords: false, parkAfter: 3, now: () => 0 };
	const run = new LiveRun(store, sync, await store.load(sync), settings);
	const write = jest.spyOn(store, 'write');
	return { store, sync, run, write, reload: async () => await store.load(sync) };
};

const found = (changes: Partial<Comparison> = {}): Comparison => ({
	...nothingFound,
	...changes,
});
const offering = (...changes: Array<Parameters<typeof offerOf>>): Comparison =>
	found({ offers: changes.map((of) => ({ offer: offerOf(...of), record: { email: of[0] } })) });
const answered = (key: string, result: RecordResult) => [{ key, result }];

describe('the one transaction of an offer (design:R1)', () => {
	it('is none when nothing moved', async () => {
		const { run, write } = await started();
		await run.offer(found(), none);
		expect(write).not.toHaveBeenCalled();
	});

	it.each<[string, string[], string[], string[]]>([
		['an offer and a member that moved', ['ann'], ['bob'], []],
		['an offer and a failure that is over', ['ann'], [], ['x']],
		['a member that moved and a failure that is over', [], ['bob'], ['x']],
		['a failure that is over', [], [], ['x']],
	])('holds %s', async (_, keys, moved, resolved) => {
		const { run, write, reload } = await started();
		const comparison = { ...offering(...keys.map((key) => [key] as [string])), resolved };
		await run.offer(comparison, new Map(moved.map((key) => [keyText(key), member(key)])));
		expect(write).toHaveBeenCalledTimes(1);
		expect(write.mock.calls[0]?.[2]).not.toHaveProperty('keyless');
		expect([...(write.mock.calls[0]?.[2].failures ?? [])]).toEqual(
			resolved.map((of) => [of, null]),
		);
		const { offers, members } = await reload();
		expect([offers.size, members.size]).toEqual([keys.length, moved.length]);
	});

	it.each([
		['with an offer', offering(['ann']), { keyless: 2, withheld: 0 }, 2],
		['alone', found(), { keyless: 2, withheld: 0 }, 2],
		['not while they withhold removals', found(), { keyless: 2, withheld: 1 }, 0],
		['not when they are as many as before', found(), { keyless: 0, withheld: 0 }, 0],
	])('notes the rows without key: %s (design:R8)', async (_, comparison, counts, now) => {
		const { run, store, write } = await started();
		await run.offer({ ...comparison, counts: { ...noCounts, ...counts } }, none);
		expect((await store.find('people'))?.keyless).toBe(now);
		expect(write).toHaveBeenCalledTimes(now > 0 ? 1 : 0);
	});

	it('outlives the end of a run that never heard that it was stored: nothing is packed over it', async () => {
		const { store, run, write, reload } = await started();
		write.mockImplementationOnce(async (...change) => {
			await SqliteStore.prototype.write.apply(store, change);
			throw new Error('The connection is lost');
		});
		const many = Array.from({ length: 5_000 }, (_, index) => [`p${index}`] as [string]);
		await expect(run.offer(offering(...many), none)).rejects.toThrow('is lost');
		await run.end();
		expect((await reload()).offers.size).toBe(5_000);
	});

	it('keeps an offer beside the member that moves with it', async () => {
		const { run, reload } = await started();
		await run.offer(offering(['ann']), new Map([[ann, member('ann')]]));
		const { offers, members } = await reload();
		expect([offers.size, members.size]).toEqual([1, 1]);
	});

	it('is none when there is no doubt to take, and one for each doubt taken (design:R3)', async () => {
		const { store, sync, run, write, reload } = await started();
		await run.takeDoubts(new Map());
		expect(write).not.toHaveBeenCalled();
		await store.doubt(sync, [ann]);
		const next = new LiveRun(store, sync, await reload(), run.settings);
		await next.takeDoubts(new Map([[ann, member('ann', { doubt: 'added' })]]));
		const { doubts, members } = await reload();
		expect([doubts, members.size]).toEqual([[], 1]);
	});
});

describe('what a live run knows of its offers', () => {
	it('is answered once it has offered and every offer has its confirmed answer (design:R13)', async () => {
		const { run } = await started();
		expect(run.isAnswered).toBe(false);
		await run.offer(offering(['ann'], ['bob']), none);
		await run.confirm(answered(ann, created));
		expect(run.isAnswered).toBe(false);
		run.report(answered(bob, created));
		expect(run.isAnswered).toBe(false);
		await run.confirm(answered(bob, created));
		expect(run.isAnswered).toBe(true);
	});

	it('counts additions and changes without a word, each once, and no removal (design:R10)', async () => {
		const { run } = await started();
		const removal = ['cid', { change: 'removed' }] as const;
		await run.offer(offering(['ann'], ['bob', { change: 'changed' }], [...removal]), none);
		const counts = [ann, ann, cid, keyText('dan'), bob].map((key) => {
			run.report(answered(key, created));
			return run.upserts.unanswered;
		});
		expect(counts).toEqual([1, 1, 1, 1, 0]);
		expect(run.outcomeOf(ann, 'Dynamics')).toEqual(created);
		expect(run.outcomeOf(keyText('dan'), 'Dynamics')).toBeUndefined();
	});

	it('takes no record for held by the key that is removed (design:R10)', async () => {
		const { run } = await started();
		await run.offer(offering(['ann', { change: 'removed' }], ['bob']), none);
		run.report(answered(ann, { status: 'deleted', id: '1' }));
		expect(run.upserts.isHeldByAnother('1', bob)).toBe(false);
		run.report(answered(bob, created));
		expect(run.upserts.isHeldByAnother('1', ann)).toBe(true);
	});

	it('says what to do about a second writer (design:R6)', async () => {
		const { run } = await started();
		await run.claim([ann], 'Dynamics');
		expect(run.outcomeOf(ann, 'Dynamics')).toEqual({ status: 'unknown' });
		expect(run.outcomeOf(ann, 'Salesforce')).toBeUndefined();
		await expect(run.claim([ann], 'Salesforce')).rejects.toMatchObject({
			code: 'config',
			details: { hint: 'Use one Segment Diff, with its own Sync Name, per destination.' },
		});
	});
});

describe('the end of a run (design:R16)', () => {
	it('leaves its row and gives back the lease when its state cannot be packed, and says so', async () => {
		const { run, store, sync } = await started();
		await run.offer(offering(['ann']), none);
		await run.confirm(answered(ann, created));
		jest.spyOn(store, 'compact').mockRejectedValueOnce(new Error('The disk is full'));
		await expect(run.end()).rejects.toThrow('The disk is full');
		expect(await store.runs(sync, 1)).toMatchObject([{ id: 'r1', counts: { created: 1 } }]);
		expect((await store.find('people'))?.lease).toBeUndefined();
	});
});

describe('what a confirm moves (design:R5, design:R6)', () => {
	it('is in the members of the run as well, which the end of the run packs', async () => {
		const { run } = await started();
		await run.offer(offering(['ann']), none);
		await run.confirm(answered(ann, created));
		const [known] = (await run.state.members.load([ann])).values();
		expect(known).toMatchObject({ fingerprint: 7n, id: '1' });
	});

	it('is nothing, without a transaction, for keys the run has not offered (design:R2)', async () => {
		const { run, write } = await started();
		await run.offer(found(), none);
		expect(await run.confirm(answered(ann, created))).toBe(1);
		expect(write).not.toHaveBeenCalled();
	});

	it('fails when the file cannot be written, and counts when it is tried again', async () => {
		const { run, write, reload } = await started();
		await run.offer(offering(['ann']), none);
		write.mockRejectedValueOnce(new Error('The disk is full'));
		await expect(run.confirm(answered(ann, created))).rejects.toThrow('The disk is full');
		expect((await reload()).doubts).toEqual([]);
		expect(await run.confirm(answered(ann, created))).toBe(0);
		expect((await reload()).members.size).toBe(1);
		expect(await run.end()).toMatchObject({ state: 'completed' });
	});

	it('is a doubt when a rejection that followed an acceptance could not be stored (design:R6)', async () => {
		const { run, write, reload } = await started();
		await run.offer(offering(['ann']), none);
		await run.confirm(answered(ann, created));
		write.mockRejectedValueOnce(new Error('The disk is full'));
		await expect(run.confirm(answered(ann, rejected()))).rejects.toThrow('disk is full');
		expect(await run.end()).toMatchObject({ state: 'incomplete' });
		const { members } = await reload();
		expect([...(await members.load([ann])).values()]).toMatchObject([{ doubt: 'added' }]);
	});
});

describe('a run that lost its lease (design:R13)', () => {
	const unknown: RecordResult = { status: 'unknown', error: failed() };

	it('leaves in doubt what was sent, and nothing that surely was not', async () => {
		const { store, sync, run, reload } = await started();
		await run.offer(offering(['ann'], ['bob'], ['cid'], ['dan']), none);
		await store.takeLease((await store.find('people'))!, 'another', 'process');
		const answers = [created, rejected(), { status: 'notAttempted' } as const, unknown];
		const keys = [ann, bob, cid, keyText('dan')];
		const confirmed = run.confirm(answers.map((result, index) => ({ key: keys[index]!, result })));
		await expect(confirmed).rejects.toMatchObject({ name: 'LeaseLostError' });
		expect((await reload()).doubts).toEqual([ann, keyText('dan')]);
		expect(await run.end()).toMatchObject({ state: 'lost' });
		expect(await store.runs(sync, 9)).toHaveLength(1);
	});

	it('leaves in doubt what a writer had taken up and nobody confirmed: it may arrive after all', async () => {
		const { store, run, reload } = await started();
		await run.offer(offering(['ann'], ['bob'], ['cid']), none);
		await run.claim([ann, bob], 'Dynamics');
		await run.confirm(answered(ann, created));
		await store.takeLease((await store.find('people'))!, 'another', 'process');
		expect(await run.end()).toMatchObject({ state: 'lost' });
		expect((await reload()).doubts).toEqual([bob]);
	});

	it('says so in its row and packs nothing, also when every record had its answer before', async () => {
		const { store, run } = await started();
		await run.offer(offering(['ann']), none);
		await run.confirm(answered(ann, created));
		await store.takeLease((await store.find('people'))!, 'another', 'process');
		await expect(run.confirm(answered(ann, rejected()))).rejects.toThrow('taken over');
		const compact = jest.spyOn(store, 'compact');
		expect(await run.end()).toMatchObject({ state: 'lost' });
		expect(compact).not.toHaveBeenCalled();
	});
});
