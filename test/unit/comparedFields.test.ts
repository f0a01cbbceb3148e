import { diff } from '../../shared/core/diff';
import { fingerprinter } from '../../shared/core/fingerprint';
import { member, rowsOf, settings, tableOf } from './builders';

const ann = { email: 'ann', a: 1 };

describe('diff: compared fields', () => {
	it('ignores what is not compared, but keeps it in the record', async () => {
		const only = fingerprinter((field) => field === 'email');
		const state = { members: await tableOf(), failures: new Map(), keyless: 0 };
		const { offers } = await diff(rowsOf(ann), state, settings(), only);
		const [offered] = offers;
		expect(offered?.record).toEqual(ann);
		expect([...(offered?.offer.fields ?? [])].map(([field]) => field)).toEqual(['email']);
		const known = member('ann', { ...offered?.offer, leaving: false });
		const again = await diff(
			rowsOf({ ...ann, a: 99 }),
			{ ...state, members: await tableOf(known) },
			settings(),
			only,
		);
		expect(again.counts.unchanged).toBe(1);
	});
});
