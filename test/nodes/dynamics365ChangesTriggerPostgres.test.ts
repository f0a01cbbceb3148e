/** Dynamics 365 Changes Trigger where state is shared: on Postgres, in queue mode. */
import { storeIn } from '../../shared/state/registry';
import { usePostgres } from '../sandbox/postgres';
import { changesNode, destination } from './changesFixture';
import type { EngineNode } from './engine';
import { poll } from './poll';
import { confirmNode, runLine } from './syncFixture';
import { nextStep } from './syncStateFixture';
import { useTrigger } from './triggerFixture';

const prefixes = ['crm_sync_', 'own_'];
// Before the server, so that the connections are closed when it ends.
afterAll(async () => {
	for (const prefix of prefixes) await storeIn(server.admin, { schema: 'public', prefix }).close();
});
const server = usePostgres();
const { add, name, org, rename, trigger } = useTrigger();

beforeEach(() => {
	process.env.EXECUTIONS_MODE = 'queue';
});
afterEach(() => {
	delete process.env.EXECUTIONS_MODE;
});

const shared = (node: EngineNode, parameters = {}): EngineNode => {
	const { host, port, database, user, password } = server.admin;
	const postgres = { host, port, database, user, password, maxConnections: 5, ssl: 'disable' };
	return {
		...node,
		parameters: { ...node.parameters, stateStore: 'postgres', ...parameters },
		credentials: { ...node.credentials, postgres },
	};
};

const run = async (parameters = {}) => {
	const changes = shared(changesNode(org, name()), parameters);
	expect((await runLine([changes, destination([]), confirmNode()], [{}])).error).toBeUndefined();
};
const look = async (parameters = {}) =>
	await poll([shared(trigger()), shared(changesNode(org, name()), parameters)]);

test.each(prefixes)(
	'n8n:S-08 finds the cursor of the node behind it, in the tables that begin with %s',
	async (tablePrefix) => {
		const place = { options: { tablePrefix } };
		const [a = ''] = add('a b');
		await run(place);
		expect(await look(place)).toBeUndefined();
		await rename(a, 'a2');
		expect(await look(place)).toMatchObject([{ changes: 1, reason: '1 record to read.' }]);
		await run(place);
		expect(await look(place)).toBeUndefined();
		const elsewhere = { options: { tablePrefix: prefixes.find((each) => each !== tablePrefix) } };
		expect(await look(elsewhere)).toMatchObject([
			{ reason: expect.stringContaining('Postgres credential of the node "Changes"') },
		]);
	},
);

test('design:9 design:8 a file is refused in queue mode; publishing, which shows one sentence, names the cure', async () => {
	const nodes = [trigger(), changesNode(org, name())];
	const refusal = async (mode: 'trigger' | 'manual') =>
		await poll(nodes, mode).then(
			() => Promise.reject(new Error('It was not refused')),
			(error: Error) => error,
		);
	const what = 'The embedded state store does not work in queue mode (EXECUTIONS_MODE=queue)';
	const cure = 'Set State Store of this node to Postgres';
	const [polled, byHand] = [await refusal('trigger'), await refusal('manual')];
	expect(polled.message).toContain(`${what}. `);
	expect(polled.message).toContain(cure);
	expect(nextStep({ error: polled })).toBe('');
	expect(byHand.message).toBe(what);
	expect(nextStep({ error: byHand })).toContain(cure);
});
