import type { IDataObject } from 'n8n-workflow';

import { useDataverse } from '../sandbox/useDataverse';
import { passOn, testNode } from './engine';
import { airport, airports, confirmNode, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;

beforeEach(() => {
	name = `rule-${(count += 1)}`;
});

const account = (code: string) =>
	org.rows('account').filter(({ accountnumber }) => accountnumber === code);
const commits = () => Object.values(org.history('account')).flat().length;
const changes = (records: Array<Record<string, unknown>>) =>
	records.map(({ _sync }) => (_sync as { change: string }).change);
const line = () => [diffNode(name), writerNode(org)];

describe('the rules of the protocol, through the nodes', () => {
	it('design:R5 keeps the batches confirmed before an error stops the run', async () => {
		const rows = airports(250);
		org.faults.add({
			url: /UpdateMultiple|CreateMultiple/,
			nth: 2,
			effect: { kind: 'privilegeLoss', privilege: 'prvCreateaccount' },
		});
		const writer = writerNode(org, { parameters: { options: { batchSize: 100 } } });
		const first = await runLine([diffNode(name), writer], rows);
		expect(first.error).toBeDefined();
		const kept = org
			.rows('account')
			.filter(({ accountnumber }) => String(accountnumber).startsWith('C')).length;
		expect(kept).toBeGreaterThanOrEqual(100);
		expect(kept).toBeLessThan(250);
		org.identity.missingPrivileges.clear();
		const second = await runLine([diffNode(name), writer], rows);
		expect(second.items('Diff')).toHaveLength(250 - kept);
	});

	it('design:R6 refuses a second writer on the same receipts, before any request', async () => {
		const second = { ...writerNode(org), name: 'Second' };
		const run = await runLine([diffNode(name), writerNode(org), second], [airport('AAA')]);
		expect(run.error?.message).toContain('already written by the node "Writer"');
		expect(account('AAA')).toHaveLength(1);
		expect(commits()).toBe(1 + seeded);
	});

	it('design:R10 sends a key in another case as a rename of the same row', async () => {
		await runLine(line(), [airport('abc'), airport('DEF')]);
		const [before] = account('abc');
		const renamed = await runLine(line(), [airport('ABC'), airport('DEF')]);
		expect(renamed.records('Diff')).toMatchObject([
			{ _sync: { change: 'changed', previousKey: { accountnumber: 'abc' } } },
		]);
		expect(account('ABC')).toMatchObject([{ accountid: before!.accountid }]);
		expect(account('abc')).toEqual([]);
		expect((await runLine(line(), [airport('ABC'), airport('DEF')])).items('Diff')).toEqual([]);
	});

	it('design:R10 an exact key that only changed its case is added, and its old form never deletes the row', async () => {
		const exact = diffNode(name, { parameters: { options: { keyComparison: 'exact' } } });
		await runLine([exact, writerNode(org)], [airport('abc'), airport('DEF')]);
		const run = await runLine([exact, writerNode(org)], [airport('ABC'), airport('DEF')]);
		expect(changes(run.records('Diff'))).toEqual(['added', 'removed']);
		expect(
			org
				.rows('account')
				.filter(({ accountnumber }) => String(accountnumber).toLowerCase() === 'abc'),
		).toHaveLength(1);
		expect(
			(await runLine([exact, writerNode(org)], [airport('ABC'), airport('DEF')])).items('Diff'),
		).toEqual([]);
	});

	it('design:R10 removes nothing while a record of the run has no outcome', async () => {
		await runLine(line(), [airport('AAA'), airport('BBB')]);
		const drop = testNode('drop', async function () {
			return [
				this.getInputData().filter(
					({ json }) => (json._sync as { change: string }).change === 'removed',
				),
			];
		});
		const dropping = { name: 'Drop', type: drop };
		const run = await runLine(
			[diffNode(name), dropping, writerNode(org)],
			[airport('BBB'), airport('CCC')],
		);
		expect(run.records('Writer', 1)).toMatchObject([
			{ _sync: { result: { status: 'notAttempted' } } },
		]);
		expect(account('AAA')).toHaveLength(1);
	});

	it('design:R11 looks up a record whose answer was lost, and writes it once', async () => {
		org.faults.add({
			url: /CreateMultiple/,
			nth: 1,
			effect: { kind: 'reset', when: 'afterCommit' },
		});
		const run = await runLine(line(), airports(3));
		expect(run.records('Writer', 2)[0]).toMatchObject({ created: 3 });
		expect(commits()).toBe(3 + seeded);
	});

	it('design:R12 replays what a feed will not send again', async () => {
		const feed = diffNode(name, { parameters: { inputIs: 'feed' } });
		const refused = airport('BBB', { name: 'x'.repeat(5_000) });
		await runLine([feed, writerNode(org)], [airport('AAA'), refused]);
		const second = await runLine([feed, writerNode(org)], [airport('CCC')]);
		expect(second.records('Diff').map(({ accountnumber }) => accountnumber)).toEqual([
			'CCC',
			'BBB',
		]);
		const third = await runLine([feed, writerNode(org)], [airport('BBB')]);
		expect(third.records('Writer', 2)[0]).toMatchObject({ created: 1 });
		const last = await runLine([feed, writerNode(org)], [{}]);
		expect(last.items('Diff')).toEqual([]);
	});

	it('design:R8 lost keys withhold removals run after run, until a person says whose rows they are', async () => {
		const first = airports(3);
		await runLine(line(), first);
		const written = commits();
		const broken = first.map((row) => ({ ...row, accountnumber: '' }));
		const run = async (approve = '') =>
			await runLine(
				[diffNode(name, { parameters: { options: { approve } } }), writerNode(org)],
				broken,
			);
		const warning = async () => (await run()).hints('Diff')[0]?.message ?? '';
		expect(await warning()).toContain('3 records that left are not removed: 3 rows have no key');
		const code = /the code (\w+)/.exec(await warning())?.[1] ?? '';
		expect(commits()).toBe(written);
		expect((await run('00000000')).items('Diff')).toEqual([]);
		expect((await run(code)).items('Diff')).toEqual([]);
		expect(changes((await run()).records('Diff'))).toEqual(['removed', 'removed', 'removed']);
	});

	it('design:R8 names a key field no record has, and neither offers nor removes anything', async () => {
		await runLine(line(), airports(3));
		const before = commits();
		const renamed = airports(3).map(({ accountnumber, ...rest }) => ({
			number: accountnumber,
			...rest,
		}));
		const run = await runLine(line(), renamed);
		expect(run.error?.message).toContain('No record has the key field "accountnumber"');
		expect(run.error).toMatchObject({
			description: expect.stringContaining('The first record has: number, name') as string,
		});
		const file = await runLine(line(), [{ fileName: 'rows.csv', mimeType: 'text/csv' }]);
		expect(file.error).toMatchObject({
			description: expect.stringContaining(
				'the file "rows.csv", not its rows: choose File',
			) as string,
		});
		expect(commits()).toBe(before);
		const held = { name: 'refused before', _sync: { change: 'hold', reason: 'no key' } };
		expect((await runLine(line(), [held])).error).toBeUndefined();
		expect(commits()).toBe(before);
	});

	it('hands out so many changes per run, says how many wait, and gets through', async () => {
		const limited = { parameters: { options: { changesPerRun: 4 } } };
		const before = commits();
		const sizes: number[] = [];
		const hints: string[] = [];
		for (let runs = 0; runs < 4; runs++) {
			const run = await runLine([diffNode(name, limited), writerNode(org)], airports(10));
			sizes.push(run.items('Diff').length);
			hints.push(run.hints('Diff')[0]?.message ?? '');
		}
		expect(sizes).toEqual([4, 4, 2, 0]);
		expect(hints[0]).toContain('6 more wait for the next runs');
		expect(commits()).toBe(before + 10);
	});

	it('design:R15 confirms what a foreign node delivered, and takes its errors as refusals', async () => {
		const answers: Record<string, IDataObject> = {
			BBB: { error: { message: 'refused by the other side' } },
			// HTTP Request with Never Error and the full response.
			DDD: { statusCode: 400, headers: {}, body: { problem: 'no' } },
		};
		const rows = ['AAA', 'BBB', 'CCC', 'DDD'].map((code) => airport(code));
		const foreign = {
			name: 'Foreign',
			type: testNode('foreign', async function () {
				return [
					this.getInputData().map(({ json }, item) => ({
						json: answers[String(json.accountnumber)] ?? { id: item },
						pairedItem: { item },
					})),
				];
			}),
		};
		const nodes = () => [
			diffNode(name),
			foreign,
			{ name: 'Between', type: passOn() },
			confirmNode(),
		];
		const first = await runLine(nodes(), rows);
		expect(first.records('Confirm', 1)[0]).toMatchObject({
			created: 2,
			rejected: 2,
			unmatched: 0,
			stale: 0,
		});
		const second = await runLine(nodes(), rows);
		expect(second.records('Diff').map(({ accountnumber }) => accountnumber)).toEqual([
			'BBB',
			'DDD',
		]);
	});
});

let seeded = 0;
beforeEach(() => (seeded = commits()));
