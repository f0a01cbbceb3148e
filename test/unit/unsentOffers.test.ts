import type { RecordResult } from '../../shared/core/results';
import type { OpenRequest } from '../../shared/state/registry';
import type { LoadedState } from '../../shared/state/store';
import { keyText, offerOf, rejected } from './builders';
import { bound, created, offers } from './runFixture';

const [ann, bob, cid] = [keyText('ann'), keyText('bob'), keyText('cid')];
const none: ReadonlyMap<string, null> = new Map();
const answered = (key: string, result: RecordResult) => [{ key, result }];

/** A run that closes what no writer sent. */
const closing = async (changes: Partial<OpenRequest> = {}) => {
	const { store, sync, start } = await bound();
	const run = await start({ closesUnsent: true, ...changes });
	return { store, run, reload: async () => await store.load(sync) };
};
const known = async ({ members }: LoadedState) => [...(await members.load([ann, bob, cid])).keys()];

describe('what nobody sent (design:R3)', () => {
	it('is closed: no member, no offer, and the row says so', async () => {
		const { run, reload } = await closing();
		await run.offer(offers('ann', 'bob'), none);
		await run.claim([bob], 'Dynamics');
		expect(await run.end()).toMatchObject({
			state: 'incomplete',
			message: '1 without a known outcome and 1 not sent come back in the next run',
			counts: { notAttempted: 1 },
		});
		const state = await reload();
		expect([await known(state), state.offers.size]).toEqual([[bob], 0]);
	});

	it('is given back after a refused sign-in, but not what an earlier try of the node had sent', async () => {
		const { run, reload } = await closing();
		await run.offer(offers('ann', 'bob'), none);
		const first = await run.claim([ann, bob], 'Dynamics');
		first([bob]);
		const second = await run.claim([ann, bob], 'Dynamics');
		second([ann, bob]);
		await run.end();
		expect(await known(await reload())).toEqual([ann]);
	});

	it('is not what a writer said of it and nobody confirmed', async () => {
		const { run, reload } = await closing();
		await run.offer(offers('ann', 'bob'), none);
		run.report([...answered(ann, created), ...answered(bob, { status: 'notAttempted' })]);
		await run.end();
		expect(await known(await reload())).toEqual([ann]);
	});

	it('is in doubt when it comes back no other way: a removal of a feed (design:R12)', async () => {
		const { run, reload } = await closing({ keepRecords: true });
		const removal = { offer: offerOf('cid', { change: 'removed' }), record: { email: 'cid' } };
		const { offers: added, ...rest } = offers('ann');
		await run.offer({ ...rest, offers: [...added, removal] }, none);
		await run.end();
		const state = await reload();
		expect([await known(state), state.pending.size]).toEqual([[cid], 1]);
	});

	it.each([
		['a change nobody else brings', { comesOnce: true }, [ann]],
		['a change that is kept', { comesOnce: true, keepRecords: true }, []],
		['a change the next input has again', {}, []],
	])('is in doubt or closed when a writer says so: %s', async (_, settings, expected) => {
		const { run, reload } = await closing({ closesUnsent: false, ...settings });
		await run.offer(offers('ann'), none);
		await run.confirm(answered(ann, { status: 'notAttempted' }));
		await run.end();
		expect(await known(await reload())).toEqual(expected);
	});

	it.each([
		['a removal that was not attempted', 'removed', { status: 'notAttempted' }],
		['an addition that was rejected', 'added', rejected()],
	] as const)('keeps its answer where it is %s', async (_, change, answer) => {
		const { run } = await closing({ closesUnsent: false, comesOnce: true });
		const one = { offer: offerOf('cid', { change }), record: { email: 'cid' } };
		await run.offer({ ...offers(), offers: [one] }, none);
		await run.confirm(answered(cid, answer));
		expect(await run.end()).toMatchObject({ counts: { [answer.status]: 1 } });
	});

	it('is in doubt when the process dies before the run ends', async () => {
		const { run, reload } = await closing();
		await run.offer(offers('ann'), none);
		expect((await reload()).offers.size).toBe(1);
	});
});

describe('a try whose answer never came, and another one (design:R3, design:R6)', () => {
	it.each([
		['rejected', rejected(), 1],
		['not attempted', { status: 'notAttempted' } as const, 0],
	])('leaves the record in doubt when the second try is %s', async (_, answer, failures) => {
		const { run, reload } = await closing();
		await run.offer(offers('ann', 'bob'), none);
		await run.claim([ann], 'Dynamics');
		const second = await run.claim([ann, bob], 'Dynamics');
		await run.confirm([ann, bob].map((key) => ({ key, result: answer })));
		if (failures === 0) second([ann, bob]);
		await run.end();
		const state = await reload();
		expect(await known(state)).toEqual([ann]);
		expect(state.failures.size).toBe(2 * failures);
	});

	it('settles it when the second try is taken', async () => {
		const { run, reload } = await closing();
		await run.offer(offers('ann'), none);
		await run.claim([ann], 'Dynamics');
		await run.claim([ann], 'Dynamics');
		await run.confirm(answered(ann, created));
		expect(await run.end()).toMatchObject({ state: 'completed', counts: { created: 1 } });
		const [member] = (await (await reload()).members.load([ann])).values();
		expect(member).toMatchObject({ fingerprint: 7n });
	});

	it('leaves it in doubt also where the first try said so and Confirm Delivery hears of the second', async () => {
		const { run, reload } = await closing();
		await run.offer(offers('ann'), none);
		await run.claim([ann], 'Salesforce');
		run.report(answered(ann, { status: 'unknown' }));
		await run.claim([ann], 'Salesforce');
		run.report(answered(ann, rejected()));
		await run.confirm(answered(ann, rejected()));
		await run.end();
		const state = await reload();
		expect([await known(state), state.failures.size]).toEqual([[ann], 1]);
	});

	it('says nothing of a record whose first answer was heard', async () => {
		const { run, reload } = await closing();
		await run.offer(offers('ann'), none);
		await run.claim([ann], 'Dynamics');
		run.report(answered(ann, rejected()));
		await run.claim([ann], 'Dynamics');
		await run.confirm(answered(ann, rejected()));
		await run.end();
		expect(await known(await reload())).toEqual([]);
	});
});

describe('a record not attempted first and taken up again (design:R3, design:R11)', () => {
	const idle = { status: 'notAttempted' } as const;
	/** A first try was answered `notAttempted` and gave the record back; a second one took it up. */
	const takenUpAgain = async () => {
		const opened = await closing();
		await opened.run.offer(offers('ann'), none);
		const first = await opened.run.claim([ann], 'Salesforce');
		await opened.run.confirm(answered(ann, idle));
		first([ann]);
		const second = await opened.run.claim([ann], 'Salesforce');
		return { ...opened, second };
	};

	it('is in doubt when that try is not answered, and the row says so', async () => {
		const { run, reload } = await takenUpAgain();
		expect(run.outcomeOf(ann, 'Salesforce')).toEqual({ status: 'unknown' });
		const row = await run.end();
		expect(row.message).toBe('1 without a known outcome come back in the next run');
		expect(row.counts.notAttempted).toBe(0);
		expect(await known(await reload())).toEqual([ann]);
	});

	it('is not sent when that try gave it back too', async () => {
		const { run, reload, second } = await takenUpAgain();
		second([ann]);
		expect(run.outcomeOf(ann, 'Salesforce')).toEqual(idle);
		expect(await run.end()).toMatchObject({ counts: { notAttempted: 1 } });
		const state = await reload();
		expect([await known(state), state.offers.size]).toEqual([[], 0]);
	});

	it('is in doubt when the process dies during that try', async () => {
		const { reload } = await takenUpAgain();
		expect((await reload()).offers.size).toBe(1);
	});

	it('stays in doubt when a third try is refused', async () => {
		const { run, reload } = await takenUpAgain();
		await run.claim([ann], 'Salesforce');
		await run.confirm(answered(ann, rejected()));
		expect(await run.end()).toMatchObject({ counts: { notAttempted: 0, rejected: 1 } });
		const state = await reload();
		expect([await known(state), state.failures.size]).toEqual([[ann], 1]);
	});

	it('is looked up by a third try when only the second one was not attempted', async () => {
		const { run, reload } = await closing();
		await run.offer(offers('ann'), none);
		await run.claim([ann], 'Salesforce');
		await run.confirm(answered(ann, { status: 'unknown' }));
		const second = await run.claim([ann], 'Salesforce');
		await run.confirm(answered(ann, idle));
		second([ann]);
		expect(run.outcomeOf(ann, 'Salesforce')).toEqual({ status: 'unknown' });
		expect(await run.end()).toMatchObject({ counts: { unknown: 1 } });
		expect(await known(await reload())).toEqual([ann]);
	});
});

describe('two answers to one record that the store refused (design:R6)', () => {
	const refusedBoth = async (...results: RecordResult[]) => {
		const opened = await closing();
		await opened.run.offer(offers('ann'), none);
		await opened.run.claim([ann], 'Dynamics');
		jest.spyOn(opened.store, 'write').mockRejectedValueOnce(new Error('The disk is full'));
		const both = results.map((result) => ({ key: ann, result }));
		await expect(opened.run.confirm(both)).rejects.toThrow('The disk is full');
		return opened;
	};

	it('what is open takes nothing back', async () => {
		const { run } = await refusedBoth(created, { status: 'skipped', reason: 'notFound' });
		expect(run.outcomeOf(ann, 'Dynamics')).toEqual(created);
	});

	it.each([
		['rejected, then created', [rejected(), created]],
		['created, then rejected', [created, rejected()]],
	])('%s: it is refused, and in doubt', async (_, results) => {
		const { run, reload } = await refusedBoth(...results);
		const outcome = run.outcomeOf(ann, 'Dynamics')!;
		expect(outcome.status).toBe('rejected');
		await run.confirm(answered(ann, outcome));
		await run.end();
		const state = await reload();
		expect([await known(state), state.failures.size]).toEqual([[ann], 1]);
	});
});

describe('the lease of a writer at work (design:R13)', () => {
	it('is proved before it sends, and is gone for good once it is lost', async () => {
		const { store, run } = await closing();
		await run.hold();
		await store.takeLease((await store.find('people'))!, 'another', 'process');
		await expect(run.hold()).rejects.toMatchObject({ name: 'LeaseLostError' });
		expect(await run.end()).toMatchObject({ state: 'lost' });
	});
});
