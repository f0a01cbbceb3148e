import { withForgotten } from '../../shared/core/forgotten';
import { keyText, rowsOf } from './builders';
import { ann, annKey, bob, cid, compare, failure, has, told } from './diffFixture';

const bobKey = keyText('bob');

describe('removals that are not to be sent', () => {
	const leaving = async () =>
		await compare(rowsOf(ann), [has(bob), has(cid)], {
			leavers: 'send',
			failures: new Map([[bobKey, failure({ key: bobKey, change: 'removed' })]]),
		});

	it('design:R6 are forgotten as if skipped: no offer, no failure, and nothing for the guard', async () => {
		const before = await leaving();
		const after = withForgotten(before, (folded) => folded === bobKey);
		expect(told(before).map(([change]) => change)).toEqual(['added', 'removed', 'removed']);
		expect(told(after)).toEqual([
			['added', annKey],
			['removed', keyText('cid')],
		]);
		expect(after.superseded).toEqual([
			...before.superseded,
			{ key: bobKey, fields: expect.anything() as unknown, leaving: true },
		]);
		expect(after.resolved).toEqual([...before.resolved, bobKey]);
		expect(after.newlyLeaving).toBe(before.newlyLeaving - 1);
		expect(after.counts).toEqual(before.counts);
	});

	it('design:R6 concerns removals alone, and leaves everything as it is where none is meant', async () => {
		const before = await leaving();
		expect(withForgotten(before, (folded) => folded === annKey)).toBe(before);
	});

	it('design:R6 a key whose failure has ended already is not named twice, and no count falls below 0', async () => {
		const before = { ...(await leaving()), resolved: [bobKey], newlyLeaving: 1 };
		const after = withForgotten(before, () => true);
		expect(after.resolved).toEqual([bobKey, keyText('cid')]);
		expect(after.newlyLeaving).toBe(0);
	});
});
