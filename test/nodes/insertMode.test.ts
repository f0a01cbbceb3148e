import { storeOfSync } from '../../shared/state/registry';
import type { EngineNode } from './engine';
import { codeDiff, createLedger, insertNode, type Ledger } from './insertFixture';
import { runLine } from './syncFixture';

let ledger: Ledger;
let name = '';
let count = 0;

beforeEach(() => {
	ledger = createLedger();
	name = `insert-${(count += 1)}`;
});

const row = (code: string, text: string) => ({ code, text });
const line = () => [codeDiff(name), insertNode(ledger)];
const texts = () => [...ledger.rows.values()].map(({ text }) => text);
const envelope = ({ _sync }: Record<string, unknown>) => _sync as Record<string, unknown>;

describe('a writer without key fields: every change becomes a record of its own', () => {
	it('salesforce:4.1 an edit makes a second record, written whole; the first stays', async () => {
		const first = await runLine(line(), [row('A', 'one'), row('B', 'two')]);
		expect(first.error).toBeUndefined();
		expect(first.records('Writer', 2)[0]).toMatchObject({ created: 2 });
		const second = await runLine(line(), [row('A', 'one'), row('B', 'TWO')]);
		expect(second.records('Writer', 2)[0]).toMatchObject({ read: 1, created: 1 });
		// The key of the sync is a field like any other here.
		expect([...ledger.rows.values()]).toEqual([row('A', 'one'), row('B', 'two'), row('B', 'TWO')]);
	});

	it('design:R1 a run without changes writes nothing', async () => {
		await runLine(line(), [row('A', 'one')]);
		const again = await runLine(line(), [row('A', 'one')]);
		expect(again.items('Diff')).toEqual([]);
		expect(texts()).toEqual(['one']);
	});

	it('design:R10 a removal goes last, by the id of the newest record of its key', async () => {
		await runLine(line(), [row('A', 'one'), row('B', 'two')]);
		await runLine(line(), [row('A', 'one'), row('B', 'TWO')]);
		const gone = await runLine(line(), [row('A', 'one'), row('C', 'three')]);
		expect(ledger.asked.slice(-2).map(({ change, id }) => ({ change, id }))).toEqual([
			{ change: 'added', id: undefined },
			{ change: 'removed', id: 'row 3' },
		]);
		expect(gone.records('Writer', 2)[0]).toMatchObject({ created: 1, deleted: 1 });
		expect(texts()).toEqual(['one', 'two', 'three']);
	});

	it('design:R7 a refused record comes back and is inserted once', async () => {
		ledger.answer = ({ values }) =>
			values.text === 'two'
				? {
						status: 'rejected',
						error: { code: 'BAD', category: 'data', message: 'no two', retryable: false },
					}
				: undefined;
		const first = await runLine(line(), [row('A', 'one'), row('B', 'two')]);
		expect(first.records('Writer', 1)).toMatchObject([{ code: 'B' }]);
		ledger.answer = undefined;
		const second = await runLine(line(), [row('A', 'one'), row('B', 'two')]);
		expect(second.records('Writer')).toMatchObject([{ code: 'B' }]);
		expect(texts()).toEqual(['one', 'two']);
	});

	it('design:R11 what got no answer comes back marked, and a final doubt is parked', async () => {
		const unknown = (retryable: boolean) => () => ({
			status: 'unknown' as const,
			error: {
				code: 'outcomeUnknown',
				category: 'transient' as const,
				message: 'no answer',
				retryable,
			},
		});
		ledger.answer = unknown(true);
		await runLine(line(), [row('A', 'one')]);
		ledger.answer = unknown(false);
		const second = await runLine(line(), [row('A', 'one')]);
		expect(envelope(second.records('Diff')[0]!)).toMatchObject({ redelivered: true });
		const third = await runLine(line(), [row('A', 'one')]);
		expect(third.items('Diff')).toEqual([]);
		expect(texts()).toEqual([]);
	});

	describe('a second try of the node (n8n:T-09)', () => {
		const again = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
		const retried = () => [codeDiff(name), { ...insertNode(ledger), settings: again }];
		afterEach(() => jest.restoreAllMocks());

		it('design:R11 inserts nothing again whose answer came and could not be stored', async () => {
			await runLine(line(), [row('A', 'one')]);
			const store = storeOfSync(name)!;
			const write = store.write.bind(store);
			let failures = 1;
			jest.spyOn(store, 'write').mockImplementation(async (sync, run, change) => {
				const isConfirm = !change.offers && (change.members?.size ?? 0) > 0;
				if (isConfirm && failures-- > 0) throw new Error('The disk is full');
				await write(sync, run, change);
			});
			const rows = [row('A', 'one'), row('B', 'two'), row('C', 'three')];
			const run = await runLine(retried(), rows);
			expect([run.error, failures]).toEqual([undefined, -2]);
			expect(run.records('Writer', 2)[0]).toMatchObject({ read: 2, created: 2 });
			expect(texts()).toEqual(['one', 'two', 'three']);
			expect((await runLine(line(), rows)).items('Diff')).toEqual([]);
		});

		it('design:R11 hands on as sent before what got no answer, and only that', async () => {
			let tries = 0;
			ledger.answer = ({ values }) => {
				if (values.text === 'two' && ++tries === 1) throw new Error('The program broke');
				return undefined;
			};
			const run = await runLine(retried(), [row('A', 'one'), row('B', 'two')]);
			expect(run.error).toBeUndefined();
			expect(ledger.asked.map(({ values, redelivered }) => [values.text, redelivered])).toEqual([
				['one', false],
				['two', true],
			]);
		});
	});

	it('design:R6 what was sent and not answered is unknown under continue on fail', async () => {
		ledger.answer = () => {
			throw new Error('The program broke');
		};
		const nodes = [codeDiff(name), { ...insertNode(ledger), onError: 'continueRegularOutput' }];
		const run = await runLine(nodes as EngineNode[], [row('A', 'one')]);
		const [told] = run.records('Writer', 1).map(envelope);
		expect(told).toMatchObject({
			result: { status: 'unknown', error: { message: 'The program broke' } },
		});
		expect(run.records('Writer', 2)[0]).toMatchObject({ unknown: 1 });
	});

	it('design:R2 records without a receipt are inserted as they are', async () => {
		const run = await runLine([insertNode(ledger)], [row('A', 'one'), row('A', 'one')]);
		expect(run.error).toBeUndefined();
		expect(run.records('Writer').map(envelope)).toMatchObject([
			{ result: { status: 'created', id: 'row 1' } },
			{ result: { status: 'created', id: 'row 2' } },
		]);
		expect(texts()).toEqual(['one', 'one']);
	});

	it('design:7 the chosen fields only', async () => {
		const chosen = insertNode(ledger, { fields: ['text'] });
		await runLine([codeDiff(name), chosen], [row('A', 'one')]);
		expect([...ledger.rows.values()]).toEqual([{ text: 'one' }]);
	});

	it('sync:T78 a preview names each record by its key in the sync', async () => {
		const preview = insertNode(ledger, { action: 'preview' });
		const run = await runLine([codeDiff(name), preview], [row('A', 'one')]);
		const { markdown } = run.records('Writer', 2)[0] as { markdown: string };
		expect(markdown).toContain('| A | create |');
		expect(texts()).toEqual([]);
	});
});

describe('who is told', () => {
	const refusal = {
		status: 'rejected' as const,
		error: { code: 'BAD', category: 'data' as const, message: 'no', retryable: false },
	};
	const told = async (sendWarnings: 'off' | 'problems' | 'everyRun') => {
		const run = await runLine([insertNode(ledger, { sendWarnings })], [row('A', 'one')]);
		return run.records('Writer', 2)[0]!;
	};

	it.each([
		['off', false, false],
		['problems', false, true],
		['everyRun', true, true],
	] as const)('issue 7: Send Warnings %s', async (when, whenWell, whenRefused) => {
		expect(await told(when)).toMatchObject({
			sendWarnings: whenWell,
			message: 'event: 1 created.',
		});
		ledger.answer = () => refusal;
		expect(await told(when)).toMatchObject({
			sendWarnings: whenRefused,
			message: 'event: 1 rejected. 1 × BAD: no.',
		});
	});

	it('design:9 the summary tells the next step beside each reason, as the record does', async () => {
		ledger.answer = ({ values: { text } }) => ({
			...refusal,
			error: { ...refusal.error, ...(text === 'two' && { code: 'WORSE', hint: 'Do this.' }) },
		});
		const rows = [row('A', 'one'), row('B', 'two'), row('C', 'two')];
		const run = await runLine([insertNode(ledger)], rows);
		expect(run.records('Writer', 2)[0]).toMatchObject({
			reasons: [
				{ reason: 'BAD: no', count: 1 },
				{ reason: 'WORSE: no', count: 2, hint: 'Do this.' },
			],
			message: 'event: 3 rejected. 1 × BAD: no. 2 × WORSE: no. Do this.',
		});
	});

	it('salesforce:4.11 a record written with a warning is a problem, and so is what the system warns of', async () => {
		ledger.answer = () => ({ status: 'created', warnings: ['cut'] });
		expect(await told('problems')).toMatchObject({ sendWarnings: true, warned: 1 });
		ledger.answer = undefined;
		ledger.report = () => ({ summary: { apiCalls: 3 }, warnings: ['Look here.'] });
		const summary = await told('problems');
		expect(summary).toMatchObject({ sendWarnings: true, apiCalls: 3 });
		expect(summary.message).toBe('event: 1 created. Look here.');
	});
});
