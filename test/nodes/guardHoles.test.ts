import { SyncState } from '../../nodes/SyncState/SyncState.node';
import { useDataverse } from '../sandbox/useDataverse';
import { codeDiff, createLedger, insertNode } from './insertFixture';
import { airport, airports, diffNode, runLine, writerNode, type NodeChange } from './syncFixture';
import { nextStep } from './syncStateFixture';

const org = useDataverse();
let name = '';
let count = 0;
beforeEach(() => {
	name = `holes-${(count += 1)}`;
	org.reset();
});

const line = (change: NodeChange = {}) => [diffNode(name, change), writerNode(org)];
const optional = (options: object): NodeChange => ({ parameters: { options } as never });
const accounts = () => org.rows('account').filter(({ accountnumber }) => Boolean(accountnumber));
const codes = () => accounts().map(({ accountnumber }) => accountnumber);
const codeIn = (run: Parameters<typeof nextStep>[0]) =>
	/code ([0-9A-F]{8})/.exec(nextStep(run) ?? '')?.[1] ?? 'none';

describe('a segment replaced as a whole (design:R9)', () => {
	it('stops however small it is, says the numbers, and a person may let it go on', async () => {
		await runLine(line(), airports(8));
		const stopped = await runLine(line(), [airport('OTHER')]);
		expect(stopped.error?.message).toContain(
			'The input has 1 row, and none of the 8 records that the sync knows is among them: all would be removed.',
		);
		expect(accounts()).toHaveLength(8);
		const approved = await runLine(line(optional({ approve: codeIn(stopped) })), [
			airport('OTHER'),
		]);
		expect(approved.error).toBeUndefined();
		expect(codes()).toEqual(['OTHER']);
	});

	it('called once per item, it stops at the second and removes nothing', async () => {
		const runs = [];
		for (const row of airports(5)) runs.push(await runLine(line(), [row]));
		expect(runs.map(({ status }) => status)).toEqual(['success', ...Array(4).fill('error')]);
		expect(codes()).toEqual(['C100']);
	});

	it('goes on with one known record among the rows, and where all may leave', async () => {
		await runLine(line(), airports(3));
		expect((await runLine(line(), [...airports(1), airport('NEW')])).error).toBeUndefined();
		expect(codes()).toEqual(['C100', 'NEW']);
		const all = optional({ maxLeaversPercent: 100 });
		expect((await runLine(line(all), [airport('OTHER')])).error).toBeUndefined();
		expect(codes()).toEqual(['OTHER']);
	});

	it('goes on where nothing is removed', async () => {
		const stay = { parameters: { leavers: 'leave' } };
		await runLine(line(stay), airports(3));
		expect((await runLine(line(stay), [airport('OTHER')])).error).toBeUndefined();
		expect(accounts()).toHaveLength(4);
	});
});

describe('Execute Once on Segment Diff (design:R9)', () => {
	const once = (change: NodeChange = {}) => ({ ...change, settings: { executeOnce: true } });

	it('is refused before one row passes for the segment', async () => {
		await runLine(line(), airports(9));
		const run = await runLine(line(once()), airports(9));
		expect(run.error?.message).toBe(
			'"Execute Once" is switched on at "Diff": it would see 1 of 9 items',
		);
		expect(accounts()).toHaveLength(9);
	});

	it('does no harm where one item is all there is', async () => {
		await runLine(line(), airports(1));
		expect((await runLine(line(once()), airports(1))).error).toBeUndefined();
	});

	it('is the business of the person who sets it at a feed', async () => {
		const feed = once({ parameters: { inputIs: 'feed' } });
		expect((await runLine(line(feed), airports(2))).items('Diff')).toHaveLength(1);
	});
});

describe('an option that should hold a number (design:R9)', () => {
	it.each<[string, string, object]>([
		['Allowed Leavers (%)', 'is "15%"', { maxLeaversPercent: '={{ "15%" }}' }],
		['Allowed Leavers (Records)', 'is "ten"', { maxLeavers: '={{ "ten" }}' }],
		['Allowed Leavers (Records)', 'is -1', { maxLeavers: '={{ -1 }}' }],
		['Expected Row Count', 'is "1,000"', { expectedRows: '={{ "1,000" }}' }],
		['Expected Row Count', 'has no value', { expectedRows: '={{ $json.total }}' }],
		['Expected Row Count', 'is null', { expectedRows: '={{ null }}' }],
		['Changes per Run', 'is ""', { changesPerRun: '={{ "" }}' }],
		['Grace Period (Runs)', 'is "a few"', { graceRuns: '={{ "a few" }}' }],
		['Grace Period (Hours)', 'is "1d"', { graceHours: '={{ "1d" }}' }],
		['Park After Runs', 'is {"runs":3}', { parkAfter: '={{ { runs: 3 } }}' }],
	])('%s that %s stops the run, and is named', async (label, given, options) => {
		const run = await runLine(line(optional(options)), airports(2));
		expect(run.error?.message).toBe(`The option ${label} ${given}; it takes a number of 0 or more`);
		expect(nextStep(run)).toContain('Nothing was compared');
		expect(accounts()).toEqual([]);
	});

	it('may be a text of digits', async () => {
		await runLine(line(), airports(100));
		const limits = { maxLeavers: '={{ " 5 " }}', maxLeaversPercent: '={{ "15.5" }}' };
		expect((await runLine(line(optional(limits)), airports(90))).error).toBeUndefined();
		const run = await runLine(line(optional(limits)), airports(70));
		expect(run.error?.message).toContain('more than 15.5 % is suspicious');
	});
});

describe('Retry On Fail on Segment Diff (n8n:T-09)', () => {
	const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };

	it('hands out the same items where the first one has a column called error', async () => {
		const ledger = createLedger();
		const rows = [{ code: 'A', error: '' }, { code: 'B' }];
		const nodes = () => [codeDiff(name, { settings }), insertNode(ledger)];
		expect((await runLine(nodes(), rows)).items('Diff')).toHaveLength(2);
		expect(ledger.rows.size).toBe(2);
		expect((await runLine(nodes(), rows)).items('Diff')).toEqual([]);
	});

	it('still refuses a second comparison in one execution (design:R9)', async () => {
		const feed = { parameters: { inputIs: 'feed' }, settings };
		const wires = [
			{ from: 'Seed', to: 'Diff' },
			{ from: 'Seed', to: 'Diff' },
			{ from: 'Diff', to: 'Writer' },
		];
		const run = await runLine(line(feed), airports(2), { wires });
		expect(run.error?.message).toContain('was compared twice in execution');
	});
});

describe('an Approve code that stays in the panel (design:R9)', () => {
	it('does not lift the same stop of a sync that was forgotten and built anew', async () => {
		await runLine(line(), airports(20));
		const approved = optional({ approve: codeIn(await runLine(line(), airports(2))) });
		expect((await runLine(line(approved), airports(2))).error).toBeUndefined();
		const syncName = { __rl: true, mode: 'name', value: name };
		const parameters = { action: 'forgetSync', syncName, confirmName: name };
		const state = { name: 'State', type: new SyncState(), parameters };
		expect((await runLine([state], [{}])).error).toBeUndefined();
		await runLine(line(approved), airports(20));
		const again = await runLine(line(approved), airports(2));
		expect(again.error?.message).toContain('18 of 20 records');
		expect(accounts()).toHaveLength(20);
	});
});
