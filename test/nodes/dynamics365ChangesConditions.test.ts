import type { INodeParameters } from 'n8n-workflow';

import { hints, useChanges, words } from './changesFixture';

const { add, change, offered, org, rename, requests, run, state } = useChanges();

const condition = (leftValue: string, operator: object, rightValue: unknown = '') => ({
	id: leftValue,
	leftValue,
	operator: { type: 'string', operation: 'equals', ...operator },
	rightValue,
});
const filtered = (
	conditions: object[],
	options: INodeParameters = {},
	combinator = 'and',
): INodeParameters => ({
	conditions: { combinator, conditions } as unknown as INodeParameters,
	options,
});
describe('conditions', () => {
	const big = filtered([condition('numberofemployees', { type: 'number', operation: 'gt' }, 10)]);
	const grow = async (id: string, number: number) =>
		await change(id, { numberofemployees: number });

	it('sync:T6 let through what meets them, by columns that are not passed on', async () => {
		const [a = ''] = add('a b');
		await grow(a, 11);
		const first = await run(big);
		expect(words(first)).toEqual(['added a']);
		expect(first.records('Changes')[0]).not.toHaveProperty('numberofemployees');
		expect(hints(first)).toContain('1 do not meet the conditions');
	});

	it.each([
		['and', ['added ab']],
		['or', ['added a', 'added ab', 'added b']],
	])('sync:T6 joined by %s', async (combinator, expected) => {
		add('a ab b c');
		const both = [
			condition('={{ $json.name }}', { operation: 'startsWith' }, 'a'),
			condition('name', { operation: 'endsWith' }, '={{ "b" }}'),
		];
		expect((await offered(filtered(both, {}, combinator))).sort()).toEqual(expected);
	});

	it('sync:T7 a record that does not meet them any more stays, or is removed on request', async () => {
		const [a = '', b = ''] = add('a b');
		await grow(a, 11);
		await grow(b, 11);
		await run(big);
		await grow(a, 1);
		expect(await offered(big)).toEqual([]);
		await grow(a, 12);
		await rename(a, 'a2');
		expect(await offered(big)).toEqual(['changed a2']);
		const removing = { ...big, options: { deleteFilteredOut: true } };
		expect(await offered(removing)).toEqual([]);
		await grow(a, 1);
		expect(await offered(removing)).toEqual(['removed']);
		expect(await offered(removing)).toEqual([]);
	});

	it('sync:T59 a refused record that does not meet them any more is let go of, and said so', async () => {
		const [a = ''] = add('a');
		await grow(a, 11);
		await run(big, { refuses: () => 'no' });
		await grow(a, 1);
		expect(await offered(big)).toEqual([]);
		const next = await run(big);
		expect(hints(next)).toContain('1 waited for delivery');
		expect((await state()).failures.size).toBe(0);
		const from = org.log.length;
		await run(big);
		expect(requests(from)).toHaveLength(1);
	});

	it('are sent along where the server can tell, and looked at here again', async () => {
		const [a = ''] = add('a b');
		await grow(a, 11);
		const modified = { ...big, options: { findBy: 'modified' } };
		expect(await offered(modified)).toEqual(['added a']);
		const [query = ''] = requests().filter((url) => url.includes('orderby'));
		expect(decodeURIComponent(query)).toContain('numberofemployees gt 10');
		// Change tracking takes no filter (dataverse:T-20).
		await offered(big);
		const tracked = requests().filter((url) => url.includes('deltatoken'));
		expect(tracked.filter((url) => url.includes('filter'))).toEqual([]);
	});

	it('on a column that is not there are refused by name', async () => {
		const missing = filtered([condition('nmae', {}, 'x')]);
		expect((await run(missing)).error?.message).toContain('The column "nmae"');
		const nothing = filtered([condition('={{ $now }}', {}, 'x')]);
		expect((await run(nothing)).error?.message).toContain('Condition 1 does not name a column');
	});
});
