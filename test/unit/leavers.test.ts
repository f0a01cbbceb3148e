import { keyText, rowsOf } from './builders';
import { ann, annKey, bob, cid, compare, failure, has, prints, told } from './diffFixture';

describe('leavers (design:R9, design:R10)', () => {
	it('leaves them alone, and keeps their state, unless they are to be sent', async () => {
		const comparison = await compare([], [has(ann)], { leavers: 'leave' });
		expect(comparison).toMatchObject({ offers: [], newlyLeaving: 0, superseded: [] });
		expect(comparison.counts.left).toBe(1);
	});

	it('are offered by key and id, as records of which nothing is in doubt', async () => {
		const { offers, restated } = await compare([], [has(ann), has(bob, { id: '1' })]);
		expect(restated).toEqual([]);
		const removal = { change: 'removed', fingerprint: 0n, fields: new Map(), redelivered: false };
		const of = (name: string) => ({ ...removal, key: keyText(name), folded: keyText(name) });
		expect(offers).toStrictEqual([
			{ record: { email: 'ann' }, member: has(ann), offer: of('ann') },
			{ record: { email: 'bob' }, member: has(bob, { id: '1' }), offer: { ...of('bob'), id: '1' } },
		]);
	});

	it('counts a leaver once: when its removal was offered before, it is not new', async () => {
		const comparison = await compare([], [has(ann, { leaving: true }), has(bob)]);
		expect(comparison.offers).toHaveLength(2);
		expect(comparison.newlyLeaving).toBe(1);
	});

	it('waits while lost keys withhold them, counted once and not at all when nothing is sent', async () => {
		const away = [has(ann, { leaving: true }), has(bob)];
		const withheld = async (leavers: 'leave' | 'send') => {
			const { counts, offers } = await compare(rowsOf({ email: '' }), away, { leavers });
			return [counts.withheld, offers.length];
		};
		expect(await withheld('send')).toEqual([1, 0]);
		expect(await withheld('leave')).toEqual([0, 0]);
	});

	it('waits for the back-off of a removal alone: another failure is over', async () => {
		const of = (change: 'changed' | 'removed') => ({
			failures: new Map([[annKey, failure({ change, fingerprint: 0n, dueAt: 10 })]]),
		});
		const removal = await compare([], [has(ann)], of('removed'));
		expect(removal).toMatchObject({ offers: [], counts: { waiting: 1 }, resolved: [] });
		const due = await compare([], [has(ann)], { ...of('removed'), now: 10 });
		expect(due).toMatchObject({ offers: [{}], counts: { waiting: 0 }, resolved: [] });
		const change = await compare([], [has(ann)], of('changed'));
		expect(change).toMatchObject({ counts: { waiting: 0 }, resolved: [annKey] });
		expect(change.offers).toHaveLength(1);
	});

	it('ends the failure of a removal whose record was forgotten meanwhile (design:R7)', async () => {
		const failures = new Map([[annKey, failure({ change: 'removed', dueAt: 10 })]]);
		const comparison = await compare([], [], { failures });
		expect(comparison).toMatchObject({ offers: [], resolved: [annKey] });
	});

	it('forgets a leaver whose destination record a live key holds', async () => {
		const left = has(ann, { id: '1' });
		const comparison = await compare(rowsOf(bob), [left, has(bob, { id: '1' })]);
		expect(comparison.offers).toEqual([]);
		expect(comparison.superseded).toEqual([left]);
	});

	it.each<[string, Parameters<typeof rowsOf>[0], object]>([
		['differs', { ...ann, a: 2 }, {}],
		['is held', [ann, 'hold'], {}],
		[
			'waits for its back-off',
			ann,
			{
				failures: new Map([
					[annKey, failure({ fingerprint: prints.record(ann, annKey), dueAt: 10 })],
				]),
			},
		],
		['is beyond the limit', ann, { limit: 0 }],
	])(
		'is none any more when it returns and %s: the next time it leaves anew',
		async (_, row, state) => {
			const away = has(ann, { leaving: true, fingerprint: 3n });
			const { restated } = await compare(rowsOf(row), [away], state);
			expect(restated).toEqual([{ ...away, leaving: false }]);
		},
	);

	it('takes a leaver back that returns as it was, and offers one that changed', async () => {
		const away = [has(ann, { leaving: true }), has(bob, { leaving: true })];
		const comparison = await compare(rowsOf(cid, ann, { ...bob, a: 2 }), [...away, has(cid)]);
		expect(comparison).toMatchObject({ restated: [has(ann), has(bob)], resolved: [] });
		expect(told(comparison)).toEqual([['changed', keyText('bob'), 'a']]);
		expect(comparison.counts.unchanged).toBe(2);
	});
});
