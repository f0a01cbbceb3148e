import { keyText, rowsOf } from './builders';
import { ann, annKey, bob, cid, compare, failure, has, told } from './diffFixture';

describe('the census: what stays on the wire (design:R8)', () => {
	it('never removes a hold, and does not compare it', async () => {
		const comparison = await compare(rowsOf([{ email: 'ANN', a: 9 }, 'hold']), [has(ann)]);
		expect(comparison.offers).toEqual([]);
		expect(comparison.counts).toMatchObject({ held: 1, left: 0, unchanged: 0 });
	});

	it('holds all rows of a duplicate key, whatever their spelling and order', async () => {
		const rows = rowsOf(ann, cid, { email: 'Ann ', a: 2 }, [{ email: 'cid' }, 'hold']);
		const comparison = await compare(rows, [has(ann), has(bob)]);
		expect(told(comparison)).toEqual([['removed', keyText('bob')]]);
		expect(comparison.invalid).toEqual([
			{ index: 0, reason: 'duplicateKey', record: { email: 'Ann ' } },
			{ index: 1, reason: 'duplicateKey', record: cid },
			{ index: 2, reason: 'duplicateKey', record: { email: 'Ann ', a: 2 } },
		]);
		expect(comparison.counts).toMatchObject({ held: 2, unchanged: 0 });
	});

	it('holds a row that reads as accepted when another one of its key is held', async () => {
		const comparison = await compare(rowsOf(ann, [{ email: 'Ann' }, 'hold']), [has(ann)]);
		expect(comparison.invalid).toMatchObject([{ index: 0, reason: 'duplicateKey' }]);
		expect(comparison.counts).toMatchObject({ read: 2, held: 1, unchanged: 0, left: 0 });
	});

	it('holds a third row of the same key too, wherever the first one is looked up', async () => {
		const comparison = await compare(rowsOf(ann, ann, ann, bob, bob, bob), [has(ann)]);
		expect(comparison.offers).toEqual([]);
		expect(comparison.invalid.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
		expect(comparison.counts).toMatchObject({ read: 6, held: 2, unchanged: 0, left: 0 });
	});

	it('ends no failure of a duplicate key, whose first row reads as accepted', async () => {
		const failures = new Map([[annKey, failure({})]]);
		const comparison = await compare(rowsOf(ann, ann), [has(ann)], { failures });
		expect(comparison.resolved).toEqual([]);
	});

	it('tells a row without key once: a node that held it has said why', async () => {
		const rows = rowsOf({ email: ' ' }, [{ email: null }, 'hold'], [{}, 'removed']);
		const comparison = await compare([...rows, { record: { a: 1 } }], []);
		expect(comparison.invalid).toMatchObject([{ index: 0, reason: 'noKey' }]);
		expect(comparison.counts).toMatchObject({ read: 3, keyless: 4, held: 0 });
	});

	it('does not take a record that is marked as removed and also there for a leaver', async () => {
		const comparison = await compare(rowsOf([{ email: 'ANN' }, 'removed'], ann), [has(ann)]);
		expect(comparison.offers).toEqual([]);
	});

	it.each([
		[1, 0, 0],
		[1, 1, 1],
		[2, 1, 0],
		[1, 2, 1],
	])('%i keyless rows after %i in the last run: %i removals', async (now, before, removals) => {
		const keyless = rowsOf(...Array.from({ length: now }, () => ({ email: ' ' })));
		const comparison = await compare(keyless, [has(ann)], { keyless: before });
		expect(comparison.offers).toHaveLength(removals);
		const withheld = removals === 0 ? 1 : 0;
		expect(comparison.counts).toMatchObject({ keyless: now, left: 1, withheld });
		expect(comparison.invalid).toHaveLength(now);
	});
});
