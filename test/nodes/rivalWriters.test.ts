import { testNode, type EngineNode } from './engine';
import { createLedger, insertNode, type Ledger } from './insertFixture';
import { airports, diffNode, runLine, writerNode } from './syncFixture';
import { useLookedAfter } from './syncStateFixture';

const { org, name, ask } = useLookedAfter();
let ledger: Ledger;
beforeEach(() => {
	ledger = createLedger();
	org.reset();
});

const accounts = () => org.rows('account').filter(({ accountnumber }) => Boolean(accountnumber));
const first = (): EngineNode => ({ ...insertNode(ledger), name: 'Ledger' });
const second = (change: Partial<EngineNode> = {}): EngineNode => ({
	...writerNode(org),
	...change,
});
const wires = [
	{ from: 'Seed', to: 'Diff' },
	{ from: 'Diff', to: 'Ledger' },
	{ from: 'Diff', to: 'Writer' },
];
const both = async (change: Partial<EngineNode> = {}) =>
	await runLine([diffNode(name()), first(), second(change)], airports(3), { wires });

describe('two writers behind one Segment Diff (design:R6)', () => {
	it('under continue on fail the second says that it sent nothing, and what to do', async () => {
		const run = await both({ onError: 'continueRegularOutput' });
		expect(accounts()).toEqual([]);
		const [summary] = run.records('Writer', 2);
		expect(summary).toMatchObject({ notAttempted: 3 });
		expect(summary).not.toHaveProperty('created');
		expect(summary?.message).toContain('already written by the node "Ledger"');
		expect(summary?.message).toContain('one Segment Diff, with its own Sync Name, per destination');
	});

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'every later run says so, also without a change (%s)',
		async (onError) => {
			const refused = await both({ onError });
			expect(refused.status).toBe(onError === 'stopWorkflow' ? 'error' : 'success');
			for (let runs = 0; runs < 2; runs++) {
				const next = await both({ onError });
				expect(next.error?.message).toContain('the node "Writer" was refused the records of');
				expect(next.error).toMatchObject({
					description: expect.stringContaining('second Segment Diff with its own Sync Name'),
				});
			}
			expect(ledger.rows.size).toBe(3);
		},
	);

	describe('behind two writers of one system', () => {
		const contacts = () =>
			writerNode(org, {
				parameters: {
					table: { __rl: true, mode: 'name', value: 'contact' },
					key: 'emailaddress1',
				},
			});
		const pair = async () =>
			await runLine([diffNode(name()), writerNode(org), { ...contacts(), name: 'Other' }], rows, {
				wires: ['Writer', 'Other'].reduce(
					(all, to) => [...all, { from: 'Diff', to }],
					[{ from: 'Seed', to: 'Diff' }],
				),
			});
		const rows = airports(3);
		const people = () => org.rows('contact');

		it('is over when the writer that got the records is left, without sending one again (design:R14)', async () => {
			expect((await pair()).status).toBe('error');
			expect(accounts()).toHaveLength(3);
			const run = await runLine([diffNode(name()), writerNode(org)], rows);
			expect(run.error).toBeUndefined();
			expect(run.records('Diff')).toEqual([]);
			const next = await runLine([diffNode(name()), writerNode(org)], airports(4));
			expect(next.records('Diff')).toHaveLength(1);
		});

		it('the writer that got none cannot take over what the other one was sent (design:R14)', async () => {
			await pair();
			const run = await runLine([diffNode(name()), { ...contacts(), name: 'Other' }], rows);
			expect(run.error?.message).toContain('the writer downstream is now');
			expect(people()).toEqual([]);
		});
	});

	it('a new name for the second writer puts nothing right', async () => {
		const writers = (title: string) => [diffNode(name()), writerNode(org), second({ name: title })];
		const run = async (title: string) =>
			await runLine(writers(title), airports(3), {
				wires: [
					{ from: 'Seed', to: 'Diff' },
					{ from: 'Diff', to: 'Writer' },
					{ from: 'Diff', to: title },
				],
			});
		expect((await run('Second')).status).toBe('error');
		expect((await run('Other')).error?.message).toContain('more than one writer still stands');
	});

	it.each(['resendEverything', 'replay', 'rebaseline'])('is over after %s', async (action) => {
		await both();
		expect((await ask(action)).error).toBeUndefined();
		const run = await both();
		expect(run.error?.message ?? '').not.toContain('was refused the records of');
		expect(run.executed).toContain('Diff');
	});

	it('writers that share the records between them are no rivals', async () => {
		const only = (title: string, code: string) => ({
			name: title,
			type: testNode(`only${title}`, async function () {
				return [this.getInputData().filter(({ json }) => json.accountnumber === code)];
			}),
		});
		const other = { ...writerNode(org), name: 'Other' };
		const nodes = [diffNode(name()), only('A', 'C100'), only('B', 'C101'), writerNode(org), other];
		const shared = [
			...['A', 'B'].map((to) => ({ from: 'Diff', to })),
			...[{ from: 'Seed', to: 'Diff' }],
			...[
				{ from: 'A', to: 'Writer' },
				{ from: 'B', to: 'Other' },
			],
		];
		for (let runs = 0; runs < 2; runs++) {
			const run = await runLine(nodes, airports(2), { wires: shared });
			expect(run.error).toBeUndefined();
		}
		expect(accounts()).toHaveLength(2);
	});
});
