import type { INodeParameters } from 'n8n-workflow';

import { changesNode, destination, useChanges, words } from './changesFixture';
import { confirmNode, runLine, writerNode } from './syncFixture';
import { nextStep, thisStore } from './syncStateFixture';
import { SyncState } from '../../nodes/SyncState/SyncState.node';

const { abandon, add, name, notes, offered, org, remove, requests, run, state } = useChanges();

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

describe('one table, one object', () => {
	const line = (syncName: string, options: INodeParameters = {}) => [
		changesNode(org, syncName, { options }),
		writerNode(org, {
			parameters: {
				table: { __rl: true, mode: 'name', value: 'lead' },
				key: 'leadid',
				removedRecords: 'skip',
			},
		}),
	];

	it('sync:T2 a second sync from the same table to the same object is refused, naming both', async () => {
		add('a');
		const first = `${name()}-first`;
		const second = `${name()}-second`;
		await runLine(line(first), [{}]);
		const refused = await runLine(line(second), [{}]);
		expect(refused.error?.message).toContain(first);
		expect(refused.error?.message).toContain(second);
		expect(refused.error?.message).toContain('account');
		expect(nextStep(refused)).toContain('Allow Same Table Twice');
		expect(
			(await runLine(line(second, { allowTwice: true }), [{}])).error?.message ?? '',
		).not.toContain('already');
		expect((await runLine(line(first), [{}])).error?.message ?? '').not.toContain('already');
	});

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
