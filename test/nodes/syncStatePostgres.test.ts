import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { SyncState } from '../../nodes/SyncState/SyncState.node';
import { storeIn } from '../../shared/state/registry';
import { usePostgres } from '../sandbox/postgres';
import { useDataverse } from '../sandbox/useDataverse';
import { airport, airports, diffNode, runLine, writerNode } from './syncFixture';

const place = { schema: 'public', prefix: 'other_' };
// Before the server, so that the connections are closed when it ends.
afterAll(async () => await storeIn(server.admin, place).close());
const server = usePostgres();
const org = useDataverse();

beforeEach(() => {
	process.env.EXECUTIONS_MODE = 'queue';
});
afterEach(() => {
	delete process.env.EXECUTIONS_MODE;
});

const credential = () => {
	const { host, port, database, user, password } = server.admin;
	return { host, port, database, user, password, ssl: 'disable' };
};
const inPostgres = { stateStore: 'postgres', options: { tablePrefix: 'other_' } };
const shared = () => ({ credentials: { postgres: credential() } });
const sync = async (rows: Array<Record<string, unknown>>) =>
	await runLine(
		[{ ...diffNode('shared', { parameters: inPostgres }), ...shared() }, writerNode(org)],
		rows,
	);
const ask = async (action: string, more = {}) => {
	const syncName = { __rl: true, mode: 'list', value: 'shared' };
	const parameters = { action, syncName, ...inPostgres, ...more };
	return await runLine([{ name: 'State', type: new SyncState(), parameters, ...shared() }], [{}]);
};
const { description, methods } = new SyncState();
const search = async (parameters: Record<string, unknown>, filter?: string) => {
	const editor = {
		getCurrentNodeParameter: (name: string) => parameters[name],
		getCredentials: async () => credential(),
		getNode: () => ({ name: 'State', type: 'syncState' }),
	} as unknown as ILoadOptionsFunctions;
	const { results } = await methods.listSearch.searchSyncs.call(editor, filter);
	return results.map(({ value }) => value);
};

describe('Sync State with the state in Postgres', () => {
	it('design:8 lists, releases, resends and forgets what all workers share', async () => {
		const rows = [...airports(1_500), airport('BAD', { name: 'x'.repeat(5_000) })];
		await sync(rows);
		expect((await ask('listSyncs')).records('State')).toMatchObject([
			{ sync: 'shared', members: 1_500, failed: 1, unconfirmed: 0, state: 'completed' },
		]);
		expect((await ask('resendEverything')).records('State')).toMatchObject([{ resent: 1_500 }]);
		expect((await ask('listSyncs')).records('State')).toMatchObject([{ unconfirmed: 1_500 }]);
		const again = await sync(rows);
		expect(again.items('Diff')).toHaveLength(1_501);
		expect(again.records('Writer', 2)[0]).toMatchObject({ rejected: 1 });
		expect(again.records('Writer', 2)[0]!.created ?? 0).toBe(0);
		expect((await sync(rows)).items('Diff')).toHaveLength(1);
		const pruned = await ask('pruneRuns', { olderThanDays: 0 });
		expect(pruned.records('State')).toMatchObject([{ pruned: 2 }]);
		expect(await search(inPostgres)).toEqual(['shared']);
		await ask('forgetSync', { confirmName: 'shared' });
		expect((await ask('listSyncs')).hints('State')[0]!.message).toContain('knows no sync yet');
	});

	it('design:7 offers the syncs of the chosen store, and says in the list why there are none', async () => {
		await sync(airports(1));
		expect(await search(inPostgres, 'SHA')).toEqual(['shared']);
		expect(await search(inPostgres, 'else')).toEqual([]);
		await expect(search({ stateStore: 'embedded' })).rejects.toThrow('Set State Store');
	});

	it('design:7 shows six parameters at most', () => {
		const { options = [] } = description.properties.find(({ name }) => name === 'action')!;
		for (const { value } of options as Array<{ value: string }>) {
			const parameters = { action: value, stateStore: 'postgres', records: 'byKey' };
			const shown = description.properties.filter((property) =>
				NodeHelpers.displayParameter(parameters, property, null, description),
			);
			expect(shown.length).toBeLessThanOrEqual(6);
		}
	});
});
