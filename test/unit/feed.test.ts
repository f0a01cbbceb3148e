import { diff, type Comparison } from '../../shared/core/diff';
import type { DiffState, Row } from '../../shared/core/census';
import { fingerprinter } from '../../shared/core/fingerprint';
import type { Failure } from '../../shared/core/failures';
import type { Member } from '../../shared/core/member';
import type { SyncRecord } from '../../shared/core/record';
import { LiveRun } from '../../shared/state/liveRun';
import { failed, keyText, member, movesOf, rowsOf, settings, tableOf } from './builders';
import { failure } from './diffFixture';
import { storeFixture } from './storeFixture';

const { leased } = storeFixture();
const ann = { email: 'ann', a: 1 };
const annKey = keyText('ann');
const prints = fingerprinter();
const accepted = (changes: Partial<Member> = {}) =>
	member('ann', {
		fingerprint: prints.record(ann, annKey),
		fields: prints.fields(ann),
		...changes,
	});

const compare = async (rows: readonly Row[], members: Member[], state: Partial<DiffState> = {}) =>
	await diff(
		rows,
		{ members: await tableOf(...members), failures: new Map(), keyless: 0, ...state },
		settings({ input: 'feed' }),
		prints,
	);
const told = ({ offers }: Comparison) =>
	offers.map(({ offer, record }) => [offer.change, record.a]);
/** A record of an earlier run that is not accepted yet. */
const kept = (record: SyncRecord) => ({ pending: new Map([[annKey, record]]) });
const newer = kept({ email: 'ann', a: 2 });

describe('a change feed (design:R12)', () => {
	it('takes absence for nothing, and keyless rows for no reason to wait', async () => {
		const bob = member('bob');
		const comparison = await compare(rowsOf({ email: null }, [{ email: 'bob' }, 'removed']), [
			accepted(),
			bob,
		]);
		expect(comparison.offers).toMatchObject([{ offer: { change: 'removed', key: bob.key } }]);
		expect(comparison.counts.left).toBe(1);
	});

	it('offers a removal again that has no outcome, although the feed names it once', async () => {
		expect(told(await compare([], [accepted({ leaving: true })]))).toEqual([
			['removed', undefined],
		]);
		expect(told(await compare(rowsOf(ann), [accepted({ leaving: true })]))).toEqual([]);
		expect(told(await compare(rowsOf([ann, 'hold']), [accepted({ leaving: true })]))).toEqual([]);
	});

	it.each<[string, Row[]]>([
		['reads as accepted', rowsOf([ann, 'removed'], ann)],
		['changed', rowsOf([ann, 'removed'], { ...ann, a: 2 })],
		['is held', rowsOf([ann, 'removed'], [ann, 'hold'])],
	])('removes nothing that came back and %s', async (_, rows) => {
		const comparison = await compare(rows, [accepted()]);
		expect(told(comparison).flat()).not.toContain('removed');
		expect(comparison.counts.left).toBe(0);
	});

	it('ends the failure of a record that left, and of no record that is only not in it', async () => {
		const failures = new Map([[annKey, failure({})]]);
		expect((await compare([], [accepted()], { failures })).resolved).toEqual([]);
		const left = await compare(rowsOf([ann, 'removed']), [accepted()], { failures });
		expect(left.resolved).toEqual([annKey]);
	});

	it('spares a destination record that a key outside this input holds (design:R10)', async () => {
		const left = accepted({ id: '1' });
		const comparison = await compare(rowsOf([ann, 'removed']), [left, member('bob', { id: '1' })]);
		expect(comparison.offers).toEqual([]);
		expect(comparison.superseded).toEqual([left]);
	});

	it.each<[string, Row[], number]>([
		['is offered when nothing newer came', [], 2],
		['gives way to a newer row', rowsOf({ email: 'ANN', a: 3 }), 3],
	])('a kept record %s, and stays until that is accepted', async (_, rows, a) => {
		const comparison = await compare(rows, [accepted()], newer);
		expect(told(comparison)).toEqual([['changed', a]]);
		expect(comparison).toMatchObject({ invalid: [], resolved: [] });
	});

	it('a kept record nobody accepted gives way to a newer row, and is no second row of its key', async () => {
		const comparison = await compare(rowsOf({ ...ann, a: 3 }), [], newer);
		expect(told(comparison)).toEqual([['added', 3]]);
		expect(comparison).toMatchObject({ invalid: [], resolved: [], counts: { held: 0 } });
	});

	it.each<[string, Row[], SyncRecord]>([
		['one newer row', rowsOf({ email: 'ann', b: 2 }), { email: 'ann', a: 2, b: 2 }],
		[
			'two newer rows',
			rowsOf({ email: 'ANN', a: 3 }, { email: 'ann', b: 2 }),
			{ email: 'ann', a: 3, b: 2, c: 1 },
		],
		['a row that says what was accepted', rowsOf(ann), { ...ann, c: 1 }],
		[
			'a row after a hold',
			rowsOf([ann, 'hold'], { email: 'ann', b: 2 }),
			{ email: 'ann', a: 2, b: 2 },
		],
	])('what %s does not say of a kept record goes out with it', async (_, rows, expected) => {
		const before = { email: 'ann', a: 2, ...('c' in expected && { c: 1 }) };
		const { offers } = await compare(rows, [accepted()], kept(before));
		expect(offers.map(({ record }) => record)).toEqual([expected]);
	});

	it.each<[string, SyncRecord, SyncRecord | undefined, boolean]>([
		['not kept', { ...ann, a: 3 }, undefined, true],
		['kept in an older version', { ...ann, a: 3 }, { ...ann, a: 2 }, true],
		['kept as it is', { ...ann, a: 3 }, { ...ann, a: 3 }, false],
	])('a row that waits is news where it is %s', async (_, row, before, isNews) => {
		const parked = failure({ fingerprint: prints.record(row, annKey), dueAt: 9 });
		const failures = new Map([[annKey, parked]]);
		const state = { failures, ...(before && kept(before)) };
		const comparison = await compare(rowsOf(row), [accepted()], state);
		expect(comparison).toMatchObject({ offers: [], resolved: [], counts: { waiting: 1 } });
		expect([...comparison.waitingNews]).toEqual(isNews ? [[annKey, row]] : []);
	});

	it.each<[string, Row[], Member, string[]]>([
		['a removal', rowsOf([ann, 'removed']), accepted(), ['removed']],
		['a version that is held', rowsOf([ann, 'hold']), accepted(), []],
		['a row that reads as accepted', rowsOf(ann), accepted(), []],
		['a return to what was accepted', rowsOf(ann), accepted({ leaving: true }), []],
	])('a kept record is over with %s, and so is its failure', async (_, rows, known, changes) => {
		for (const failures of [new Map<string, Failure>(), new Map([[annKey, failure({})]])]) {
			const comparison = await compare(rows, [known], { ...newer, failures });
			expect(comparison.offers.map(({ offer }) => offer.change)).toEqual(changes);
			expect(comparison).toMatchObject({ invalid: [], resolved: [annKey] });
		}
	});

	it.each([
		['accepted', accepted()],
		['accepted, and was leaving', accepted({ leaving: true })],
	])('a kept record is over when it turns out to be %s', async (_, known) => {
		expect(await compare([], [known], kept(ann))).toMatchObject({ offers: [], resolved: [annKey] });
	});

	it('counts no kept record as a row that was read', async () => {
		const comparison = await compare(rowsOf({ email: 'bob' }), [], newer);
		expect(comparison.counts.read).toBe(1);
		expect(comparison.offers.map(({ row }) => row)).toEqual([0, undefined]);
	});
});

describe('records kept until they are accepted (design:R12)', () => {
	const started = async (id = 'r1', fixture = leased()) => {
		const { store, sync } = await fixture;
		const settingsOfRun = { id, execution: '1', keepRecords: true, parkAfter: 3, now: () => 0 };
		const run = new LiveRun(store, sync, await store.load(sync), settingsOfRun);
		const offer = async (...rows: Row[]) => {
			const state = { ...run.state, keyless: sync.keyless };
			const comparison = await diff(rows, state, settings({ input: 'feed' }), prints);
			await run.offer(comparison, movesOf(comparison, 'fold'));
			return comparison;
		};
		const next = async () => {
			await run.end();
			await store.takeLease((await store.find('people'))!, 'r1', 'process');
			return await started('r1', Promise.resolve({ store, sync, file: '' }));
		};
		const pending = async () => [...(await store.load(sync)).pending.values()];
		const answer = async (...said: Array<'created' | 'rejected' | 'notAttempted' | 'unsafe'>) => {
			const unsafe = { status: 'unknown', error: failed({ retryable: false }) } as const;
			const results = said.map((status) => (status === 'unsafe' ? unsafe : { status }));
			for (const result of results) await run.confirm([{ key: annKey, result }]);
		};
		return { offer, next, pending, answer };
	};

	it.each([
		['created', []],
		['rejected', [ann]],
		['notAttempted', [ann]],
	] as const)('after "%s"', async (status, expected) => {
		const { offer, answer, pending } = await started();
		await offer(...rowsOf(ann));
		expect(await pending()).toEqual([ann]);
		await answer(status);
		expect(await pending()).toEqual(expected);
	});

	it('are kept again when a rejection takes an acceptance back (design:R6)', async () => {
		const { offer, answer, pending } = await started();
		await offer(...rowsOf(ann));
		await answer('created', 'rejected');
		expect(await pending()).toEqual([ann]);
	});

	it('are forgotten when the row reads as accepted again', async () => {
		const first = await started();
		await first.offer(...rowsOf(ann));
		await first.answer('created');
		const second = await first.next();
		await second.offer(...rowsOf({ ...ann, a: 2 }));
		await second.answer('notAttempted');
		const third = await second.next();
		expect((await third.offer(...rowsOf(ann))).offers).toEqual([]);
		expect(await third.pending()).toEqual([]);
	});

	it('are those that wait in their newest version, so that no older one follows', async () => {
		const refused = { ...ann, a: 3 };
		const first = await started();
		await first.offer(...rowsOf(refused));
		await first.answer('unsafe');
		const second = await first.next();
		await second.offer(...rowsOf({ ...ann, a: 2 }));
		const third = await second.next();
		expect((await third.offer(...rowsOf(refused))).offers).toEqual([]);
		expect(await third.pending()).toEqual([refused]);
		const last = await third.next();
		expect((await last.offer()).offers).toEqual([]);
	});

	it('are forgotten when a newer version is held, which makes them outdated (design:R8)', async () => {
		const first = await started();
		await first.offer(...rowsOf(ann));
		await first.answer('rejected');
		const second = await first.next();
		const held = await second.offer(...rowsOf([{ ...ann, a: 2 }, 'hold']));
		expect(held.offers).toEqual([]);
		expect(await second.pending()).toEqual([]);
		const third = await second.next();
		expect((await third.offer()).offers).toEqual([]);
	});

	it('are not replayed as a record when what is due is a removal', async () => {
		const first = await started();
		await first.offer(...rowsOf(ann));
		const second = await first.next();
		await second.offer(...rowsOf([ann, 'removed']));
		expect(await second.pending()).toEqual([]);
		const third = await second.next();
		expect(told(await third.offer())).toEqual([['removed', undefined]]);
	});
});
