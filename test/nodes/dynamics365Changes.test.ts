import { hints, useChanges, words } from './changesFixture';
import { thisStore } from './syncStateFixture';

const { abandon, add, change, offered, org, name, notes, remove, rename, requests, run, state } =
	useChanges();
const day = 86_400_000;
const deletes = { options: { applyDeletes: true } };

describe('a run', () => {
	it('hands out all records once, then what changed, with receipts that confirm', async () => {
		const [a = ''] = add('a b');
		const first = await run();
		expect(words(first)).toEqual(['added a', 'added b']);
		const [{ accountid, _sync }] = first.records('Changes');
		expect(accountid).toBe(a);
		expect(_sync).toMatchObject({ key: { accountid: a }, receipt: { scope: name() } });
		expect(first.records('Confirm', 1)).toMatchObject([{ read: 2, unmatched: 0 }]);
		await rename(a, 'a2');
		add('c');
		const second = await run();
		expect(words(second)).toEqual(['added c', 'changed a2']);
		expect(second.records('Changes')[1]).toMatchObject({ _sync: { changedFields: ['name'] } });
		expect(await offered()).toEqual([]);
	});

	it('asks Dynamics 365 once when nothing changed, and says so', async () => {
		add('a b');
		await run();
		const from = org.log.length;
		const idle = await run();
		expect(requests(from)).toEqual([expect.stringContaining('deltatoken')]);
		expect(hints(idle)).toContain('0 records read: 0 added, 0 changed, 0 removed');
		const [row] = await thisStore().runs((await thisStore().find(name()))!, 1);
		expect(row!.counts.requests).toBe(1);
	});

	it('sends nothing for a change of columns that are not read, or of its own echo (sync:T66)', async () => {
		const [a = ''] = add('a');
		await run();
		await change(a, { numberofemployees: 5 });
		await change(a, { name: 'a' });
		for (let times = 0; times < 3; times += 1) expect(await offered()).toEqual([]);
	});

	it('sync:T12 sends inactive records from the first run on, and their changes', async () => {
		const [a = ''] = add('a b');
		await change(a, { statecode: 1, statuscode: 2 });
		expect(await offered()).toEqual(['added a', 'added b']);
		await rename(a, 'a2');
		expect(await offered()).toEqual(['changed a2']);
	});

	it('sync:T12 leaves inactive records out only on request', async () => {
		const [a = ''] = add('a b');
		await change(a, { statecode: 1, statuscode: 2 });
		expect(await offered({ options: { leaveOutInactive: true } })).toEqual(['added b']);
		expect(await offered()).toEqual(['added a']);
	});
});

describe('records that are deleted', () => {
	it('sync:T9 are passed on as removed with Apply Deletes, last of all', async () => {
		const [a = '', b = ''] = add('a b');
		await run(deletes);
		await remove(a);
		await rename(b, 'b2');
		expect(await offered(deletes)).toEqual(['changed b2', 'removed']);
		expect((await state()).members.size).toBe(1);
		expect(await offered(deletes)).toEqual([]);
	});

	it('sync:T9 are counted and forgotten without it, and nothing is passed on', async () => {
		const [a = ''] = add('a b');
		await run();
		await remove(a);
		const second = await run();
		expect(words(second)).toEqual([]);
		expect(hints(second)).toContain('1 deleted at the source and forgotten here');
		expect((await state()).members.size).toBe(1);
	});

	it('that the destination never had are nothing', async () => {
		await run(deletes);
		const [a = ''] = add('a');
		await remove(a);
		expect(await offered(deletes)).toEqual([]);
	});

	it('design:R9 are guarded', async () => {
		const ids = add(Array.from({ length: 20 }, (_, index) => `n${index}`).join(' '));
		await run(deletes);
		for (const id of ids.slice(0, 11)) await remove(id);
		const stopped = await run(deletes);
		expect(stopped.error?.message).toContain('11 of 20 records');
		const code = /code ([0-9A-F]{8})/.exec(
			(stopped.error as unknown as { description: string }).description,
		)![1]!;
		expect(await offered({ options: { applyDeletes: true, approve: code } })).toHaveLength(11);
	});

	it('design:R6 a removal the destination refuses comes back', async () => {
		const [a = ''] = add('a b');
		await run(deletes);
		await remove(a);
		const refuses = ({ name }: Record<string, unknown>) => (name ? undefined : 'not now');
		expect(await offered(deletes, { refuses })).toEqual(['removed']);
		expect(await offered(deletes)).toEqual(['removed']);
		expect(await offered(deletes)).toEqual([]);
	});
});

describe('records that were not delivered', () => {
	it('design:R12 are read again by their id, with the values they have by then', async () => {
		const [a = ''] = add('a b');
		const refuses = ({ name }: Record<string, unknown>) => (name === 'a' ? 'no' : undefined);
		await run({}, { refuses });
		expect((await state()).pending.size).toBe(0);
		const again = await run({}, { refuses });
		expect(words(again)).toEqual(['added a']);
		expect(hints(again)).toContain('1 read again');
		await rename(a, 'a2');
		expect(await offered()).toEqual(['added a2']);
		expect(await offered()).toEqual([]);
	});

	it('design:R3 a crash behind this node loses nothing', async () => {
		const [a = ''] = add('a b');
		await run();
		await rename(a, 'a2');
		expect(await abandon()).toEqual(['changed a2']);
		const again = await run();
		expect(words(again)).toEqual(['changed a2']);
		expect(again.records('Changes')).toMatchObject([{ _sync: { redelivered: true } }]);
		expect(await offered()).toEqual([]);
	});

	it('design:R1 a crash between reading and offering reads again: the cursor moves with the offers', async () => {
		const [a = ''] = add('a b');
		await run({}, { refuses: ({ name }) => (name === 'b' ? 'no' : undefined) });
		const { cursor } = await notes();
		await rename(a, 'a2');
		add('c');
		// The changes are read, and the reading breaks off behind them: at the record to be read again.
		const remove = org.faults.add({
			effect: {
				kind: 'respond',
				status: 403,
				body: JSON.stringify({ error: { code: '0x80040220', message: 'no' } }),
			},
			url: /PropertyValues/,
		});
		expect((await run()).error?.message).toContain('refused');
		remove();
		expect((await notes()).cursor).toBe(cursor);
		expect(await offered()).toEqual(['added c', 'added b', 'changed a2']);
	});

	it('one that was deleted while it waited becomes a removal, or is let go of', async () => {
		const [a = '', b = ''] = add('a b');
		await run(deletes);
		await rename(a, 'a2');
		await abandon(deletes);
		await remove(a);
		expect(await offered(deletes)).toEqual(['removed']);
		await rename(b, 'b2');
		await run({}, { refuses: () => 'no' });
		await remove(b);
		expect(await offered()).toEqual([]);
		const { members, failures } = await state();
		expect([members.size, failures.size]).toEqual([0, 0]);
	});

	it('one that was new, refused and deleted leaves no failure behind', async () => {
		const [a = ''] = add('a');
		await run({}, { refuses: () => 'no' });
		await remove(a);
		expect(await offered(deletes)).toEqual([]);
		expect((await state()).failures.size).toBe(0);
	});
});

describe('no gaps', () => {
	it('dataverse:T-20 an expired link compares everything: changed, new and deleted records are found', async () => {
		const [a = '', b = ''] = add('a b c');
		await run(deletes);
		await rename(a, 'a2');
		await remove(b);
		add('d');
		org.clock.advance(8 * day);
		const again = await run(deletes);
		expect(words(again)).toEqual(['added d', 'changed a2', 'removed']);
		expect(hints(again)).toContain('The whole table was compared instead');
		expect(await offered(deletes)).toEqual([]);
	});

	it('a large table is compared over several runs, and deleted records are found at its end', async () => {
		const two = { options: { applyDeletes: true, recordsPerRun: 2 } };
		const [, b = ''] = add('a b c d e');
		const first = await run(two);
		expect(words(first)).toEqual(['added a', 'added b']);
		expect(hints(first)).toMatch(
			/about 5 records. Still to come: 3 records, 2 requests, 2 runs, about 1 min/,
		);
		expect(await offered(two)).toEqual(['added c', 'added d']);
		expect(await offered(two)).toEqual(['added e']);
		expect(await offered(two)).toEqual([]);
		await remove(b);
		org.clock.advance(8 * day);
		const all = [await offered(two), await offered(two), await offered(two)];
		expect(all.flat()).toEqual(['removed']);
		expect((await state()).members.size).toBe(4);
	});

	it('records refused on the way are kept through the end of a large table', async () => {
		const two = { options: { recordsPerRun: 2 } };
		add('a b c');
		await run(two, { refuses: ({ name }) => (name === 'a' ? 'no' : undefined) });
		expect(await offered(two)).toEqual(['added c', 'added a']);
		expect(await offered(two)).toEqual([]);
	});

	it('other columns compare the whole table once, and send what differs', async () => {
		org.insert('account', { name: 'a', accountnumber: '1' });
		add('b');
		await run();
		const more = await run({ columns: ['name', 'accountnumber'] });
		expect(words(more).sort()).toEqual(['changed a', 'changed b']);
		expect(hints(more)).toContain('not those of the last run');
	});
});
