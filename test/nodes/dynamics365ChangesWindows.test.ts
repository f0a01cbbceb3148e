import type { INodeParameters } from 'n8n-workflow';

import { useChanges, words } from './changesFixture';

const { abandon, add, change, notes, offered, org, remove, rename, requests, run } = useChanges();
const minute = 60_000;
const windows = (options: INodeParameters = {}): INodeParameters => ({
	options: { findBy: 'modified', ...options },
});
/** The time the next window begins from. */
const watermark = async () => {
	const { from = '{}' } = JSON.parse((await notes()).cursor ?? '{}') as { from?: string };
	return Date.parse((JSON.parse(from) as { since: string }).since);
};
const stampOf = (id: string) =>
	Date.parse(String(org.rows('account').find(({ accountid }) => accountid === id)?.modifiedon));
/** The answers' clock is the one of this machine; the past keeps all stamps before it. */
beforeEach(() => {
	org.clock.freeze();
	org.clock.advance(-60 * minute);
});

describe('windows of modification time', () => {
	it('sync:T62 the watermark moves past a newest row that the conditions leave out', async () => {
		const [a = '', b = ''] = add('a b');
		await change(a, { numberofemployees: 11 });
		org.clock.advance(10 * minute);
		await change(b, { numberofemployees: 1 });
		const above = {
			id: 'above',
			leftValue: 'numberofemployees',
			operator: { type: 'number', operation: 'gt' },
			rightValue: 10,
		};
		// Whoever removes what is filtered out has to see it, so nothing is left to the server.
		const big = {
			...windows({ deleteFilteredOut: true }),
			conditions: { conditions: [above], combinator: 'and' },
		};
		expect(await offered(big)).toEqual(['added a']);
		expect(await watermark()).toBe(stampOf(b));
		expect(stampOf(b)).toBeGreaterThan(stampOf(a));
	});

	it('sync:T62 a crash before the offers are stored moves nothing, one after it loses nothing', async () => {
		const [a = ''] = add('a b');
		await run(windows());
		const { cursor } = await notes();
		org.clock.advance(10 * minute);
		await rename(a, 'a2');
		add('c d');
		org.settings.largestPage = 2;
		const broken = org.faults.add({
			effect: { kind: 'respond', status: 403 },
			url: /skiptoken/,
		});
		expect((await run(windows())).error?.message).toContain('HTTP 403');
		broken();
		expect((await notes()).cursor).toBe(cursor);
		expect((await abandon(windows())).sort()).toEqual(['added c', 'added d', 'changed a2']);
		expect(await watermark()).toBe(stampOf(a));
		expect((await offered(windows())).sort()).toEqual(['added c', 'added d', 'changed a2']);
		expect(await offered(windows())).toEqual([]);
	});

	it('sync:T63 rows inside the overlap, and a row that changes twice in it, are sent once each', async () => {
		const [a = '', b = ''] = add('a b');
		expect((await offered(windows())).sort()).toEqual(['added a', 'added b']);
		for (const name of ['a2', 'a3']) {
			org.clock.advance(minute);
			await rename(a, name);
			expect(await offered(windows())).toEqual([`changed ${name}`]);
			expect(await offered(windows())).toEqual([]);
		}
		org.clock.advance(minute);
		await rename(b, 'b2');
		await rename(b, 'b3');
		expect(await offered(windows())).toEqual(['changed b3']);
		expect(await offered(windows())).toEqual([]);
	});

	it('sync:T64 three runs without changes ask for the overlap only, once each', async () => {
		add('old');
		org.clock.advance(10 * minute);
		const [last = ''] = add('new');
		await run(windows());
		for (let times = 0; times < 3; times += 1) {
			const from = org.log.length;
			const idle = await run(windows());
			expect(words(idle)).toEqual([]);
			const [asked = '', ...more] = requests(from).map(decodeURIComponent);
			expect(more).toEqual([]);
			const since = /modifiedon ge (\S+?)[&)]/.exec(asked)?.[1] ?? '';
			expect(Date.parse(since)).toBe(stampOf(last) - 5 * minute);
			expect(idle.hints('Changes')[0]?.message).toContain('1 record read');
		}
	});

	it('sync:T63 sync:T9 records that were deleted are looked for where that is asked', async () => {
		const [a = ''] = add('a b');
		expect((await offered(windows({ applyDeletes: true }))).sort()).toEqual(['added a', 'added b']);
		add('c');
		await remove(a);
		expect(await offered(windows({ applyDeletes: true }))).toEqual(['added c', 'removed']);
		expect(await offered(windows({ applyDeletes: true }))).toEqual([]);
	});
});
