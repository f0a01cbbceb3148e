import { setImmediate } from 'node:timers/promises';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import * as binding from '../../shared/state/binding';
import { useDataverse } from '../sandbox/useDataverse';
import { startWorkflow, testNode, type EngineNode, type StartedRun } from './engine';
import { airport, diffNode, nextExecution, runLine, writerNode } from './syncFixture';
import { nextStep } from './syncStateFixture';

const org = useDataverse();
let name = '';
let count = 0;
let bound: jest.SpyInstance<Promise<void>>;
beforeEach(() => {
	bound = jest.spyOn(binding, 'bindSync');
	name = `turns-${(count += 1)}`;
	org.reset();
});
afterEach(() => jest.restoreAllMocks());

const feed = () => diffNode(name, { parameters: { inputIs: 'feed' } });
const account = (code: string) =>
	org.rows('account').find(({ accountnumber }) => accountnumber === code);

const start = (nodes: readonly EngineNode[], seed: object[]): StartedRun =>
	startWorkflow({
		executionId: nextExecution(),
		credentialTypes: [new CrmSyncDynamics365Api()],
		nodes,
		seed: seed as never,
	});

/** A run that has compared, and writes only when it is told to. */
const atWork = async (...seed: object[]) => {
	let release = () => {};
	const gate = new Promise<void>((done) => (release = done));
	let enter = () => {};
	const entered = new Promise<void>((done) => (enter = done));
	const hold = testNode('hold', async function () {
		enter();
		await gate;
		return [this.getInputData()];
	});
	const { done } = start([feed(), { name: 'Hold', type: hold }, writerNode(org)], seed);
	await entered;
	return {
		async finish() {
			release();
			await (await done).handlersEnded();
		},
	};
};

/** A feed that has come to its Segment Diff while another run is at work. */
const waiting = async (...seed: object[]): Promise<StartedRun> => {
	const before = bound.mock.results.length;
	const started = start([feed(), writerNode(org)], seed);
	while (bound.mock.results.length === before) await setImmediate();
	await bound.mock.results[before]!.value;
	await setImmediate();
	return started;
};

/** As if so much time went by whenever somebody looks at the clock. */
const hasten = (ms: number) => {
	const now = performance.now.bind(performance);
	let ahead = 0;
	jest.spyOn(performance, 'now').mockImplementation(() => now() + (ahead += ms));
};

describe('a feed that comes while another run is at work (design:R12, design:R13)', () => {
	it('waits for it and is delivered, however many they are', async () => {
		const busy = await atWork(airport('W1'));
		const late = [await waiting(airport('W2')), await waiting(airport('W3'))];
		await busy.finish();
		for (const { done } of late) {
			const run = await done;
			expect(run.error).toBeUndefined();
			await run.handlersEnded();
		}
		expect(['W1', 'W2', 'W3'].map((code) => account(code)?.name)).toEqual(
			['W1', 'W2', 'W3'].map((code) => `Airport ${code}`),
		);
	});

	it('takes its turn as it came: the newest version is the one that stays', async () => {
		const boom = testNode('boom', async () => {
			throw new Error('mail server down');
		});
		await runLine(
			[feed(), { name: 'Boom', type: boom }, writerNode(org)],
			[airport('V', { name: 'v0' })],
		);
		const busy = await atWork(airport('OTHER'));
		const versions = ['v1', 'v2', 'v3', 'v4'];
		const late: StartedRun[] = [];
		for (const version of versions) late.push(await waiting(airport('V', { name: version })));
		await busy.finish();
		for (const { done } of late) await (await done).handlersEnded();
		expect(account('V')?.name).toBe('v4');
	});

	it('ends red when the other run outlasts its patience, and says what to do with its rows', async () => {
		const busy = await atWork(airport('W1'));
		hasten(60_000);
		const late = await runLine([feed(), writerNode(org)], [airport('W2')]);
		jest.restoreAllMocks();
		expect(late.error?.message).toMatch(
			/rows of this execution were not taken.*sync "turns-\d" \(execution \d+\) is still at work/,
		);
		expect(nextStep(late)).toContain('retry this execution');
		expect(JSON.stringify([late.error?.message, nextStep(late)])).not.toContain('Nothing is lost');
		await busy.finish();
		expect(account('W2')).toBeUndefined();
		// What the message says to do.
		await runLine([feed(), writerNode(org)], [airport('W2')]);
		expect(account('W2')?.name).toBe('Airport W2');
	});

	it('leaves its place when it is cancelled (n8n:4.6), so that others go on', async () => {
		const busy = await atWork(airport('W1'));
		const cancelled = await waiting(airport('W2'));
		const next = await waiting(airport('W3'));
		cancelled.cancel();
		await cancelled.done.catch(() => undefined);
		await busy.finish();
		await (await next.done).handlersEnded();
		expect([account('W2'), account('W3')?.name]).toEqual([undefined, 'Airport W3']);
	});

	it('a complete segment does not wait: it comes whole again', async () => {
		const complete = () => diffNode(name);
		let run: Awaited<ReturnType<typeof runLine>> | undefined;
		const second = testNode('second', async function () {
			run = await runLine([complete(), writerNode(org)], [airport('W1')]);
			return [this.getInputData()];
		});
		await runLine([complete(), { name: 'Second', type: second }, writerNode(org)], [airport('W1')]);
		expect(run?.error).toBeUndefined();
		expect(run?.hints('Diff')[0].message).toMatch(/is at work.*Nothing is lost/s);
	});
});
