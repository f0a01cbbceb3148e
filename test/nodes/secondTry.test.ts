/** n8n:T-09: Retry On Fail, after a first try that ended at one point or another. */
import type { INodeExecutionData } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import { storeOfSync } from '../../shared/state/registry';
import type { StateChange } from '../../shared/state/store';
import { map } from './droppedFixture';
import { testNode, type EngineNode } from './engine';
import { codeDiff, createLedger, insertNode, type Ledger } from './insertFixture';
import { runLine } from './syncFixture';

let ledger: Ledger;
let name = '';
let count = 0;
beforeEach(() => {
	ledger = createLedger();
	name = `second-try-${(count += 1)}`;
});
afterEach(() => jest.restoreAllMocks());

const tries = (maxTries: number) => ({ retryOnFail: true, maxTries, waitBetweenTries: 0 });
const line = (settings = {}) => [codeDiff(name), { ...insertNode(ledger), settings }];
const rows = ['one', 'two'].map((text) => ({ code: text, text }));
const texts = () => [...ledger.rows.values()].map(({ text }) => text);
const asked = () => ledger.asked.map(({ values, redelivered }) => [values.text, redelivered]);
const lastRun = async () => {
	const store = storeOfSync(name)!;
	return (await store.runs((await store.find(name))!, 1))[0]!;
};
/** What the destination does with one record after the other; then it does what it is asked. */
type Step = 'notSent' | 'aborted' | 'taken, then broken';
const steps = (...all: Step[]) => {
	ledger.answer = ({ values }) => {
		const step = all.shift();
		if (step === 'notSent') return { status: 'notAttempted' };
		if (step === 'aborted') throw new SyncError('unavailable', 'Somebody aborted the job');
		if (step === undefined) return undefined;
		ledger.rows.set('unheard', values);
		throw new TypeError('The program broke');
	};
};

/** The store refuses such changes so many times. */
const fullFor = (isIt: (change: StateChange) => boolean, failures: number) => {
	const store = storeOfSync(name)!;
	const write = store.write.bind(store);
	jest.spyOn(store, 'write').mockImplementation(async (sync, run, change) => {
		if (isIt(change) && failures-- > 0) throw new Error('The disk is full');
		await write(sync, run, change);
	});
};
const isOffer = ({ offers }: StateChange) => offers !== undefined;

describe('what one try did not send, and another one did without hearing of it', () => {
	it('design:R3 is in doubt after the run, and its row says so', async () => {
		steps('notSent', 'aborted', 'taken, then broken');
		const run = await runLine(line(tries(2)), rows);
		expect(run.error?.message).toBe('The program broke');
		expect(await lastRun()).toMatchObject({
			state: 'incomplete',
			message: '2 without a known outcome come back in the next run',
		});
		await runLine(line(), rows);
		expect(asked()[0]).toEqual(['one', true]);
	});

	it.each<[string, Step[]]>([
		['sent first', ['taken, then broken', 'notSent', 'aborted']],
		['sent second', ['notSent', 'aborted', 'taken, then broken']],
	])('design:R11 is handed on as sent before in a third try (%s)', async (_, all) => {
		steps(...all);
		const run = await runLine(line(tries(3)), rows);
		expect(run.error).toBeUndefined();
		expect(asked()[0]).toEqual(['one', true]);
		expect(await lastRun()).toMatchObject({ state: 'completed', counts: { created: 2 } });
	});

	it('design:R3 is inserted once, as new, where no try sent it', async () => {
		steps('notSent', 'aborted', 'notSent', 'aborted');
		await runLine(line(tries(2)), rows);
		expect(await lastRun()).toMatchObject({ counts: { notAttempted: 1 } });
		await runLine(line(tries(2)), rows);
		expect(asked()[0]).toEqual(['one', false]);
		expect(texts()).toEqual(['one', 'two']);
	});
});

it('design:R10 a removal waits for a record that a try before it did not send', async () => {
	await runLine(line(), [...rows, { code: 'left', text: 'left' }]);
	const only = (title: string, isRemoval: boolean): EngineNode => ({
		name: title,
		type: testNode(title, async function () {
			const isOurs = ({ json: { _sync } }: INodeExecutionData) =>
				((_sync as { change: string }).change === 'removed') === isRemoval;
			return [this.getInputData().filter(isOurs)];
		}),
	});
	steps('notSent');
	const wires = [
		{ from: 'Seed', to: 'Diff' },
		...['upserts', 'removals'].flatMap((way) => [
			{ from: 'Diff', to: way },
			{ from: way, to: 'Writer' },
		]),
	];
	const writer = { ...insertNode(ledger), onError: 'continueRegularOutput' } as const;
	const nodes = [codeDiff(name), only('upserts', false), only('removals', true), writer];
	const changed = rows.map((row, at) => (at === 0 ? { ...row, text: 'new' } : row));
	const run = await runLine(nodes, changed, { wires });
	expect(run.runs('Writer')).toBe(2);
	expect(texts()).toContain('left');
	expect(run.records('Writer', 2, 1)[0]).toMatchObject({ notAttempted: 1 });
});

it('design:9 a state that cannot be stored is told under continue on fail too, where every record was written', async () => {
	await runLine(line(), rows.slice(0, 1));
	fullFor(({ offers, members }) => !offers && (members?.size ?? 0) > 0, 1);
	const continuing = { onError: 'continueRegularOutput' } as const;
	const run = await runLine([codeDiff(name), { ...insertNode(ledger), ...continuing }], rows);
	expect(run.records('Writer', 2)[0]).toMatchObject({
		created: 1,
		message: expect.stringContaining('The disk is full'),
	});
	expect(run.hints('Writer')).toMatchObject([{ type: 'warning' }]);
});

it('design:R6 several items with one receipt are not all taken for written because one of them was', async () => {
	const lines = map('Lines', (items) =>
		items.flatMap(({ json }, item) =>
			[1, 2, 3].map((number) => ({ json: { ...json, number }, pairedItem: { item } })),
		),
	);
	let sent = 0;
	ledger.answer = () => {
		sent += 1;
		if (sent === 2) throw new SyncError('unavailable', 'The line is down');
		return undefined;
	};
	const [diff, writer] = line(tries(2));
	const run = await runLine([diff!, lines, writer!], rows.slice(0, 1));
	expect(ledger.rows.size).toBe(1);
	expect(run.records('Writer', 2)[0]).toMatchObject({ rejected: 3 });
	const next = await runLine(line(), rows.slice(0, 1));
	expect(next.records('Diff')).toMatchObject([{ _sync: { redelivered: true } }]);
});

describe('Segment Diff that cannot store what it offers', () => {
	const retried = () => [codeDiff(name, { settings: tries(2) }), insertNode(ledger)];
	beforeEach(async () => await runLine(line(), rows.slice(0, 1)));

	it('n8n:T-09 offers in the second try what it could not in the first', async () => {
		fullFor(isOffer, 1);
		const run = await runLine(retried(), rows);
		expect(run.error).toBeUndefined();
		expect(texts()).toEqual(['one', 'two']);
	});

	it('design:9 says why, in its row too (design:R16)', async () => {
		fullFor(isOffer, 2);
		const run = await runLine(retried(), rows);
		expect(run.error?.message).toBe('The disk is full');
		expect(await lastRun()).toMatchObject({ state: 'stopped', message: 'The disk is full' });
		await runLine(line(), rows);
		expect(asked()).toEqual([
			['one', false],
			['two', false],
		]);
	});
});
