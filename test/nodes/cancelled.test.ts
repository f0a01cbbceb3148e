/** design:R13: an execution that is cancelled while a node of ours is at work; its code runs on (n8n:T-10). */
import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { storeOfSync } from '../../shared/state/registry';
import type { Store } from '../../shared/state/store';
import { useDataverse } from '../sandbox/useDataverse';
import { startWorkflow } from './engine';
import { airports, diffNode, nextExecution, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;
beforeEach(() => {
	name = `cancelled-${(count += 1)}`;
	org.reset();
});
afterEach(() => jest.restoreAllMocks());

const line = () => [diffNode(name), writerNode(org)];
const lastRun = async () => {
	const store = storeOfSync(name)!;
	return (await store.runs((await store.find(name))!, 1))[0]!;
};

describe('while Segment Diff', () => {
	/** Cancels a second run of the line when it first calls the method, or with that argument. */
	const cancelledAt = async (method: 'load' | 'takeLease' | 'write', at = '') => {
		await runLine(line(), airports(2));
		const store = storeOfSync(name)!;
		const own = store[method].bind(store) as (...asked: unknown[]) => Promise<never>;
		let isDone = false;
		jest.spyOn(store, method as keyof Store).mockImplementation(async (...asked: unknown[]) => {
			const isIt = at === '' || Object.hasOwn(asked[2] as object, at);
			if (isIt && !isDone) slow.cancel();
			isDone ||= isIt;
			return await own(...asked);
		});
		const slow = startWorkflow({
			...{ nodes: line(), seed: airports(4), executionId: nextExecution() },
			credentialTypes: [new CrmSyncDynamics365Api()],
		});
		await (await slow.done).handlersEnded();
		expect(isDone).toBe(true);
	};
	const offeredNext = async () => {
		const next = await runLine(line(), airports(4));
		return next.records('Diff').map(({ _sync }) => _sync);
	};

	it.each(['takeLease', 'load'] as const)(
		'opens its run (%s), the next run need not wait',
		async (method) => {
			await cancelledAt(method);
			expect(await lastRun()).toMatchObject({
				state: 'stopped',
				message: 'The execution was cancelled before anything was compared',
			});
			expect(await offeredNext()).toHaveLength(2);
		},
	);

	it('stores its offers, what nobody was handed is no doubt (design:R3)', async () => {
		await cancelledAt('write', 'offers');
		expect(await lastRun()).toMatchObject({
			state: 'incomplete',
			message: '2 not sent come back in the next run',
		});
		const envelopes = await offeredNext();
		expect(envelopes).toHaveLength(2);
		for (const envelope of envelopes) expect(envelope).not.toHaveProperty('redelivered');
	});
});
