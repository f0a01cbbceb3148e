/** design:R15: what Confirm Delivery takes as delivered, and what not. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { SyncState } from '../../nodes/SyncState/SyncState.node';
import { useDataverse } from '../sandbox/useDataverse';
import { map } from './droppedFixture';
import { passOn, testNode } from './engine';
import { airport, airports, confirmNode, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;
beforeEach(() => (name = `confirm-${(count += 1)}`));

const one = (json: (own: IDataObject) => IDataObject) => (items: INodeExecutionData[]) =>
	items.map((own, item) => ({ json: json(own.json), pairedItem: { item } }));
/** HTTP Request under "continue": an error takes the place of the record. */
const post = () =>
	map(
		'Post',
		one((json) => (json.accountnumber === 'C101' ? { error: 'No such city' } : { stored: true })),
	);
const pass = (title = 'Pass') => ({ name: title, type: passOn() });
const clean = { parameters: { options: { keepBookkeepingOut: true } } };
type Run = Awaited<ReturnType<typeof runLine>>;
const summary = (run: Run) => run.records('Confirm', 1)[0];
const offered = (run: Run) => run.records('Diff').map(({ accountnumber }) => accountnumber);

describe('a refusal that a node on the way did not hand on', () => {
	const between = {
		'Edit Fields': () =>
			map(
				'Edit',
				one(() => ({ done: 'yes' })),
			),
		'two nodes': () =>
			map(
				'Edit',
				one(({ stored }) => ({ stored })),
			),
		Aggregate: () =>
			map('All', (items) => [
				{ json: { rows: items.length }, pairedItem: items.map((_, item) => ({ item })) },
			]),
	};

	it.each(Object.entries(between))(
		'design:R15 %s: the refused record comes back',
		async (_, node) => {
			const nodes = () => [diffNode(name, clean), post(), node(), pass(), confirmNode()];
			const run = await runLine(nodes(), airports(3));
			expect(summary(run)).toMatchObject({ created: 2, rejected: 1, unmatched: 0 });
			expect(offered(await runLine(nodes(), airports(3)))).toEqual(['C101']);
		},
	);

	it('design:7 the node says how many were confirmed, what refused the others, and that they come back', async () => {
		const run = await runLine([diffNode(name, clean), post(), confirmNode()], airports(3));
		const message =
			'2 confirmed, 1 refused. 1 × "Post" answered: No such city. What was not confirmed comes back in the next run.';
		expect(summary(run)).toMatchObject({ message });
		expect(run.hints('Confirm').map((hint) => hint.message)).toContain(message);
	});

	it('design:R5 a preview delivers nothing, so nothing is confirmed', async () => {
		const preview = () => writerNode(org, { parameters: { action: 'preview' } });
		const nodes = () => [diffNode(name), preview(), confirmNode()];
		expect(summary(await runLine(nodes(), airports(2)))).toMatchObject({ notAttempted: 2 });
		expect(offered(await runLine(nodes(), airports(2)))).toEqual(['C100', 'C101']);
		const pass = testNode('pass', async function () {
			return [this.getInputData()];
		});
		const passing = { name: 'Pass', type: pass };
		const before = [diffNode(name), passing, preview(), confirmNode()];
		expect(summary(await runLine(before, airports(2)))).toMatchObject({ notAttempted: 2 });
		const behind = [diffNode(name), preview(), passing, confirmNode()];
		const { message } = (await runLine(behind, airports(2))).error ?? {};
		expect(message).toContain('through a preview, which sends nothing');
		expect(offered(await runLine(nodes(), airports(2)))).toEqual(['C100', 'C101']);
	});

	it('design:R15 the ledger names the node that refused, and what it said', async () => {
		const nodes = [diffNode(name, clean), post(), between['Edit Fields'](), confirmNode()];
		const run = await runLine(nodes, airports(2));
		expect(summary(run)).toMatchObject({ rejected: 1 });
		const parameters = {
			action: 'listFailedRecords',
			syncName: { __rl: true, mode: 'name', value: name },
			records: 'all',
		};
		const state = { name: 'State', type: new SyncState(), parameters };
		const [failed] = (await runLine([state], [{}])).records('State');
		expect(JSON.stringify(failed)).toContain('\\"Post\\" answered: No such city');
	});

	it('design:R15 a record with its bookkeeping beside a refusal is refused too (Merge by position)', async () => {
		const edit = map(
			'Edit',
			one(() => ({ done: 'yes' })),
		);
		const merge = {
			name: 'Merge',
			type: testNode(
				'merge',
				async function () {
					const [left, right] = [this.getInputData(0), this.getInputData(1)];
					return [
						left.map(({ json }, item) => ({
							json: { ...json, ...right[item]!.json },
							pairedItem: [0, 1].map((input) => ({ item, input })),
						})),
					];
				},
				{ inputs: ['main', 'main'] },
			),
		};
		const wires = [
			{ from: 'Seed', to: 'Diff' },
			{ from: 'Diff', to: 'Merge' },
			{ from: 'Diff', to: 'Post' },
			{ from: 'Post', to: 'Edit' },
			{ from: 'Edit', to: 'Merge', input: 1 },
			{ from: 'Merge', to: 'Confirm' },
		];
		const nodes = [diffNode(name), post(), edit, merge, confirmNode()];
		const run = await runLine(nodes, airports(3), { wires });
		expect(summary(run)).toMatchObject({ created: 2, rejected: 1 });
	});
});

describe('a column called error', () => {
	const rows = [{ ...airport('A'), error: 'none' }, airport('B')];

	it.each([
		['with its bookkeeping inside', {}],
		['with its bookkeeping beside', clean],
	])('design:R15 is a value, %s', async (_, change) => {
		const keep = map(
			'Keep',
			one((json) => ({ ...json, done: 'yes' })),
		);
		const nodes = () => [diffNode(name, change), pass(), keep, confirmNode()];
		expect(summary(await runLine(nodes(), rows))).toMatchObject({ created: 2 });
		expect(offered(await runLine(nodes(), rows))).toEqual([]);
	});

	it('design:R15 that a node writes over is a refusal', async () => {
		const refuse = map(
			'Refuse',
			one((json) => ({ ...json, error: 'bad city' })),
		);
		const run = await runLine([diffNode(name), refuse, pass(), confirmNode()], rows);
		expect(summary(run)).toMatchObject({ rejected: 2 });
	});
});

describe('Confirm Delivery where nothing has been delivered', () => {
	it.each([
		['right behind Segment Diff', () => []],
		['behind a disabled node', () => [{ ...post(), disabled: true }]],
	])('design:R15 %s: it confirms nothing and says where it belongs', async (_, between) => {
		const run = await runLine([diffNode(name), ...between(), confirmNode()], airports(3));
		expect(run.error?.message).toContain('Nothing between Segment Diff and "Confirm" delivers');
		expect(run.error).toHaveProperty('description', expect.stringContaining('behind the one'));
		expect(offered(await runLine([diffNode(name)], airports(3)))).toHaveLength(3);
	});

	it('design:R15 beside the node that delivers: the refused record is not confirmed', async () => {
		const wires = [
			{ from: 'Seed', to: 'Diff' },
			{ from: 'Diff', to: 'Post' },
			{ from: 'Diff', to: 'Confirm' },
		];
		const run = await runLine([diffNode(name), post(), confirmNode()], airports(3), { wires });
		expect(run.error?.message).toContain('delivers the records');
	});
});

describe('a writer that leaves confirming to Confirm Delivery', () => {
	const writer = () =>
		writerNode(org, { parameters: { options: { confirm: 'atConfirmDelivery' } } });
	const texts = (run: Run) => run.hints('Writer').map(({ message }) => message);

	it('design:R5 says that everything comes back where there is none behind it', async () => {
		const run = await runLine([diffNode(name), writer()], airports(2));
		expect(texts(run)).toEqual([expect.stringContaining('there is none behind this one')]);
		expect(offered(await runLine([diffNode(name), writer()], airports(2)))).toHaveLength(2);
	});

	it('design:R5 says nothing of it where there is one', async () => {
		const run = await runLine([diffNode(name), writer(), confirmNode()], airports(2));
		expect(texts(run)).toEqual([expect.not.stringContaining('confirmed')]);
		expect(summary(run)).toMatchObject({ created: 2 });
		expect(offered(await runLine([diffNode(name), writer(), confirmNode()], airports(2)))).toEqual(
			[],
		);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'design:R15 what it could not even read is not taken as delivered by a node behind it (%s)',
		async (onError) => {
			const unsigned = { ...writer(), onError, credentials: {} };
			const wires = [
				{ from: 'Seed', to: 'Diff' },
				{ from: 'Diff', to: 'Writer' },
				...[0, 1].map((output) => ({ from: 'Writer', output, to: 'Pass' })),
				{ from: 'Pass', to: 'Confirm' },
			];
			const nodes = [diffNode(name), unsigned, pass(), confirmNode()];
			const run = await runLine(nodes, airports(2), { wires });
			expect(run.error).toBeUndefined();
			expect(summary(run)).toMatchObject({ notAttempted: 2 });
			expect(offered(await runLine([diffNode(name), writer()], airports(2)))).toHaveLength(2);
		},
	);
});
