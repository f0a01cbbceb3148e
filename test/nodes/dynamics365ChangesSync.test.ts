import type { INodeParameters } from 'n8n-workflow';

import { changesNode, destination, hints, useChanges, words } from './changesFixture';
import { confirmNode, runLine } from './syncFixture';
import { nextStep, thisStore } from './syncStateFixture';
import { SyncState } from '../../nodes/SyncState/SyncState.node';

const { abandon, add, name, notes, offered, org, remove, rename, requests, run, state } =
	useChanges();

const ask = async (action: string, parameters: INodeParameters = {}, more = {}) =>
	await runLine(
		[
			{
				name: 'State',
				type: new SyncState(),
				parameters: {
					action,
					syncName: { __rl: true, mode: 'name', value: name() },
					stateStore: 'embedded',
					...parameters,
				},
			},
		],
		[{}],
		more,
	);

/** The row of a run that a test holds the lease with. */
const ended = () => ({
	id: 'test',
	execution: '1',
	startedAt: 0,
	endedAt: 0,
	state: 'completed' as const,
	message: '',
	counts: {},
});

describe('a replay', () => {
	it('reads everything once more, with all its fields, over several runs', async () => {
		const two = { options: { recordsPerRun: 2 } };
		add('a b c');
		for (let times = 0; times < 3; times += 1) await run(two);
		expect((await notes()).cursor).toContain('deltatoken');
		await ask('replay');
		const first = await run(two);
		expect(words(first)).toEqual(['changed a', 'changed b']);
		expect(first.records('Changes')).toMatchObject([
			{ _sync: { replay: true } },
			{ _sync: { replay: true } },
		]);
		expect((await notes()).task).toMatchObject({ kind: 'replay' });
		expect(await offered(two)).toEqual(['changed c']);
		expect((await notes()).task).toBeUndefined();
		expect(await offered(two)).toEqual([]);
	});

	it.each([
		[1_999_999, undefined],
		[2_000_000, '2,000,000'],
	])('sync:T11 with %i records in the table: refused %s', async (records, said) => {
		add('a');
		await run();
		const store = thisStore();
		const sync = (await store.find(name()))!;
		await store.takeLease(sync, 'test', 'test');
		const cursor = JSON.stringify({ ...JSON.parse(sync.notes.cursor!), records });
		await store.write(sync, 'test', { notes: { ...sync.notes, cursor } });
		await store.endRun(sync, ended());
		const replay = await ask('replay');
		if (said === undefined) expect(replay.error).toBeUndefined();
		else expect(replay.error?.message).toContain(said);
		expect(await offered()).toEqual(said === undefined ? ['changed a'] : []);
	});

	it('Resend Everything begins anew too, and a rebaseline takes what is read as accepted', async () => {
		add('a');
		await run();
		await ask('resendEverything');
		expect(await offered()).toEqual(['changed a']);
		add('b');
		await ask('rebaseline');
		const taken = await run();
		expect(words(taken)).toEqual([]);
		expect(await offered()).toEqual([]);
		expect((await state()).members.size).toBe(2);
	});
});

describe('a sync of its own', () => {
	it('design:R14 another table or environment is refused once something was delivered', async () => {
		add('a');
		const leads = { table: { __rl: true, mode: 'name', value: 'lead' }, columns: [] };
		expect(await abandon()).toEqual(['added a']);
		expect((await run({ options: { findBy: 'modified' } })).error).toBeUndefined();
		const store = thisStore();
		const sync = (await store.find(name()))!;
		expect(sync.notes.source).toContain(`account at ${org.url}`);
		await store.takeLease(sync, 'test', 'test');
		const source = 'Dynamics 365 table account at https://other.crm4.dynamics.com';
		await store.write(sync, 'test', { notes: { ...sync.notes, source } });
		await store.endRun(sync, ended());
		const from = org.log.length;
		const refused = await run();
		expect(refused.error?.message).toContain('https://other.crm4.dynamics.com');
		expect(requests(from)).toEqual([]);
		expect((await run(leads)).error?.message).toContain('lead');
	});

	it('design:R13 a second run at the same time ends without reading', async () => {
		add('a');
		const twice = await runLine(
			[
				changesNode(org, name()),
				{ ...changesNode(org, name()), name: 'Again' },
				destination([]),
				confirmNode(),
			],
			[{}],
		);
		expect(twice.error?.message).toContain(name());
	});
});

describe('a table that is not as it was, or not as it should be', () => {
	it('sync:T13 without change tracking every run compares the table, and says how to switch it on', async () => {
		const visits = {
			table: { __rl: true, mode: 'name', value: 'crmsync_visit' },
			columns: [],
		};
		const id = org.insert('crmsync_visit', {});
		const first = await run({ ...visits, options: { applyDeletes: true } });
		expect(first.records('Changes')).toHaveLength(1);
		expect(hints(first)).toMatch(/Change tracking is off.*Track changes/);
		expect((await run({ ...visits, options: { applyDeletes: true } })).records('Changes')).toEqual(
			[],
		);
		const refused = await run({ ...visits, options: { findBy: 'tracking' } });
		expect(refused.error?.message).toContain('"crmsync_visit"');
		expect(id).toBeTruthy();
	});

	it('sync:T13 tracking that is gone in mid-life: the whole table is compared from then on, and nothing is missed', async () => {
		const [a = '', b = ''] = add('a b');
		const deletes = { options: { applyDeletes: true } };
		await run(deletes);
		await rename(a, 'a2');
		await remove(b);
		add('c');
		org.faults.add({
			effect: {
				kind: 'error',
				status: 400,
				code: '0x80072491',
				message: 'Change tracking is not enabled for entity account.',
			},
			url: /deltatoken|skiptoken/,
			times: Infinity,
		});
		org.faults.add({
			effect: {
				kind: 'respond',
				status: 200,
				body: JSON.stringify({ ChangeTrackingEnabled: false }),
				headers: { 'Content-Type': 'application/json' },
			},
			url: /select=ChangeTrackingEnabled$/,
			times: Infinity,
		});
		const whole = await run(deletes);
		expect(words(whole)).toEqual(['added c', 'changed a2', 'removed']);
		expect(hints(whole)).toMatch(/Change tracking is off.*Track changes/);
		await rename(a, 'a3');
		expect(await offered(deletes)).toEqual(['changed a3']);
		expect(await offered(deletes)).toEqual([]);
		const strict = await run({ options: { findBy: 'tracking' } });
		expect(strict.error?.message).toContain(
			'Change tracking is off for the Dynamics 365 table "account"',
		);
	});

	it('sync:T19 a column that was removed stops the run before anything is offered, by its name', async () => {
		const [a = ''] = add('a b');
		const two = { columns: ['name', 'fax'] };
		await run(two);
		const { cursor } = await notes();
		await rename(a, 'a2');
		org.changeColumn('account', 'fax', undefined);
		const stopped = await run(two);
		expect(stopped.error?.message).toContain(
			'The column "fax" of the Dynamics 365 table "account"',
		);
		expect(nextStep(stopped)).toContain('nothing was sent');
		expect((await notes()).cursor).toBe(cursor);
		// Without it in the node's settings the change is there, and both records come once: their columns are others.
		expect((await offered()).sort()).toEqual(['changed a2', 'changed b']);
	});
});

describe('continue on fail', () => {
	it('n8n:T-01 gives the reason on Invalid and nothing on Changes', async () => {
		const node = changesNode(org, name(), { columns: ['nmae'] });
		const failed = await runLine([{ ...node, onError: 'continueRegularOutput' }], [{}]);
		expect(failed.items('Changes')).toEqual([]);
		expect(failed.records('Changes', 1)[0]!.reason).toContain('nmae');
	});
});

it('labels are passed on where they are asked for, and compared by value elsewhere', async () => {
	const id = org.insert('account', { name: 'a', industrycode: 1, customertypecode: 1 });
	const labelled = {
		columns: ['name', 'industrycode', 'customertypecode'],
		options: { labels: ['industrycode'] },
	};
	const first = await run(labelled);
	expect(first.records('Changes')).toMatchObject([
		{ industrycode: 'Accounting', customertypecode: 1, accountid: id },
	]);
	await remove(id);
	expect(await abandon(labelled)).toEqual([]);
});
